"""What the command line says when something is wrong: cause, fix, exit code, no traceback."""

from __future__ import annotations

import sqlite3

import pytest

from cytotheca.cli.main import COMMANDS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--port", "abc"), "'abc' is not a whole number"),
        (("jobs", "list", "--limit", "1.5"), "'1.5' is not a whole number"),
        (("user", "add", "x", "--email", "no-address", "--password", "correct-horse"), "email"),
        (("user", "add", "ab", "--email", "a@example.org", "--password", "short"), "password"),
        (("user", "token", "add", "a", "t", "--json", "{"), "not JSON"),
    ],
)
def test_refusals_are_one_sentence(cli, site_folder, words, said):
    done = cli("--site", site_folder, *words)
    assert done.returncode in (1, 2)
    assert said.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_folder_that_is_no_site_is_named_with_the_command_that_makes_one(cli, folder):
    done = cli("--site", folder, "user", "list")
    assert done.returncode == 1
    assert f"cytotheca init {folder}" in done.stderr


def test_an_old_database_is_named_with_the_command_that_upgrades_it(cli, site_folder):
    with sqlite3.connect(site_folder / "cytotheca.db") as database:
        database.execute("DELETE FROM alembic_version")
    done = cli("--site", site_folder, "user", "list")
    assert done.returncode == 1
    assert "db upgrade" in done.stderr


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("ckan.plugins=dc_schemas dc_nothing", "dc_nothing"),
        ("ckan.auth.create_user_via_api=perhaps", "create_user_via_api"),
        ("ckan.max_resource_size=0", "between"),
    ],
)
def test_wrong_settings_are_named(cli, site_folder, option, said):
    assert cli("config-tool", site_folder / "cytotheca.ini", option).returncode == 0
    done = cli("--site", site_folder, "user", "list")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        ("{", "Expecting property name"),
        ('[{"title": "Without an id"}]', "every licence needs an id"),
        ('"CC0"', "must be a list"),
    ],
)
def test_licences_that_cannot_be_read_are_named_at_once(cli, site_folder, folder, text, said):
    path = folder / "licences.json"
    if text is not None:
        path.write_text(text)
    option = f"licenses_group_url={path.as_uri()}"
    assert cli("config-tool", site_folder / "cytotheca.ini", option).returncode == 0
    for words in (("serve",), ("db", "upgrade"), ("user", "list")):
        done = cli("--site", site_folder, *words)
        assert done.returncode == 1
        assert f"licenses_group_url = {path.as_uri()}" in done.stderr
        assert said in done.stderr
        assert "usual licences" in done.stderr


def test_help_appears_without_a_site_and_with_a_broken_one(cli, site_folder):
    (site_folder / "cytotheca.ini").write_text("nonsense")
    assert "serve" in cli("--help").stdout
    assert "serve" in cli("--site", site_folder, "--help").stdout


def test_the_site_may_come_from_the_environment(installed, site_folder, monkeypatch):
    monkeypatch.setenv("CYTOTHECA_INI", str(site_folder / "cytotheca.ini"))
    done = installed("dataset", "list")
    assert done.returncode == 0, done.stderr


def test_no_line_of_help_is_cut(cli):
    commands = [[], *([name] for name in COMMANDS), ["user", "token"]]
    for words in commands:
        shown = cli(*words, "--help").stdout
        listed = shown.partition("Commands:")[2]
        assert "..." not in listed, words
