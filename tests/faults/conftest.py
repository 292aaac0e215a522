"""A site that is hurt by one test after the other, and must recover each time."""

import pytest
from acceptance.site import found_site, raze_site


@pytest.fixture(scope="session")
def victim():
    """A site with the field's extensions whose processes may be killed."""
    built = found_site({"cytotheca.jobs.lease_seconds": "8"})  # dead workers are missed sooner
    yield built
    raze_site(built)


@pytest.fixture
def boss(victim):
    return victim.people["ada"]


@pytest.fixture
def hand(victim):
    """The editor of lab-a on the site that is hurt."""
    return victim.people["ed"]


@pytest.fixture
def stored(victim):
    """List the objects of a resource, by artifact."""

    def look(rid):
        tail = f"{rid[:3]}/{rid[3:6]}/{rid[6:]}"
        return sorted(name.split("/")[1] for name in victim.objects() if name.endswith(tail))

    return look


@pytest.fixture
def recovered(victim, wait_until):
    """Wait until the site takes requests again."""
    return lambda: wait_until(victim.is_ready, timeout=60)
