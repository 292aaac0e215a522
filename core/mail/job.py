"""Mails are sent by jobs: an outage of the mail server delays mails, never an action."""

from __future__ import annotations

from collections.abc import Mapping
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


def sends_mail(site: Site) -> bool:
    """Tell whether the site has a mail server."""
    return bool(site.settings(MailSettings).server)


def send_mail(
    context: Context, template: str, *, to: str, name: str = "", **variables: str
) -> None:
    """Have a mail sent after the commit; ``variables`` wait in the database, so no secrets."""
    if sends_mail(context.site):
        payload = {"template": template, "to": to, "name": name, "variables": variables}
        context.enqueue(SEND_MAIL, new_id(), payload=payload)


def post(site: Site, template: str, *, to: str, name: str = "", **variables: str) -> None:
    """Render and send a mail now; only jobs may wait for that."""
    message = build_message(site, render_mail(site, template, variables), to=to, name=name)
    try:
        deliver(message, site.settings(MailSettings))
    except SMTPRecipientsRefused as error:
        if any(code < PERMANENT for code, _ in error.recipients.values()):
            raise
        log.warning("The mail server knows no such recipient; a mail is dropped.", mail=template)
        return
    log.info("A mail was sent.", mail=template)


def _send(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    del subject
    post(
        site,
        payload["template"],
        to=payload["to"],
        name=payload["name"],
        **payload["variables"],
    )


SEND_MAIL = JobSpec(
    name="send_mail", function=_send, retry_delays_s=RETRY_DELAYS_S, title="Send a mail"
)
