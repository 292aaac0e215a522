"""Administration: the options of the running site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, redirect, request

from cytotheca.core.domain.errors import InsufficientStorage, ValidationError, summarize
from cytotheca.core.http.uploads import uploaded_files
from cytotheca.core.runtime.options import runtime_options
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading, page_writing, show

PREFIX = "/ckan-admin"
LOGO = "ckan.site_logo"
LONG_TEXTS = frozenset(
    {
        "ckan.site_about",
        "ckan.site_intro_text",
        "ckan.site_custom_css",
        "cytotheca.site_contact",
        "cytotheca.site_imprint",
        "cytotheca.site_privacy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One field of the form."""

    key: str
    help: str
    value: str
    long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigPage:
    """Variables of ``admin/config.html``."""

    options: tuple[Option, ...]
    logo: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPage:
    """Variables of ``admin/reset_config.html``."""

    error: str = ""


def back_to(page: str) -> Any:
    """Return the redirection that follows a form of the administration."""
    return redirect(f"{PREFIX}/{page}", code=303)


def add_config_pages(blueprint: Blueprint, site: Site) -> None:
    """Serve ``/config`` and ``/reset_config`` below the prefix of the administration."""

    @blueprint.get("/config")
    def config() -> Response:
        return show("admin/config.html", _page(site))

    @blueprint.post("/config")
    def save() -> Any:
        g.may_upload = True  # before the form is read: only administrators come this far
        given: dict[str, Any] = {}
        try:
            given |= _changed(site, request.form)
            given |= uploaded_files(request.files)
            if request.form.get("clear_logo_upload"):
                given["clear_logo_upload"] = "true"
            with page_writing(site) as context:
                context.call("config_option_update", given)
        except (InsufficientStorage, ValidationError) as error:
            text = summarize(error.errors) if isinstance(error, ValidationError) else str(error)
            return show("admin/config.html", _page(site, given, text), error.status)
        return back_to("config")

    @blueprint.get("/reset_config")
    def ask() -> Response:
        return show("admin/reset_config.html", ResetPage())

    @blueprint.post("/reset_config")
    def reset() -> Any:
        with page_writing(site) as context:
            context.call("config_option_update", dict.fromkeys(runtime_options(site), ""))
        return back_to("config")


def _changed(site: Site, form: Mapping[str, str]) -> dict[str, str]:
    """Return the options that the form has other values for than the page had.

    What stays as it is must not be stored: it would hide later changes of the files.
    """
    present = _values(site)
    texts = {key: form[key].replace("\r\n", "\n").strip() for key in present if key in form}
    return {key: text for key, text in texts.items() if text != present[key].strip()}


def _values(site: Site) -> dict[str, str]:
    with page_reading(site) as context:
        return {
            key: context.call("config_option_show", {"key": key}) for key in runtime_options(site)
        }


def _page(site: Site, given: Mapping[str, Any] | None = None, error: str = "") -> ConfigPage:
    known, values = runtime_options(site), _values(site)
    values |= {key: str(value) for key, value in (given or {}).items() if key in known}
    options = tuple(
        Option(key=key, help=one.declaration.help, value=values[key], long=key in LONG_TEXTS)
        for key, one in known.items()
        if key != LOGO
    )
    return ConfigPage(options=options, logo=values[LOGO], error=error)
