"""Running sites, their people and their uploads: what every black-box test begins with."""

from __future__ import annotations

import gc
import pathlib
import shutil
import sys
import uuid
from typing import TYPE_CHECKING, Any

import ckanapi
import pytest
from acceptance.desk import Deposit, Desk
from acceptance.site import Site, found_site, raze_site
from acceptance.waiting import give_up, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from acceptance.client import Client

#: Files of more than half a minute.
LONGEST = frozenset(
    """
    test_dcoraid.py test_serve.py test_r1_killed_web_process.py test_r2_lost_jobs.py
    test_r2_storm.py test_pages.py test_h8_site.py test_fuzz.py test_s1_permission_matrix.py
    test_h3_sandbox.py test_o10_started_without_queue.py test_objects_gateway.py
    """.split()  # noqa: SIM905 - a name on each line is too long to be read
)
DATA = pathlib.Path(__file__).parents[2] / "shared" / "data"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process has to wait for one at the end.

    The order is that of the random seed else; a file stays in one process.
    """
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    """Spare each collection of garbage the thousands of tests and all that they imported."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A site with the field's extensions, shared: leave it as you found it."""
    built = found_site({})
    yield built
    raze_site(built)


@pytest.fixture(scope="session")
def core_site() -> Iterator[Site]:
    """A site without extensions, with the core's defaults; shared."""
    built = found_site({"ckan.plugins": ""})
    yield built
    raze_site(built)


@pytest.fixture
def fresh_site() -> Iterator[Callable[[Mapping[str, str]], Site]]:
    """Make sites of a test's own: with other options, or to be killed."""
    built: list[Site] = []

    def found(options: Mapping[str, str]) -> Site:
        built.append(found_site(options))
        return built[-1]

    yield found
    for one in built:
        raze_site(one)


@pytest.fixture(scope="session")
def admin(site) -> Client:
    """A sysadmin."""
    return site.people["ada"]


@pytest.fixture(scope="session")
def ed(site) -> Client:
    """An editor of lab-a."""
    return site.people["ed"]


@pytest.fixture(scope="session")
def mo(site) -> Client:
    """A member of lab-a."""
    return site.people["mo"]


@pytest.fixture(scope="session")
def xi(site) -> Client:
    """A user of no organization."""
    return site.people["xi"]


@pytest.fixture(scope="session")
def nobody(site) -> Client:
    """The anonymous public."""
    return site.people[""]


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """Poll a condition until it is true, in place of sleeping."""
    return wait_for


@pytest.fixture(scope="session")
def new_name() -> Callable[[str], str]:
    """Make names nobody else uses on a shared site."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def ckan() -> Callable[..., ckanapi.RemoteCKAN]:
    """Speak to a site through ckanapi as one of its people."""

    def connect(client: Client, **options: Any) -> ckanapi.RemoteCKAN:
        return ckanapi.RemoteCKAN(client.url, apikey=client.token or None, **options)

    return connect


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Find a program of the system; without it: skip here, fail in CI."""

    def find(name: str) -> str:
        beside = pathlib.Path(sys.executable).with_name(name)
        path = str(beside) if beside.exists() else shutil.which(name)
        return path or give_up(f"{name} is not installed")

    return find


@pytest.fixture(scope="session")
def measurements() -> pathlib.Path:
    """The folder of real measurements."""
    if not (DATA / "calibration_beads_47.rtdc").exists():
        give_up(f"no measurements in {DATA}")
    return DATA


@pytest.fixture(scope="session")
def desk() -> Desk:
    """The steps of an upload."""
    return Desk()


@pytest.fixture(scope="session")
def beads(measurements) -> pathlib.Path:
    """The standard small file of the field: 47 events with everything in them."""
    return measurements / "calibration_beads_47.rtdc"


@pytest.fixture(scope="session")
def private_beads(site, desk, beads) -> Deposit:
    """An active private dataset of lab-a with the standard file; shared."""
    return desk.measure(site.people["ed"], beads)


@pytest.fixture(scope="session")
def public_beads(site, desk, beads) -> Deposit:
    """An active public dataset of lab-a with the standard file; shared."""
    return desk.measure(site.people["ed"], beads, private=False)
