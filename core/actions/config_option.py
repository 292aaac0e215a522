"""Actions on the settings that administrators change while the site runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete

from cytotheca.core.actions.images import REPLACED, take_image
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.images import STORED_NAME
from cytotheca.core.models.base import new_id
from cytotheca.core.models.system import SystemInfo
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.runtime.options import STAMP, file_value, runtime_options, stored_options
from cytotheca.core.schema.params import NoParams, Params, Ref
from cytotheca.core.settings.declare import SettingError
from cytotheca.core.settings.themes import load_themes

LOGO = "ckan.site_logo"
LOGO_UPLOAD = "logo_upload"
CLEAR_LOGO = "clear_logo_upload"
IMAGES = "admin"


class OptionShow(Params):
    """Parameters of ``config_option_show``."""

    key: Ref


def config_option_list(context: Context, params: NoParams) -> list[str]:
    """Return the keys of the settings that can be changed while the site runs. Example: ``{}``."""
    del params
    return sorted(runtime_options(context.site))


def config_option_show(context: Context, params: OptionShow) -> str:
    """Return the value of a setting that can be changed while the site runs.

    Parameters: ``key``. Example: ``{"key": "ckan.site_title"}``.
    """
    options = runtime_options(context.site)
    if params.key not in options:
        raise ValidationError(f"Configuration option '{params.key}' can not be shown")
    stored = stored_options(context.session, options)
    return stored.get(params.key, file_value(context.site, params.key))


def config_option_update(context: Context, params: Mapping[str, Any]) -> dict[str, str]:
    """Change settings; all processes of the site see them at their next request.

    Parameters: key and value of each (see ``config_option_list``); ``logo_upload`` (a file)
    or ``clear_logo_upload``. An empty value takes the files' value, or the default, back.

    Example: ``{"ckan.site_title": "Cell library"}``. Returns the given keys with their values.
    """
    options = runtime_options(context.site)
    given = {key: params[key] for key in params if key not in (LOGO_UPLOAD, CLEAR_LOGO)}
    unknown = sorted(set(given) - set(options))
    if unknown:
        raise ValidationError(f"Configuration option(s) '{' '.join(unknown)}' can not be updated")
    before = stored_options(context.session, options)
    wanted = {key: "" if value is None else str(value).strip() for key, value in given.items()}
    wanted = _with_logo(context, params, wanted, before.get(LOGO, ""))
    _check(context, wanted)
    context.session.execute(delete(SystemInfo).where(SystemInfo.key.in_([*wanted, STAMP])))
    kept = {key: value for key, value in wanted.items() if value}
    for key, value in {**kept, STAMP: new_id()}.items():
        context.session.add(SystemInfo(key=key, value=value))
    record(context, "settings_changed", "settings", "", keys=sorted(wanted))
    context.session.flush()
    return {key: wanted[key] or file_value(context.site, key) for key in wanted}


def _with_logo(
    context: Context, params: Mapping[str, Any], wanted: Mapping[str, str], before: str
) -> dict[str, str]:
    """Take in an uploaded logo; one that is no longer shown is removed after the commit."""
    if params.get(LOGO_UPLOAD):
        wanted = {**wanted, LOGO: take_image(context, IMAGES, params[LOGO_UPLOAD])}
    elif str(params.get(CLEAR_LOGO, "")).lower() in ("true", "on", "1"):
        wanted = {**wanted, LOGO: ""}
    if STORED_NAME.fullmatch(before) and wanted.get(LOGO, before) != before:
        context.after_commit(REPLACED, before[:36], {"kind": IMAGES, "name": before})
    return dict(wanted)


def _check(context: Context, wanted: Mapping[str, str]) -> None:
    problems: dict[str, list[str]] = {}
    for key, value in wanted.items():
        if not value:
            continue
        try:
            runtime_options(context.site)[key].check(value)
            if key == "ckan.theme":
                load_themes(value)
            if key == "ckan.site_url":
                _check_url(value)
        except SettingError as error:
            problems[key] = [str(error)]
    if problems:
        raise ValidationError(problems)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise SettingError("must be a URL of scheme and host, like https://data.example.org")


ACTIONS = (
    Action(name="config_option_list", body=config_option_list, params=NoParams, read_only=True),
    Action(name="config_option_show", body=config_option_show, params=OptionShow, read_only=True),
    Action(name="config_option_update", body=config_option_update),
)
