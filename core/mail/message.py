"""Building a message: headers are encoded and quoted by the standard library."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from cytotheca.core.mail.texts import MailText
from cytotheca.core.models.base import utc_now
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import MailSettings
from cytotheca.core.settings.site import SiteSettings


def build_message(site: Site, text: MailText, *, to: str, name: str = "") -> EmailMessage:
    """Return the message from the site to one person."""
    mail = site.settings(MailSettings)
    settings = site.settings(SiteSettings)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender_of(site), settings.site_title)
    message["To"] = _address(to, name)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to, "")
    message["Subject"] = text.subject
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=_host(settings.site_url))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.body)
    return message


def sender_of(site: Site) -> str:
    """Return the address that mails come from."""
    own = site.settings(MailSettings).mail_from
    return own or f"noreply@{_host(site.settings(SiteSettings).site_url)}"


def _address(address: str, name: str) -> Address:
    return Address(display_name=" ".join(name.split()), addr_spec=address)


def _host(site_url: str) -> str:
    return urlsplit(site_url).hostname or "localhost"
