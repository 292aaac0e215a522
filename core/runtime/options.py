"""Settings that administrators change while the site runs, in all its processes.

Their values stand in the database, beside a stamp that changes with each of
them. Every process compares the stamp at each request and before each job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from cytotheca.core.models.system import SystemInfo
from cytotheca.core.settings.catalog import Entry, entries_of
from cytotheca.core.settings.declare import SettingError
from cytotheca.core.settings.site import CORE_SETTINGS, SiteSettings
from cytotheca.core.settings.texts import RUNTIME_KEYS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

STAMP = "ckan.config_update"
SERVICE = "runtime_options"


@dataclass(slots=True, kw_only=True)
class Followed:
    """The settings as the files say, and the stamp of those that stand over them."""

    files: Mapping[str, str]
    stamp: str | None = None
    options: dict[str, Entry] = field(default_factory=dict)


def declared_settings(site: Site) -> dict[str, Entry]:
    """Return key → declared setting of the core and of the enabled plugins."""
    plugins = {plugin.name: plugin.settings for plugin in site.plugins}
    return entries_of({"core": CORE_SETTINGS, **plugins})


def runtime_options(site: Site) -> dict[str, Entry]:
    """Return key → setting that may be changed while the site runs."""
    return _followed(site).options


def file_value(site: Site, key: str) -> str:
    """Return what a setting is without a change at run time: the files' value or the default."""
    followed = _followed(site)
    return followed.files.get(key, followed.options[key].default_text())


def follow_options(site: Site) -> str | None:
    """Bring this process's settings up to date; return their stamp.

    One statement if nothing has changed. While the database is away, settings stay.
    """
    followed = _followed(site)
    try:
        with site.database.reading() as session:
            stamp = session.scalar(select(SystemInfo.value).where(SystemInfo.key == STAMP))
            if stamp == followed.stamp:
                return stamp
            values = stored_options(session, followed.options)
    except SQLAlchemyError as error:
        log.warning("The run-time options could not be read.", error=repr(error))
        return followed.stamp
    site.reconfigure({**followed.files, **_usable(followed, values)})
    site.store.serve_at(site.settings(SiteSettings).site_url)
    followed.stamp = stamp
    return stamp


def stored_options(session: Session, options: Mapping[str, Entry]) -> dict[str, str]:
    """Return the values that stand in the database; one statement."""
    query = select(SystemInfo.key, SystemInfo.value).where(SystemInfo.key.in_(sorted(options)))
    return {row.key: row.value for row in session.execute(query) if row.value is not None}


def _usable(followed: Followed, values: Mapping[str, str]) -> dict[str, str]:
    """Leave out values that this code does not take, e.g. after an update."""
    found = {}
    for key, value in values.items():
        try:
            followed.options[key].check(value)
        except SettingError as error:
            log.warning("A run-time option is not used.", key=key, error=str(error))
            continue
        found[key] = value
    return found


def _followed(site: Site) -> Followed:
    if SERVICE not in site.services:
        declared = declared_settings(site)
        keys = [*RUNTIME_KEYS, *(key for keys in site.hooks.runtime_options() for key in keys)]
        options = {key: declared[key] for key in keys if key in declared}
        site.services[SERVICE] = Followed(files=dict(site.config), options=options)
    found: Followed = site.services[SERVICE]
    return found
