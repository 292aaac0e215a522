"""Texts of mails: plain-text templates of plugins and themes, in the same order as pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.settings.themes import load_themes

SERVICE: Final = "mail_texts"
MAX_WORDS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """What a mail says."""

    subject: str
    body: str


def render_mail(site: Site, template: str, variables: Mapping[str, Any]) -> MailText:
    """Return the text of ``mail/<template>.txt``: its first line is the subject."""
    page = _environment(site).get_template(f"mail/{template}.txt")
    settings = site.settings(SiteSettings)
    text = page.render(site_title=settings.site_title, site_url=settings.site_url, **variables)
    subject, _, body = text.strip().partition("\n")
    return MailText(subject=" ".join(subject.split()), body=body.strip() + "\n")


def _environment(site: Site) -> Environment:
    theme = site.settings(SiteSettings).theme
    service = f"{SERVICE}/{theme}"  # the theme can be changed while the site runs
    if service not in site.services:
        folders = [one.templates for one in site.plugins or () if one.templates is not None]
        themes = load_themes(theme)
        environment = Environment(
            loader=FileSystemLoader([*folders, *(one.folder / "templates" for one in themes)]),
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text
        )
        environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        environment.filters["short"] = _short
        site.services[service] = environment
    found: Environment = site.services[service]
    return found


def _short(text: str | None) -> str:
    """Return others' words on one line, too short to carry an advertisement."""
    return " ".join((text or "").split())[:MAX_WORDS]
