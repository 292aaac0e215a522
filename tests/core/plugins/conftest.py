"""Plugins for tests: installed as a distribution is, in a folder of the test's own."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from cytotheca.core.testing import TemporarySite, temporary_site

PREAMBLE = """
from pathlib import Path
import flask
from cytotheca.core.plugins.toolkit import *
from cytotheca.core.plugins import toolkit

class Base(Plugin):
    calls = []
"""


@pytest.fixture
def install(tmp_path, monkeypatch) -> Callable[[dict[str, str]], None]:
    """Install plugins; the text of each is the body of its class."""

    def put(plugins: dict[str, str]) -> None:
        folder = tmp_path / "installed"
        metadata = folder / "trial-1.dist-info"
        metadata.mkdir(parents=True)
        module = f"trial_{tmp_path.name}"
        points = [f"{name} = {module}_{name}:Trial" for name in plugins]
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: trial\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text("\n".join(["[cytotheca.plugins]", *points]))
        for name, body in plugins.items():
            lines = f"name = {name!r}\n" + textwrap.dedent(body)
            text = f"{PREAMBLE}\nclass Trial(Plugin):\n{textwrap.indent(lines, '    ')}"
            (folder / f"{module}_{name}.py").write_text(text)
        monkeypatch.syspath_prepend(folder)

    return put


@pytest.fixture
def site_with(install, tmp_path) -> Iterator[Callable[..., TemporarySite]]:
    """Make a site with plugins, in the order in which they are named."""
    with contextlib.ExitStack() as stack:

        def make(**plugins: str) -> TemporarySite:
            install(plugins)
            folder = tmp_path / "site"
            folder.mkdir()
            made = stack.enter_context(temporary_site(folder, *plugins))
            made.call("organization_create", {"name": "lab"})
            return made

        yield make


@pytest.fixture
def heard():
    """What the plugins of a test noted, in order."""
    sys.modules.pop("heard", None)
    return []
