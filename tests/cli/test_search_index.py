"""Rebuilding the index: what people see of it, and what scripts do not."""

from __future__ import annotations

import json
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


def test_single_datasets_are_taken_out_found_missing_and_indexed_again(cli, filled_site):
    """ckan-core §9: search-index clear, check, list-unindexed, rebuild PACKAGE and -o, show."""

    def index(*words):
        return cli("--site", filled_site, "search-index", *words)

    shown = json.loads(index("show", "d-1").stdout)
    assert shown["name"] == "d-1"
    assert index("clear", "d-1").returncode == 0
    assert index("show", "d-1").returncode == 1
    assert index("list-unindexed").stdout == f"{shown['id']}\n"
    assert index("check").returncode == 1
    assert index("rebuild", "d-1").stdout == "indexed 1 datasets\n"
    assert index("check").returncode == 0
    index("clear", "d-2")
    assert index("rebuild", "--only-missing").stdout == "indexed 1 datasets\n"
    assert index("check").returncode == 0


def test_what_the_index_has_too_many_is_listed_kept_and_taken_out(cli, filled_site):
    """ckan-core §9: list-orphans, rebuild --keep-orphans, clear-orphans."""

    def index(*words):
        done = cli("--site", filled_site, "search-index", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with SiteAccess(site_dir=filled_site).open() as site:
        gone = site.call("package_show", {"id": "d-0"}, ignore_auth=True)["id"]
        with site.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE package SET state = 'deleted' WHERE name = 'd-0'")
    assert index("list-orphans") == f"{gone}\n"
    assert index("rebuild", "--keep-orphans") == f"indexed {DATASETS - 1} datasets\n"
    assert index("list-orphans") == f"{gone}\n"
    assert index("clear-orphans") == "took 1 out of the index\n"
    assert index("list-orphans") == ""
