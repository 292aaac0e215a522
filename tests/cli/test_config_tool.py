"""Changing ini files in place."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.cli.config_tool import UnknownOption, set_options
from cytotheca.core.settings.config import read_ini

INI = """\
# a comment
[server:main]
port = 1

[app:main]
ckan.site_url = http://a
# ckan.redis.url = redis://localhost
keep = this

[loggers]
keys = root
"""


def test_an_option_is_changed_where_it_stands():
    changed = set_options(INI, {"ckan.site_url": "http://b"})
    assert changed == INI.replace("http://a", "http://b")


def test_a_commented_option_is_taken_as_the_place():
    changed = set_options(INI, {"ckan.redis.url": "unix:///s"})
    assert changed == INI.replace(
        "# ckan.redis.url = redis://localhost", "ckan.redis.url = unix:///s"
    )


def test_a_new_option_goes_to_the_end_of_the_section():
    changed = set_options(INI, {"new": "1"})
    assert changed == INI.replace("keep = this\n", "keep = this\nnew = 1\n")


def test_a_new_section_goes_to_the_end_of_the_file():
    assert set_options(INI, {"a": "b"}, section="x").endswith("keys = root\n\n[x]\na = b\n")


@pytest.mark.parametrize("section", ["app:main", "nowhere"])
def test_only_present_options_are_changed_if_asked_for(section):
    with pytest.raises(UnknownOption):
        set_options(INI, {"new": "1"}, section=section, only_present=True)


keys = st.from_regex(r"[a-z][a-z0-9_.]{0,20}", fullmatch=True).filter(lambda key: key != "here")
values = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=30)


@given(options=st.dictionaries(keys, values.map(str.strip).filter(lambda v: "%" not in v)))
def test_what_is_set_is_read_back(tmp_path_factory, options):
    file = tmp_path_factory.mktemp("ini") / "x.ini"
    file.write_text(set_options(INI, options))
    read = read_ini(file)
    assert {key: read[key] for key in options} == options
    assert read["keep"] == options.get("keep", "this")


def test_the_command_keeps_the_mode_of_the_file(cli, folder):
    file = folder / "cytotheca.ini"
    file.write_text(INI)
    file.chmod(0o640)
    done = cli("config-tool", file, "ckan.site_url=http://b?x=1", "-e")
    assert done.returncode == 0, done.stderr
    assert "ckan.site_url = http://b?x=1\n" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_the_command_reads_options_from_a_file(cli, folder):
    file, options = folder / "a.ini", folder / "options"
    file.write_text(INI)
    options.write_text("# comment\nkeep = that\n")
    assert cli("config-tool", file, "-f", options).returncode == 0
    assert "keep = that\n" in file.read_text()


def test_the_command_refuses_words_without_equals_sign(cli, folder):
    (folder / "a.ini").write_text(INI)
    done = cli("config-tool", folder / "a.ini", "nonsense")
    assert done.returncode == 2
    assert "key=value" in done.stderr


def test_generated_configurations_are_complete_and_not_overwritten(cli, folder):
    file = folder / "new" / "cytotheca.ini"
    done = cli("generate", "config", file, "-i", "third_party")
    assert done.returncode == 0, done.stderr
    assert read_ini(file)["ckan.plugins"] == "dc_schemas dc_serve dc_view third_party"
    assert stat.S_IMODE((file.parent / "secrets.ini").stat().st_mode) == 0o600
    before = file.read_text()
    again = cli("generate", "config", file)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    assert file.read_text() == before
