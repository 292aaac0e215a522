"""Settings from the command line: listed, searched, checked (ckan-core §9, O19)."""

from __future__ import annotations

import json

import pytest

from cytotheca.cli.config_tool import set_options
from cytotheca.core.settings.catalog import redacted


def change(site_folder, **options):
    ini = site_folder / "cytotheca.ini"
    values = {key.replace("__", "."): value for key, value in options.items()}
    ini.write_text(set_options(ini.read_text(), values))


def config(cli, site_folder, *words):
    return cli("--site", site_folder, "config", *words)


def test_the_settings_of_a_new_site_are_right(cli, site_folder):
    """ckan-core 47."""
    done = config(cli, site_folder, "validate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "the settings are right\n", "")
    assert config(cli, site_folder, "undeclared").stdout == ""


def test_a_misspelt_key_is_told_with_the_one_that_is_meant(cli, site_folder):
    """O19."""
    change(site_folder, ckan__site_titel="Cells")
    done = config(cli, site_folder, "validate")
    assert done.returncode == 0
    assert "ckan.site_titel (do you mean ckan.site_title?)" in done.stderr
    listed = config(cli, site_folder, "undeclared").stdout
    assert listed == "ckan.site_titel (do you mean ckan.site_title?)\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ckan__max_resource_size", "huge"),
        ("cytotheca__jobs__lease_seconds", "1"),
        ("cytotheca__object_store__backend", "tape"),
        ("ckan__theme", "nosuch"),
    ],
)
def test_a_wrong_value_is_told_and_the_exit_code_says_so(cli, site_folder, key, value):
    change(site_folder, **{key: value})
    done = config(cli, site_folder, "validate")
    assert done.returncode == 1
    assert key.replace("__", ".") in done.stderr


def test_secrets_are_not_shown(cli, site_folder):
    """O19."""
    secret = (site_folder / "secrets.ini").read_text().rpartition("= ")[2].strip()
    change(site_folder, ckan__redis__url="redis://:open-sesame@db.example:6379/0")
    for words in (("show",), ("search", "*", "--with-current")):
        shown = config(cli, site_folder, *words).stdout
        assert "SECRET_KEY" in shown
        assert secret not in shown
        assert "open-sesame" not in shown
        assert "db.example" in shown


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("sqlalchemy.url", "postgresql://u:pw@h/db", "postgresql://u:(hidden)@h/db"),
        ("sqlalchemy.url", "sqlite:////s/db", "sqlite:////s/db"),
        ("smtp.password", "pw", "(hidden)"),
        ("smtp.password", "", ""),
        ("apitoken_header_name", "Authorization", "Authorization"),
    ],
)
def test_only_what_is_secret_is_left_out(key, value, shown):
    assert redacted(key, value) == shown


def test_settings_are_searched_by_pattern_and_by_what_was_changed(cli, site_folder):
    change(site_folder, ckan__site_title="Cells")
    found = config(cli, site_folder, "search", "*title*", "--with-default", "--with-current")
    assert found.stdout == "ckan.site_title\tdefault: Cytotheca\tcurrent: Cells\n"
    changed = config(cli, site_folder, "search", "--custom-only").stdout.split()
    assert "ckan.site_title" in changed
    assert "ckan.site_description" not in changed


def test_declarations_are_an_ini_and_descriptions_json(cli, site_folder):
    shown = config(cli, site_folder, "declaration", "dc_serve", "--include-docs").stdout
    assert "# cytotheca.dc_serve.create_condensed_datasets = true" in shown
    assert "ckan.site_title" not in shown
    minimal = config(cli, site_folder, "declaration", "--core", "--minimal").stdout
    assert "SECRET_KEY =" in minimal
    assert "ckan.site_title" not in minimal
    described = json.loads(config(cli, site_folder, "describe", "--core").stdout)
    (title,) = [one for one in described if one["key"] == "ckan.site_title"]
    assert (title["default"], title["required"], title["provider"]) == ("Cytotheca", False, "core")
    assert "| `ckan.site_title` | `Cytotheca` |" in config(cli, site_folder, "docs").stdout


def test_plugins_tell_what_they_bring(cli, site_folder):
    shown = cli("--site", site_folder, "plugin-info").stdout
    assert "dc_serve: " in shown
    assert "actions: dcserv" in shown
