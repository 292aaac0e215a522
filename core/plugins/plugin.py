"""What a plugin is: a table of contents of what it brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar


class Plugin:
    """Base of all plugins; the hooks are methods marked with ``hookimpl``.

    Attributes
    ----------
    name:
        as in ``ckan.plugins`` and the entry point
    requires:
        names of plugins that must be enabled, too
    settings:
        classes of declared settings
    templates:
        folder of templates, or None; the plugin listed first wins
    static:
        folder of files below ``/assets/plugin/<name>/``, or None; stylesheets in ``css`` and
        scripts in ``js`` are on every page
    public:
        folder of files that are served from ``/``, or None
    migrations:
        folder of the Alembic environment of its tables, or None
    """

    name: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()
    settings: ClassVar[tuple[type[Any], ...]] = ()
    templates: ClassVar[Path | None] = None
    static: ClassVar[Path | None] = None
    public: ClassVar[Path | None] = None
    migrations: ClassVar[Path | None] = None
