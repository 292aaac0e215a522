"""What happens to outbox rows after the commit that wrote them.

Index and event rows are done at once, in a transaction of their own that also
deletes them; job rows are handed to the transport. A row that fails here
stays, and the relay takes it up later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from cytotheca.core.models.base import utc_now
from cytotheca.core.models.outbox import JobState, Kind, Outbox, keys_present, list_sendable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

RETRY_ROW = timedelta(seconds=20)


def dispatch(site: Site, row_ids: Sequence[str]) -> None:
    """Do index and event rows and send job rows; never raises."""
    try:
        run_rows(site, row_ids)
        send_ready(site)
    except Exception as error:  # noqa: BLE001 - the commit stands; the relay will repeat this
        log.warning("Follow-up work is left to the relay.", error=repr(error))


def run_rows(site: Site, row_ids: Sequence[str]) -> None:
    """Do the index and event rows among the ids, each in a transaction of its own."""
    for row_id in row_ids:
        try:
            _run_row(site, row_id)
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
            log.warning(
                "An outbox row failed; it will be tried again.", row=row_id, error=repr(error)
            )
            _put_off(site, row_id, repr(error))


def _run_row(site: Site, row_id: str) -> None:
    from cytotheca.core.runtime.unit_of_work import unit_of_work  # noqa: PLC0415

    with unit_of_work(site, ignore_auth=True) as context:
        row = context.session.scalar(
            select(Outbox).where(Outbox.id == row_id).with_for_update(skip_locked=True)
        )
        if row is None or row.kind == Kind.JOB:
            return
        handler = site.handlers.get(row.name)
        if handler is not None:
            handler(context, {**row.payload, "subject": row.subject})
        context.session.delete(row)


def _put_off(site: Site, row_id: str, error: str) -> None:
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is not None:
            row.attempts += 1
            row.error = error[:2000]
            row.available_at = utc_now() + RETRY_ROW * min(row.attempts, 30)
            session.commit()


def send_ready(site: Site) -> int:
    """Send the pending jobs whose time has come and whose dependencies are gone."""
    with site.database.reading() as session:
        ready = [row.id for row in _ready(session)]
    sent = 0
    for row_id in ready:
        if not _claim_for_sending(site, row_id):
            continue
        if not _send(site, row_id):
            break
        sent += 1
    return sent


def _ready(session: Session) -> Sequence[Outbox]:
    rows = list_sendable(session, utc_now())
    wanted = {key for row in rows for key in row.depends_on}
    present = keys_present(session, sorted(wanted))
    return [row for row in rows if not any(key in present for key in row.depends_on)]


def _claim_for_sending(site: Site, row_id: str) -> bool:
    with site.database.writing() as session:
        row = session.scalar(select(Outbox).where(Outbox.id == row_id).with_for_update())
        if row is None or row.state != JobState.PENDING:
            return False
        row.state = JobState.SENT
        row.sent_at = utc_now()
        session.commit()
    return True


def _send(site: Site, row_id: str) -> bool:
    with site.database.reading() as session:
        row = session.get(Outbox, row_id)
        if row is None:
            return True
        spec = site.jobs.get(row.name)
        timeout_s = spec.timeout_s if spec else 180
        queue, title = row.queue, row.title
    if site.transport.send(row_id, queue=queue, timeout_s=timeout_s, title=title):
        return True
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is not None and row.state == JobState.SENT:
            row.state = JobState.PENDING
            session.commit()
    return False
