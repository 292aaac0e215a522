"""The context of a call: who asks, by which way, in which transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy.orm import Session

from cytotheca.core.models.base import new_id
from cytotheca.core.models.outbox import Kind, Outbox
from cytotheca.core.models.user import User
from cytotheca.core.runtime.origin import INSIDE, Origin
from cytotheca.core.runtime.site import Site

if TYPE_CHECKING:
    from cytotheca.core.jobs.declare import JobSpec


V = TypeVar("V")


@dataclass(slots=True, kw_only=True)
class Work:
    """What one transaction has gathered, to be done after its commit.

    ``snapshot`` is set where nothing can change until the end, so that what was
    read once need not be read again. ``totals`` says of each list that an action gave how
    long the whole one is.
    """

    request_id: str
    rows: dict[str, Outbox] = field(default_factory=dict)
    changed_packages: set[str] = field(default_factory=set)
    memo: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    snapshot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks (``user``; None is anonymous), by which way, in which session.

    A context is never changed; :meth:`internal` and :meth:`acting_as` derive new
    ones that share the session and the unit of work.
    """

    site: Site
    session: Session
    work: Work
    user: User | None = None
    via: str = "internal"
    ignore_auth: bool = False
    origin: Origin = INSIDE

    @property
    def is_sysadmin(self) -> bool:
        """Whether the caller may do everything."""
        return self.user is not None and self.user.sysadmin

    @property
    def user_id(self) -> str | None:
        """The id of the caller, or None."""
        return self.user.id if self.user else None

    @property
    def user_name(self) -> str:
        """The name of the caller, empty for anonymous ones."""
        return self.user.name if self.user else ""

    def internal(self) -> Context:
        """Return a context whose calls are not checked and trigger no rules."""
        return replace(self, ignore_auth=True, via="internal")

    def acting_as(self, user: User | None) -> Context:
        """Return a context of another caller in the same transaction."""
        return replace(self, user=user, ignore_auth=False)

    def call(self, name: str, params: Mapping[str, Any] | None = None) -> Any:
        """Run another action in this transaction."""
        return self.site.actions.call(self, name, params or {})

    def check(self, name: str, params: Any = None) -> None:
        """Run a rule; raises ``NotAuthorized``."""
        self.site.actions.check(self, name, params)

    def memoize(self, key: str, make: Any) -> Any:
        """Return a value that is computed once per unit of work."""
        if key not in self.work.memo:
            self.work.memo[key] = make()
        return self.work.memo[key]

    def once(self, key: str, read: Callable[[], V]) -> V:
        """Return what was read; read once where nothing can change until the end."""
        if not self.work.snapshot:
            return read()
        return cast("V", self.memoize(key, read))

    def reindex(self, *package_ids: str) -> None:
        """Have datasets indexed anew (or taken out) right after the commit."""
        for package_id in package_ids:
            self._add(
                Outbox(
                    kind=Kind.INDEX,
                    key=self._key("index", package_id),
                    subject=package_id,
                    name="index_dataset",
                )
            )

    def after_commit(self, event: str, subject: str, payload: Mapping[str, Any]) -> None:
        """Have an event handled after the commit, exactly once."""
        self._add(
            Outbox(
                kind=Kind.EVENT,
                key=self._key(event, subject),
                subject=subject,
                name=event,
                payload=dict(payload),
            )
        )

    def enqueue(  # noqa: PLR0913 - the columns of a job's row
        self,
        job: JobSpec,
        subject: str,
        *,
        version: str = "",
        payload: Mapping[str, Any] | None = None,
        depends_on: Sequence[str] = (),
        title: str | None = None,
    ) -> str:
        """Have a job run after the commit, unless one of the same key waits or runs.

        Returns the key. ``depends_on`` are keys of other jobs.
        """
        key = job_key(subject, job.name, version)
        if key in self.work.rows or _replace_failed(self.session, key):
            return key
        self._add(
            Outbox(
                kind=Kind.JOB,
                key=key,
                subject=subject,
                name=job.name,
                queue=job.queue,
                payload=dict(payload or {}),
                depends_on=list(depends_on),
                title=title or job.title,
            )
        )
        return key

    def _key(self, name: str, subject: str) -> str:
        """Return a key nobody else has; the id of a request may come from the client, twice."""
        return f"{subject}:{name}:{new_id()}"

    def _add(self, row: Outbox) -> None:
        same = f"{row.kind}/{row.name}/{row.subject}"
        if row.kind == Kind.INDEX and same in self.work.rows:
            return
        self.work.rows[same if row.kind == Kind.INDEX else row.key] = row
        self.session.add(row)


def job_key(subject: str, name: str, version: str = "") -> str:
    """Return the key of a job: ``<subject>:<job>[:<version>]``."""
    return f"{subject}:{name}:{version}" if version else f"{subject}:{name}"


def _replace_failed(session: Session, key: str) -> bool:
    """Tell whether a row of the key waits or runs; a failed one makes place."""
    from cytotheca.core.models.outbox import JobState, find_row  # noqa: PLC0415

    row = find_row(session, key)
    if row is None:
        return False
    if row.state == JobState.FAILED:
        session.delete(row)
        session.flush()
        return False
    return True
