"""Actions that tell about the site itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from cytotheca.core.domain.errors import NotFound, UnknownAction
from cytotheca.core.domain.licenses import load_licenses
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import NoParams, Params, Ref
from cytotheca.core.settings.site import SiteSettings

CKAN_VERSION = "2.12.0"
"""The level of CKAN's interface that we keep; clients choose their calls by it."""


class HelpShow(Params):
    """Parameters of ``help_show``."""

    name: Ref


def status_show(context: Context, params: NoParams) -> dict[str, Any]:
    """Return the title, address, versions and enabled plugins of the site. Example: ``{}``."""
    del params
    site = context.site.settings(SiteSettings)
    hidden = site.hide_version and not (context.is_sysadmin or context.ignore_auth)
    versions = {"ckan_version": CKAN_VERSION, "cytotheca_version": version("cytotheca")}
    return {
        "site_title": site.site_title,
        "site_description": site.site_description,
        "site_url": site.site_url,
        "error_emails_to": None,
        "locale_default": site.locale_default,
        "extensions": list(site.plugins),
        **({} if hidden else versions),
    }


def help_show(context: Context, params: HelpShow) -> str | None:
    """Return the documentation of an action.

    Parameters: ``name``. Example: ``{"name": "package_show"}``.
    """
    try:
        return context.site.actions.help(params.name)
    except UnknownAction:
        raise NotFound("Action function not found") from None


def license_list(context: Context, params: NoParams) -> list[dict[str, Any]]:
    """Return the licences that datasets can have. Example: ``{}``."""
    del params
    return load_licenses(context.site.settings(SiteSettings).licenses_url)


ACTIONS = (
    Action(
        name="status_show", body=status_show, result=results.Status, params=NoParams, read_only=True
    ),
    Action(name="help_show", body=help_show, params=HelpShow, read_only=True),
    Action(
        name="license_list",
        body=license_list,
        result=list[results.License],
        params=NoParams,
        read_only=True,
    ),
)
