"""A real mail server in a thread, and what it was given."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    import pathlib
    from email.message import EmailMessage


@dataclass
class Letterbox:
    """Keeps what comes; ``envelopes`` are senders and recipients as the server heard them."""

    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[Any] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parsed["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        parsed["X-Encrypted"] = str(session.ssl is not None)
        self.mails.append(parsed)
        return "250 OK"

    def authenticate(self, *told: Any) -> AuthResult:
        """Let everybody in; the last argument holds name and password."""
        data = told[-1]
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    def take(self) -> list[EmailMessage]:
        """Return what came since the last time."""
        came, self.mails = self.mails, []
        return came


def start_server(box: Letterbox, **options: Any) -> Controller:
    """Start a server on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=20, **options)
    controller.start()
    return controller


def make_authority(folder: pathlib.Path, *names: str) -> tuple[pathlib.Path, ssl.SSLContext]:
    """Return the file of an authority, and a server's context with a certificate of it."""
    authority = trustme.CA()
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(file)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return file, context
