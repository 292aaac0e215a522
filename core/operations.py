"""What operators do with a site beyond single actions; commands call these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cytotheca.core import migrate
from cytotheca.core.actions.index_drift import compare_index
from cytotheca.core.actions.indexing import (
    count_datasets,
    heal_index,
    ids_to_index,
    rebuild_index,
)
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.jobs.declare import QUEUES, queue_names
from cytotheca.core.jobs.trial import enqueue_trials
from cytotheca.core.models.user import find_user
from cytotheca.core.runtime.calling import call_action
from cytotheca.core.runtime.options import follow_options
from cytotheca.core.runtime.site import Site


class DatabaseOutdated(RuntimeError):
    """The tables are not those that this code needs; the text has the command to run."""


class OperableSite(Site):
    """A site with what its operator may do to it."""

    __slots__ = ()

    def call(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        *,
        user: str | None = None,
        ignore_auth: bool = False,
    ) -> Any:
        """Run one action in a transaction of its own, as a user (by name) or unchecked."""
        user_id = None
        if user is not None:
            with self.database.reading() as session:
                found = find_user(session, user)
            if found is None:
                raise NotFound(f"user {user}")
            user_id = found.id
        return call_action(
            self, name, params or {}, user_id=user_id, via="cli", ignore_auth=ignore_auth
        ).result

    def upgrade_database(self, name: str | None = None, revision: str = "head") -> None:
        """Apply all pending migrations, or those of the core (``core``) or of one plugin.

        A site without datasets gets its empty search index.
        """
        migrate.upgrade(self, name, revision)
        if name not in (None, "core") or revision != "head":
            return
        if not self.count_datasets() and not self.search.is_complete():
            rebuild_index(self)

    def downgrade_database(self, name: str, revision: str) -> None:
        """Take the tables of the core, or of a plugin, back to a revision (``base``: none)."""
        migrate.downgrade(self, name, revision)

    def pending_migrations(self) -> Mapping[str, Sequence[str]]:
        """Return name → what each migration does that is not applied yet, in order."""
        return migrate.pending(self)

    def write_migration(self, plugin: str, message: str, *, autogenerate: bool = False) -> Path:
        """Write the next migration of a plugin's tables; return its file."""
        return migrate.write_revision(self, plugin, message, autogenerate=autogenerate)

    def database_versions(self) -> Mapping[str, tuple[str | None, str | None]]:
        """Return name → (version of the database, version this code needs)."""
        return migrate.versions(self)

    def check_database(self) -> None:
        """Raise ``DatabaseOutdated`` unless all tables are those that this code needs."""
        stale = [name for name, (have, need) in self.database_versions().items() if have != need]
        if stale:
            raise DatabaseOutdated(
                f"The database is not up to date ({', '.join(stale)}). "
                "Run: cytotheca --site SITE db upgrade"
            )

    def follow_options(self) -> None:
        """Take the options that administrators changed while the site ran."""
        follow_options(self)

    def rebuild_search_index(self, progress: Callable[[int], None] | None = None) -> int:
        """Build the search index anew; return the number of datasets.

        ``progress`` is told how many datasets are done, each time some more are.
        """
        return rebuild_index(self, progress)

    def heal_search_index(self) -> bool:
        """Build the search index anew if it is not complete; tell whether it was built."""
        return heal_index(self)

    def compare_search_index(self) -> tuple[set[str], set[str]]:
        """Return the ids of datasets that the index lacks, and of those it should not have."""
        return compare_index(self)

    def ids_to_index(self) -> set[str]:
        """Return the ids of the datasets that belong in the index."""
        return ids_to_index(self)

    def count_datasets(self) -> int:
        """Return how many datasets belong in the index."""
        return count_datasets(self)

    def queues_of_extensions(self) -> Sequence[str]:
        """Return the names of the queues that only jobs of extensions use."""
        return [name for name in queue_names(self.jobs.values()) if name not in QUEUES]

    def enqueue_test_jobs(self, queues: Sequence[str]) -> Mapping[str, str]:
        """Add a job that does nothing to each queue; return queue → id of the job."""
        return enqueue_trials(self, queues)
