"""Mails are sent by jobs: an outage of the mail server delays mails, never an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from smtplib import SMTPRecipientsRefused
from typing import Any, Final

import structlog

from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.mail.message import build_message
from cytotheca.core.mail.smtp import deliver
from cytotheca.core.mail.texts import render_mail
from cytotheca.core.models.base import new_id
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import MailSettings

log = structlog.get_logger(__name__)

RETRY_DELAYS_S: Final = (10.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0, 86_400.0)
PERMANENT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail: its template, the recipient's address and name, and what the template needs."""

    template: str
    to: str
    name: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


def sends_mail(site: Site) -> bool:
    """Tell whether the site has a mail server."""
    return bool(site.settings(MailSettings).server)


def send_mail(context: Context, letter: Letter) -> None:
    """Have a mail sent after the commit; it waits in the database, so it must hold no secrets."""
    if sends_mail(context.site):
        context.enqueue(SEND_MAIL, new_id(), payload=asdict(letter))


def post(site: Site, letter: Letter) -> None:
    """Render and send a mail now; only jobs may wait for that."""
    text = render_mail(site, letter.template, letter.variables)
    message = build_message(site, text, to=letter.to, name=letter.name)
    try:
        deliver(message, site.settings(MailSettings))
    except SMTPRecipientsRefused as error:
        if any(code < PERMANENT for code, _ in error.recipients.values()):
            raise
        log.warning("The mail server knows no such recipient; it is dropped.", mail=letter.template)
        return
    log.info("A mail was sent.", mail=letter.template)


def _send(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    del subject
    post(site, Letter(**payload))


SEND_MAIL = JobSpec(
    name="send_mail", function=_send, retry_delays_s=RETRY_DELAYS_S, title="Send a mail"
)
