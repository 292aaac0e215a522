"""Where templates come from: plugins in their order, then the theme, then the house's own.

``{% ckan_extends %}`` in a template extends the template of the same name that
lies further down, so that several plugins can add to one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, TemplateNotFound

_EXTENDS_SAME = re.compile(r"\{%-?\s*ckan_extends\s*-?%\}")
_BELOW = "!"

Source = tuple[str, str | None, Callable[[], bool] | None]


class LayeredLoader(BaseLoader):
    """Finds a template in the first of several folders; ``3!page.html`` skips three."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._loaders = [FileSystemLoader(folder) for folder in folders]

    def get_source(self, environment: Environment, template: str) -> Source:
        """Return the source, with its own kind of inheritance spelled as Jinja's."""
        skip, name = _split(template)
        for position, loader in enumerate(self._loaders[skip:], start=skip):
            try:
                source, filename, is_fresh = loader.get_source(environment, name)
            except TemplateNotFound:
                continue
            parent = f"{{% extends '{position + 1}{_BELOW}{name}' %}}"
            return _EXTENDS_SAME.sub(parent.replace("\\", "\\\\"), source), filename, is_fresh
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        return sorted({name for loader in self._loaders for name in loader.list_templates()})


def _split(template: str) -> tuple[int, str]:
    number, mark, name = template.partition(_BELOW)
    return (int(number), name) if mark and number.isdecimal() else (0, template)
