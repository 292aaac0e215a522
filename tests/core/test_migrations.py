"""The tables that migrations make are those of the models, on every way to the newest revision."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cytotheca.core.migrate import alembic_config, histories
from cytotheca.core.models.base import Base
from cytotheca.core.site_factory import create_site

PLUGINS = "dc_view dc_serve dc_schemas activity"


@pytest.fixture
def site(tmp_path):
    made = create_site(
        {
            "SECRET_KEY": "s" * 40,
            "ckan.site_url": "http://127.0.0.1:1",
            "ckan.redis.url": "redis://127.0.0.1:1/0",
            "ckan.plugins": PLUGINS,
            "cytotheca.site_dir": str(tmp_path),
            "sqlalchemy.url": f"sqlite:///{tmp_path / 'db'}",
            "ckan.storage_path": str(tmp_path / "storage"),
        }
    )
    yield made
    made.close()


def differences(site):
    """Return what autogenerate would write into a new revision."""
    with site.database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    return [one for one in found if "alembic_version" not in str(one)]


def move(site, verb, revision):
    for history in histories(site):
        with alembic_config(site, history) as config:
            getattr(command, verb)(config, revision)


def test_migrations_make_the_tables_of_the_models(site):
    """Style 49: from nothing; a step down and up; autogenerate finds no difference."""
    move(site, "upgrade", "head")
    assert differences(site) == []
    move(site, "downgrade", "-1")
    assert differences(site)
    move(site, "upgrade", "head")
    assert differences(site) == []
    move(site, "downgrade", "base")
    move(site, "upgrade", "head")
    assert differences(site) == []
