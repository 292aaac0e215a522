"""In the core's tests the people are those of the site without extensions."""

import pytest


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
