"""Commands start quickly: what takes long to import is imported by those that need it."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCIENCE = {"dclab", "h5py", "numpy", "scipy", "matplotlib"}
ASK = """
import sys
from cytotheca.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code
print("MODULES", *sys.modules)
"""


def imported_by(*words):
    """Return the modules in a process that ran a command."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, *map(str, words)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("MODULES")[2].split())


def test_help_needs_neither_science_nor_database():
    loaded = imported_by("--help")
    assert "cytotheca.cli.demo.command" in loaded
    assert not loaded & {*SCIENCE, "sqlalchemy", "flask", "httpx", "requests"}


@pytest.mark.parametrize(
    "words",
    [
        ("user", "list"),
        ("user", "add", "eva", "--email", "eva@example.org", "--password", "correct-horse"),
        ("search-index", "rebuild"),
    ],
)
def test_commands_of_a_site_need_no_science(site_folder, words):
    """With the field's plugins enabled, as they are in a new site."""
    loaded = imported_by("--site", site_folder, *words)
    assert "cytotheca.extensions.dc_view.plugin" in loaded
    assert not loaded & {*SCIENCE, "rq", "PIL"}
