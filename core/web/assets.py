"""Static files of the theme and of plugins, under addresses that change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from cytotheca.core.settings.themes import Theme

PREFIX = "/assets"
LONG_S = 365 * 24 * 3600
SHORT_S = 300
_DIGEST_LENGTH = 12


@dataclass(slots=True, kw_only=True)
class Assets:
    """The static files of a site; ``plugin/<name>/…`` are those of a plugin."""

    themes: Sequence[Theme]
    plugins: Sequence[Any]
    _digests: dict[str, str] = field(default_factory=dict)

    def use_themes(self, themes: Sequence[Theme]) -> None:
        """Serve the files of other themes from now on."""
        self.themes = themes
        self._digests = {}

    def find(self, name: str) -> Path | None:
        """Return the file of a name, or None; names never lead out of the folders."""
        for folder, path in self._places(name):
            joined = safe_join(str(folder), path)
            if joined is not None and Path(joined).is_file():
                return Path(joined)
        return None

    def url(self, name: str) -> str:
        """Return the address of a file; a changed file gets another address."""
        if name not in self._digests:
            path = self.find(name)
            content = path.read_bytes() if path else b""
            self._digests[name] = hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
        return f"{PREFIX}/{name}?v={self._digests[name]}"

    def stylesheets(self) -> list[str]:
        """Return the addresses of all stylesheets: the house's, the theme's, plugins'."""
        names = [sheet for theme in reversed(self.themes) for sheet in theme.stylesheets]
        names += self._of_plugins("css/*.css")
        return [self.url(name) for name in names]

    def scripts(self) -> list[str]:
        """Return the addresses of all scripts (ES modules), in the same order."""
        names = [script for theme in reversed(self.themes) for script in theme.scripts]
        names += self._of_plugins("js/*.js")
        return [self.url(name) for name in names]

    def _places(self, name: str) -> list[tuple[Path, str]]:
        first, _, rest = name.partition("/")
        if first == "plugin":
            wanted, _, path = rest.partition("/")
            return [
                (one.static, path)
                for one in self.plugins
                if one.static is not None and one.name == wanted
            ]
        return [(theme.folder / "static", name) for theme in self.themes]

    def _of_plugins(self, pattern: str) -> list[str]:
        return [
            f"plugin/{plugin.name}/{path.relative_to(plugin.static).as_posix()}"
            for plugin in self.plugins
            if plugin.static is not None
            for path in sorted(plugin.static.glob(pattern))
        ]


def assets_blueprint(assets: Assets) -> Blueprint:
    """Serve the static files."""
    blueprint = Blueprint("assets", __name__)

    @blueprint.get(f"{PREFIX}/<path:name>")
    def asset(name: str) -> Response:
        path = assets.find(name)
        if path is None:
            raise NotFound
        answer = send_file(path, conditional=True, max_age=LONG_S if request.args else SHORT_S)
        answer.headers["Cache-Control"] = (
            f"public, max-age={LONG_S}, immutable"
            if "v" in request.args
            else f"public, max-age={SHORT_S}"
        )
        return answer

    return blueprint
