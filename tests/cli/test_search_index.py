"""Rebuilding the index: what people see of it, and what scripts do not."""

from __future__ import annotations

import os
import pathlib
import pty
import subprocess
import sys

import pytest

from cytotheca.cli.access import SiteAccess

DATASETS = 3


@pytest.fixture
def filled_site(site_folder):
    """A site with a few datasets."""
    with SiteAccess(site_dir=site_folder).open() as site:
        site.call("organization_create", {"name": "lab-a"}, ignore_auth=True)
        for number in range(DATASETS):
            made = {
                "name": f"d-{number}",
                "owner_org": "lab-a",
                "authors": "Ada",
                "license_id": "CC0-1.0",
            }
            site.call("package_create", made, ignore_auth=True)
    return site_folder


def on_terminal(*words):
    """Return what a command shows on the terminal of its errors."""
    command = [pathlib.Path(sys.executable).with_name("cytotheca"), *words]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 4096):
                shown += block
        except OSError:  # how a terminal tells that nobody writes any more
            pass
        os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def test_a_rebuild_counts_datasets_on_a_terminal_only(cli, filled_site):
    """ckan-core §9."""
    rebuild = ["--site", filled_site, "search-index", "rebuild"]
    assert f"{DATASETS}/{DATASETS}" in on_terminal(*rebuild)
    assert on_terminal(*rebuild, "--quiet") == ""
    piped = cli(*rebuild)
    assert (piped.stdout, piped.stderr) == (f"indexed {DATASETS} datasets\n", "")
