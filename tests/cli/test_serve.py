"""A whole site in the foreground: its parts, its ports, its end."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator

import psutil
import pytest
from acceptance.site import COMMAND, Site, found_site, raze_site
from acceptance.waiting import wait_for

from cytotheca.cli.supervision.sockets import socket_folder

PLAIN = {"ckan.plugins": ""}


@pytest.fixture
def served(fresh_site) -> Site:
    """A running site of the test's own; without extensions it starts sooner."""
    return fresh_site(PLAIN)


@pytest.fixture(scope="module")
def resident() -> Iterator[Site]:
    """A running site whose parts may be killed, if they come back."""
    site = found_site(PLAIN)
    yield site
    raze_site(site)


def family(site: Site) -> list[psutil.Process]:
    assert site.process is not None
    return psutil.Process(site.process.pid).children(recursive=True)


def has_all_parts(site: Site) -> bool:
    return all(site.processes(kind) for kind in ("web", "queue", "worker")) and site.is_ready()


@pytest.mark.parametrize("kind", ["web", "queue", "worker"])
def test_killed_parts_come_back(resident, kind):
    resident.kill(kind)
    wait_for(lambda: has_all_parts(resident), 60)


def test_a_lost_supervisor_comes_back(resident):
    (supervisor,) = psutil.Process(resident.process.pid).children()
    supervisor.kill()
    wait_for(lambda: not supervisor.is_running() and has_all_parts(resident), 90)


def test_a_stopped_site_leaves_no_process_behind(served):
    stop(served, signal.SIGTERM)


def stop(site: Site, signum: signal.Signals) -> None:
    """Stop a site as an operator does; nothing of it may stay."""
    members = family(site)
    site.process.send_signal(signum)
    assert site.process.wait(timeout=60) == 0
    assert psutil.wait_procs(members, timeout=1)[1] == []
    assert "stopped" in site.last_output()
    site.process = None


def test_a_killed_site_leaves_no_process_behind_and_starts_again(served):
    members = family(served)
    served.process.kill()
    served.process.wait()
    served.start()
    assert psutil.wait_procs(members, timeout=60)[1] == []
    wait_for(lambda: has_all_parts(served), 60)


def test_two_sites_run_side_by_side(fresh_site, resident):
    fresh_site(PLAIN).stop()
    assert resident.people["ada"].post("status_show").result["site_url"] == resident.url
    assert resident.processes("queue")


def test_a_second_serve_of_the_same_site_is_refused(resident, installed):
    done = installed("--site", resident.folder, "serve", "--port", free_port())
    assert done.returncode == 1
    assert f"already being served, by process {resident.process.pid}" in done.stderr
    assert resident.is_ready()


def test_a_taken_port_is_named(installed, site_folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = installed("--site", site_folder, "serve", "--port", port)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr
    assert f"config-tool {site_folder / 'cytotheca.ini'} ckan.site_url=" in done.stderr


def test_a_public_address_needs_a_real_secret(installed, site_folder):
    (site_folder / "secrets.ini").write_text("[app:main]\nSECRET_KEY = secret\n")
    done = installed("--site", site_folder, "serve", "--host", "0.0.0.0", "--port", 5999)  # noqa: S104
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr


def test_a_site_in_a_deep_folder_is_served_until_ctrl_c(folder):
    """Its sockets lie elsewhere while it runs; a port that is not its URL's is told."""
    deep = folder / ("d" * 120)
    url = f"http://127.0.0.1:{free_port()}"
    site = Site(folder=deep, url=url)
    try:
        deep.mkdir()
        subprocess.run([COMMAND, "init", deep], check=True, capture_output=True)
        site.start()
        wait_for(lambda: has_all_parts(site), 30)
        assert f"config-tool {deep / 'cytotheca.ini'} ckan.site_url={url}" in site.last_output()
        assert any(socket_folder(deep).iterdir())
        stop(site, signal.SIGINT)
    finally:
        site.stop()
    assert not socket_folder(deep).exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
