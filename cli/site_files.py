"""The files of a site folder: what ``init`` writes and what it leaves alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from cytotheca.cli.access import INI, SECRETS
from cytotheca.core.settings.config import read_ini

FOLDERS = ("logs", "run", "search", "storage")

DEFAULT_SITE_INI = Template("""\
# Settings of this Cytotheca site. %(here)s is the folder of this file.
# Restart the site after a change. Secrets stand in secrets.ini beside this file.

[app:main]
ckan.site_url = $url
ckan.site_id = $site_id
ckan.site_title = Cytotheca
ckan.plugins = activity dc_schemas dc_serve dc_view

# Where things are
sqlalchemy.url = sqlite:///%(here)s/cytotheca.db
ckan.storage_path = %(here)s/storage
cytotheca.object_store.backend = file
# Queue server; left out, "cytotheca serve" runs one of its own.
# ckan.redis.url = redis://localhost:6379/0

# Who may do what: users make their own circles and collections and share datasets,
# everybody sees public data, and only operators make accounts.
ckan.auth.anon_create_dataset = false
ckan.auth.create_unowned_dataset = false
ckan.auth.create_dataset_if_not_in_organization = false
ckan.auth.allow_collaborators_to_change_owner_org = false
ckan.auth.user_create_groups = true
ckan.auth.user_create_organizations = true
ckan.auth.user_delete_groups = true
ckan.auth.user_delete_organizations = false
ckan.auth.public_user_details = false
ckan.auth.allow_dataset_collaborators = true
ckan.auth.create_user_via_api = false
ckan.auth.create_user_via_web = false

# Files, in MB
ckan.max_resource_size = 100000

ckan.extra_resource_fields = etag sha256
ckan.views.default_views = dc_view image_view datatables_view text_view
ckan.group_and_organization_list_all_fields_max = 1000
""")

SECRETS_INI = """\
# Secrets of this site: keep this file private, and keep it.
# A new SECRET_KEY makes all tokens, logins and signed links invalid.

[app:main]
SECRET_KEY = {secret}
"""


class NotASite(Exception):
    """The folder cannot become a site; the text says why and what to do."""


def checked_url(url: str) -> str:
    """Return a site's URL in the form that clients compare with.

    Raises
    ------
    ValueError
        If it is no URL, or has a path: dclab and DCOR-Aid know a site by its
        host alone.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not a URL like https://data.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(
            f"{url!r} has more than scheme, host and port; "
            "a site needs a host of its own, because dclab finds data by host name alone"
        )
    host = parts.hostname.lower()
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def make_site_files(site_dir: Path, url: str) -> list[Path]:
    """Write what is missing of a site folder; return what was written.

    Existing files keep their content, secrets above all.

    Raises
    ------
    NotASite
        If the folder holds something else, or is a site with another URL.
    """
    _refuse_other_things(site_dir)
    site_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = [
        path
        for path, text, mode in (
            (site_dir / INI, site_ini(url), 0o644),
            (site_dir / SECRETS, new_secrets(), 0o600),
        )
        if _write_new(path, text, mode)
    ]
    _refuse_other_url(site_dir, url)
    (site_dir / SECRETS).chmod(0o600)
    for name in FOLDERS:
        (site_dir / name).mkdir(mode=0o700, exist_ok=True)
    return written


def url_of(site_dir: Path) -> str:
    """Return the URL of a site that is there; empty if there is none."""
    ini = site_dir / INI
    return read_ini(ini).get("ckan.site_url", "").rstrip("/") if ini.is_file() else ""


def site_ini(url: str) -> str:
    """Return the ini file of a new site."""
    return DEFAULT_SITE_INI.substitute(url=url, site_id=f"site-{secrets.token_hex(4)}")


def new_secrets() -> str:
    """Return a secrets file with random secrets."""
    return SECRETS_INI.format(secret=secrets.token_urlsafe(48))


def _refuse_other_things(site_dir: Path) -> None:
    if site_dir.exists() and not site_dir.is_dir():
        raise NotASite(f"{site_dir} is a file; name a folder that is new or empty")
    if not site_dir.is_dir() or (site_dir / INI).exists():
        return
    found = sorted(path.name for path in site_dir.iterdir())
    if found:
        shown = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")  # noqa: PLR2004
        raise NotASite(
            f"{site_dir} holds something else ({shown}); name a folder that is new or empty"
        )


def _refuse_other_url(site_dir: Path, url: str) -> None:
    present: Mapping[str, str] = read_ini(site_dir / INI)
    if present.get("ckan.site_url", "").rstrip("/") != url:
        raise NotASite(
            f"{site_dir} is already a site, with the URL {present.get('ckan.site_url')}; "
            f"to change it: cytotheca config-tool {site_dir / INI} ckan.site_url={url}"
        )


def _write_new(path: Path, text: str, mode: int) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return True
