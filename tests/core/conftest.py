"""In the core's tests the people are those of the site without extensions."""

import pytest
from postgres import running_server

from cytotheca.core.site_factory import create_site


@pytest.fixture(scope="session")
def admin(core_site):
    return core_site.people["ada"]


@pytest.fixture(scope="session")
def ed(core_site):
    return core_site.people["ed"]


@pytest.fixture(scope="session")
def mo(core_site):
    return core_site.people["mo"]


@pytest.fixture(scope="session")
def xi(core_site):
    return core_site.people["xi"]


@pytest.fixture(scope="session")
def nobody(core_site):
    return core_site.people[""]


@pytest.fixture
def new_dataset(new_name):
    """Make datasets of lab-a under names nobody else uses."""

    def create(client, **fields):
        fields = {"name": new_name("t"), "owner_org": "lab-a"} | fields
        return client.post("package_create", fields).result

    return create


@pytest.fixture
def bare(tmp_path):
    """An empty site in this process whose queue is away: rows move only as a test says."""
    site = create_site(
        {
            "SECRET_KEY": "s" * 32,
            "ckan.site_url": "http://127.0.0.1:1",
            "ckan.redis.url": "redis://127.0.0.1:1/0",
            "cytotheca.site_dir": str(tmp_path),
            "sqlalchemy.url": f"sqlite:///{tmp_path / 'db'}",
            "ckan.storage_path": str(tmp_path / "storage"),
        }
    )
    site.upgrade_database()
    yield site
    site.close()


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server; yields the beginning of a URL."""
    with running_server() as url:
        yield url
