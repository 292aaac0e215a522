"""The way to the mail server: with a verified certificate wherever TLS is asked for."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from cytotheca.core.settings.accounts import MailSettings
from cytotheca.core.settings.declare import SettingError

SMTPS_PORT: Final = 465
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def deliver(message: EmailMessage, settings: MailSettings) -> None:
    """Hand a message to the mail server. Raises what ``smtplib`` and ``ssl`` raise."""
    host, port = parse_server(settings.server)
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    implicit = port == SMTPS_PORT
    with (
        smtplib.SMTP_SSL(host, port, timeout=settings.timeout_s, context=context)
        if implicit
        else smtplib.SMTP(host, port, timeout=settings.timeout_s)
    ) as server:
        if settings.starttls and not implicit:
            server.starttls(context=context)
        if settings.user:
            if not (settings.starttls or implicit or host in LOOPBACK):
                raise SettingError("smtp.user needs smtp.starttls: passwords travel encrypted only")
            server.login(settings.user, settings.password)
        server.send_message(message)


def parse_server(text: str) -> tuple[str, int]:
    """Return host and port of ``host``, ``host:port`` or ``[v6]:port``; 25 is usual.

    >>> parse_server("mail.example.org:587"), parse_server("[::1]:2525"), parse_server("localhost")
    (('mail.example.org', 587), ('::1', 2525), ('localhost', 25))
    """
    try:
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise SettingError(f"smtp.server = {text!r} is no host or host:port")
    return host, port or smtplib.SMTP_PORT
