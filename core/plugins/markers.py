"""How hooks are specified (by the core) and implemented (by plugins)."""

from __future__ import annotations

import pluggy

PROJECT = "cytotheca"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
