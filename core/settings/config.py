"""Reading of the site folder's files and of the environment.

Later sources win: ``cytotheca.ini``, then ``secrets.ini``, then environment.
The result is a flat mapping of CKAN-style keys to strings.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

SECTION = "app:main"

CKAN_VARIABLES: Mapping[str, str] = {
    "CKAN_SQLALCHEMY_URL": "sqlalchemy.url",
    "CKAN_SOLR_URL": "solr_url",
    "CKAN_SOLR_USER": "solr_user",
    "CKAN_SOLR_PASSWORD": "solr_password",
    "CKAN_SITE_ID": "ckan.site_id",
    "CKAN_SITE_URL": "ckan.site_url",
    "CKAN_REDIS_URL": "ckan.redis.url",
    "CKAN_STORAGE_PATH": "ckan.storage_path",
    "CKAN_SMTP_SERVER": "smtp.server",
    "CKAN_SMTP_STARTTLS": "smtp.starttls",
    "CKAN_SMTP_USER": "smtp.user",
    "CKAN_SMTP_PASSWORD": "smtp.password",
    "CKAN_SMTP_MAIL_FROM": "smtp.mail_from",
    "CKAN_MAX_UPLOAD_SIZE_MB": "ckan.max_resource_size",
}
PREFIX = "CYTOTHECA___"


class ConfigError(ValueError):
    """The site's files cannot be read; the text says which and what to do."""


def read_config(site_dir: Path) -> dict[str, str]:
    """Return the merged configuration of a site folder."""
    ini = site_dir / "cytotheca.ini"
    if not ini.is_file():
        raise ConfigError(
            f"{site_dir} is not a site: there is no cytotheca.ini. "
            f"Make one with: cytotheca init {site_dir} --url URL"
        )
    return read_files(ini, site_dir / "secrets.ini")


def read_files(*files: Path) -> dict[str, str]:
    """Return the merged configuration of some ini files and the environment."""
    config: dict[str, str] = {"cytotheca.site_dir": str(files[0].parent.resolve())}
    for file in files:
        if file.is_file():
            config.update(read_ini(file))
    config.update(from_environment(os.environ))  # noqa: TID251 - the one reader
    return config


def read_ini(file: Path) -> dict[str, str]:
    """Return the ``[app:main]`` section of an ini file; ``%(here)s`` is its folder."""
    parser = configparser.ConfigParser(
        defaults={"here": str(file.parent.resolve())}, strict=True, delimiters=("=",)
    )
    parser.optionxform = _as_written  # type: ignore[method-assign,assignment]
    try:
        parser.read_string(file.read_text(encoding="utf-8"), source=str(file))
        items = dict(parser.items(SECTION))
    except configparser.NoSectionError:
        raise ConfigError(f"{file} has no section [{SECTION}]") from None
    except configparser.Error as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    items.pop("here", None)
    return items


def _as_written(key: str) -> str:
    """Keep the letter case of keys; configparser would lower it."""
    return key


def from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return settings given by environment variables.

    ``CYTOTHECA___A__B`` stands for ``a.b``; CKAN's own variables are known too.
    """
    config = {key: environ[name] for name, key in CKAN_VARIABLES.items() if name in environ}
    for name, value in environ.items():
        if name.startswith(PREFIX):
            config[name.removeprefix(PREFIX).replace("__", ".").lower()] = value
    return config
