"""The theme of the site: its folder, and the house's own folder behind it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from cytotheca.core.settings.declare import SettingError

HOUSE = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme as its ``theme.toml`` describes it."""

    folder: Path
    stylesheets: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def load_themes(name: str) -> Sequence[Theme]:
    """Return the theme of a name, then the house's own.

    Raises ``SettingError`` if there is no such theme.
    """
    root = Path(str(files("cytotheca.themes")))
    known = sorted(path.parent.name for path in root.glob("*/theme.toml"))
    if name not in known:
        raise SettingError(f"ckan.theme: {name!r} is unknown. Known: {', '.join(known)}")
    names = [name] if name == HOUSE else [name, HOUSE]
    return [_load(root / one) for one in names]


def _load(folder: Path) -> Theme:
    described = tomllib.loads((folder / "theme.toml").read_text(encoding="utf-8"))
    return Theme(
        folder=folder,
        stylesheets=tuple(described.get("stylesheets", ())),
        scripts=tuple(described.get("scripts", ())),
    )
