"""The people of the demonstration; they and their passwords survive a restart."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cytotheca.cli.access import call

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

FILE = "demo-logins.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A person: the name, what for, and the password."""

    name: str
    role: str
    password: str
    token: str = ""


def prepare_logins(site: OperableSite, site_dir: Path) -> list[Login]:
    """Return the scientist and the administrator, made on the first run."""
    file = site_dir / FILE
    if file.is_file():
        return [Login(**fields) for fields in json.loads(file.read_text(encoding="utf-8"))]
    logins = [_make(site, "demo", "uploads data"), _make(site, "admin", "administers the site")]
    call(site, "user_patch", id="admin", sysadmin=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump([asdict(login) for login in logins], stream, indent=2)
    return logins


def _make(site: OperableSite, name: str, role: str) -> Login:
    password = secrets.token_urlsafe(9)
    if name in call(site, "user_list", all_fields=False):  # an earlier run was stopped half-way
        call(site, "user_patch", id=name, password=password)
    else:
        call(site, "user_create", name=name, email=f"{name}@example.org", password=password)
    token = call(site, "api_token_create", user=name, name="demo")["token"]
    return Login(name=name, role=role, password=password, token=token)
