"""Settings of mail and of how accounts come about."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.settings.declare import between, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The server that takes our mail."""

    server: str = setting(
        "smtp.server", default="", help="Mail server, also as host:port; empty: no mail is sent."
    )
    starttls: bool = setting(
        "smtp.starttls", default=False, help="Refuse to send without STARTTLS."
    )
    user: str = setting("smtp.user", default="", help="Name for the mail server.")
    password: str = setting("smtp.password", default="", help="Password for the mail server.")
    mail_from: str = setting(
        "smtp.mail_from", default="", help="Address of the sender; the site's title is its name."
    )
    reply_to: str = setting("smtp.reply_to", default="", help="Where answers shall go.")
    timeout_s: int = setting(
        "smtp.timeout",
        default=20,
        check=between(1, 600),
        help="Patience with the mail server in s.",
    )
    ca_file: str = setting(
        "smtp.ca_file", default="", help="PEM file of authorities to trust instead of the system's."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """How accounts come about, and how long what belongs to them is."""

    token_nbytes: int = setting(
        "api_token.nbytes",
        default=32,
        check=between(16, 32),
        help="Random bytes in the id of an API token.",
    )

    verify_email: bool = setting(
        "cytotheca.accounts.verify_email",
        default=True,
        help="Who registers must follow a mailed link; else names and addresses can be probed.",
    )
    session_idle_s: int = setting(
        "cytotheca.session_idle_seconds",
        default=30 * 24 * 3600,
        check=between(60, 10 * 366 * 24 * 3600),
        help="A login that was not used for so long has ended.",
    )
    unremembered_session_s: int = setting(
        "cytotheca.session_unremembered_seconds",
        default=24 * 3600,
        check=between(60, 10 * 366 * 24 * 3600),
        help="Life of a login without “Stay logged in”.",
    )
