"""Plugins for tests: installed as distributions are, in a folder of the test's own."""

from __future__ import annotations

import contextlib
import pathlib
import textwrap
from collections.abc import Callable, Iterator, Mapping

import pytest

from cytotheca.core.testing import TemporarySite, temporary_site

PREAMBLE = """
import dataclasses
from pathlib import Path
import flask
from cytotheca.core.plugins.toolkit import *
"""


def write_plugins(folder: pathlib.Path, plugins: Mapping[str, str]) -> None:
    """Write plugins and their entry points; the text of each is the body of its class."""
    metadata = folder / "trial-1.dist-info"
    metadata.mkdir(parents=True)
    module = f"trial_{folder.parent.name}"
    points = [f"{name} = {module}_{name}:Trial" for name in plugins]
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: trial\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("\n".join(["[cytotheca.plugins]", *points]))
    for name, body in plugins.items():
        text = textwrap.indent(f"name = {name!r}\n{textwrap.dedent(body)}", "    ")
        (folder / f"{module}_{name}.py").write_text(f"{PREAMBLE}\nclass Trial(Plugin):\n{text}")


@contextlib.contextmanager
def plugin_site(folder: pathlib.Path, plugins: Mapping[str, str]) -> Iterator[TemporarySite]:
    """Give a site with plugins, in the order in which they are named, and a circle ``lab``."""
    write_plugins(folder / "installed", plugins)
    (folder / "site").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder / "installed")
        with temporary_site(folder / "site", *plugins) as made:
            made.call("organization_create", {"name": "lab"})
            yield made


@pytest.fixture
def site_with(tmp_path) -> Iterator[Callable[..., TemporarySite]]:
    """Make a site with plugins."""
    with contextlib.ExitStack() as stack:
        yield lambda **plugins: stack.enter_context(plugin_site(tmp_path, plugins))


@pytest.fixture(scope="module")
def listener(request, tmp_path_factory) -> Iterator[TemporarySite]:
    """A site with the plugin that a test module describes, shared by its tests."""
    folder = tmp_path_factory.mktemp("listener")
    with plugin_site(folder, {"listener": request.module.PLUGIN}) as made:
        made.call("package_create", {"name": "beads", "owner_org": "lab"})
        yield made


@pytest.fixture
def heard(listener) -> list[object]:
    """What the plugin noted since the test began."""
    notes: list[object] = listener.site.plugins[0].heard
    notes.clear()
    return notes
