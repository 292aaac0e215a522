"""Making the folder of a site."""

from __future__ import annotations

import stat

import pytest

from cytotheca.cli.site_files import checked_url


def test_a_new_site_has_private_secrets_and_a_database(site_folder):
    assert stat.S_IMODE((site_folder / "secrets.ini").stat().st_mode) == 0o600
    assert stat.S_IMODE(site_folder.stat().st_mode) == 0o700
    assert (site_folder / "cytotheca.db").stat().st_size > 0
    for name in ("storage", "run", "logs", "search"):
        assert (site_folder / name).is_dir()


def test_init_again_changes_nothing(cli, site_folder):
    url = read_url(site_folder)
    before = {path.name: path.read_bytes() for path in site_folder.glob("*.ini")}
    done = cli("init", site_folder, "--url", url)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in site_folder.glob("*.ini")} == before


def test_init_adds_what_is_missing_and_closes_open_secrets(cli, site_folder):
    (site_folder / "logs").rmdir()
    (site_folder / "secrets.ini").chmod(0o644)
    assert cli("init", site_folder, "--url", read_url(site_folder)).returncode == 0
    assert (site_folder / "logs").is_dir()
    assert stat.S_IMODE((site_folder / "secrets.ini").stat().st_mode) == 0o600


def test_two_sites_have_different_secrets_and_queues(cli, folder):
    for name in ("a", "b"):
        assert cli("init", folder / name).returncode == 0
    for file in ("secrets.ini", "cytotheca.ini"):
        assert (folder / "a" / file).read_text() != (folder / "b" / file).read_text()


def test_init_says_which_url_it_took_and_keeps_it(cli, folder, site_folder):
    done = cli("init", folder / "a")
    assert "the URL http://127.0.0.1:5000" in done.stdout
    assert "config-tool" in done.stdout
    again = cli("init", site_folder)
    assert again.returncode == 0, again.stderr
    assert f"the URL {read_url(site_folder)}" in again.stdout


def test_init_refuses_a_folder_that_holds_something_else(cli, folder):
    (folder / "thesis.docx").write_text("years of work")
    done = cli("init", folder)
    assert done.returncode == 1
    assert "holds something else (thesis.docx)" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def test_init_refuses_a_file(cli, folder):
    (folder / "note").write_text("")
    done = cli("init", folder / "note")
    assert done.returncode == 1
    assert "is a file" in done.stderr


def test_init_does_not_change_the_url_of_a_site(cli, site_folder):
    done = cli("init", site_folder, "--url", "https://other.example.org")
    assert done.returncode == 1
    assert "is already a site" in done.stderr
    assert "config-tool" in done.stderr


def test_init_refuses_paths_that_the_supervisor_cannot_hold(cli, folder):
    done = cli("init", folder / "a;b")
    assert done.returncode == 1
    assert "plainer path" in done.stderr


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Data.Example.org/", "https://data.example.org"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_urls_are_kept_in_the_form_that_clients_compare(given, kept):
    assert checked_url(given) == kept


@pytest.mark.parametrize(
    "given",
    ["data.example.org", "ftp://x.org", "https://x.org/ckan", "https://me@x.org", "http://"],
)
def test_urls_that_clients_cannot_use_are_refused(given):
    with pytest.raises(ValueError, match=r"is not a URL|host of its own"):
        checked_url(given)


def read_url(site_folder) -> str:
    lines = (site_folder / "cytotheca.ini").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("ckan.site_url"))
    return line.partition("=")[2].strip()
