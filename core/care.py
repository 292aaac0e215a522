"""What operators look for, and mend, in the database and the search index of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from cytotheca.core import migrate
from cytotheca.core.models.base import Base
from cytotheca.core.models.resource import ResourceView
from cytotheca.core.models.user import User
from cytotheca.core.runtime.site import Site
from cytotheca.core.search.engine import SearchQuery


def clean_database(site: Site) -> None:
    """Remove all tables of plugins and core, and what the index holds; files stay."""
    for history in reversed(list(migrate.histories(site))):
        migrate.downgrade(site, history.name, "base")
    site.search.clear()


def table_differences(site: Site) -> list[str]:
    """Return how the tables differ from those that this code needs."""
    with site.database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    return [str(one) for one in found if "alembic_version" not in str(one)]


def duplicate_emails(site: Site) -> Mapping[str, Sequence[str]]:
    """Return e-mail address → names of the active accounts that share it."""
    address = func.lower(User.email)
    active = (User.state == "active", User.email.is_not(None), User.email != "")
    shared = select(address).where(*active).group_by(address).having(func.count() > 1)
    query = select(address, User.name).where(*active, address.in_(shared))
    found: dict[str, list[str]] = {}
    with site.database.reading() as session:
        for email, name in session.execute(query.order_by(address, User.name)):
            found.setdefault(email, []).append(name)
    return found


def unknown_view_types(site: Site) -> list[str]:
    """Return the types of views that are stored and that no enabled plugin has."""
    with site.database.reading() as session:
        stored = session.scalars(select(ResourceView.view_type).distinct())
        return sorted(set(stored) - set(site.views))


def indexed_dataset(site: Site, dataset_id: str) -> dict[str, Any] | None:
    """Return what the index holds of a dataset, or None."""
    quoted = dataset_id.replace("\\", "\\\\").replace('"', '\\"')
    found = site.search.search(SearchQuery(text="*:*", filters=[f'id:"{quoted}"'], rows=1))
    return dict(found.results[0]) if found.results else None
