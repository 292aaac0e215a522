"""What the pages of a site say of it; administrators change these while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.settings.declare import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSettings:
    """Texts in Markdown, the logo, further style rules."""

    logo: str = setting(
        "ckan.site_logo", default="", help="Logo in the head of pages: an uploaded file, or a URL."
    )
    intro: str = setting(
        "ckan.site_intro_text", default="", help="Text on the front page, in Markdown."
    )
    about: str = setting("ckan.site_about", default="", help="The page /about, in Markdown.")
    custom_css: str = setting(
        "ckan.site_custom_css", default="", help="Style rules that all pages add to the theme's."
    )
    contact: str = setting(
        "cytotheca.site_contact", default="", help="The page /contact, in Markdown."
    )
    imprint: str = setting(
        "cytotheca.site_imprint", default="", help="The page /imprint, in Markdown."
    )
    privacy: str = setting(
        "cytotheca.site_privacy", default="", help="The page /privacy, in Markdown."
    )
    docs: str = setting("cytotheca.site_docs", default="", help="The page /docs, in Markdown.")
    contact_email: str = setting(
        "email_to", default="", help="Address that the page /contact names."
    )


RUNTIME_KEYS = (
    "ckan.site_title",
    "ckan.site_logo",
    "ckan.site_url",
    "ckan.site_description",
    "ckan.site_about",
    "ckan.site_intro_text",
    "ckan.site_custom_css",
    "ckan.theme",
    "cytotheca.site_contact",
    "cytotheca.site_imprint",
    "cytotheca.site_privacy",
)
"""Keys that administrators may change while the site runs."""
