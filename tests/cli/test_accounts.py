"""Accounts, administrators and tokens from the command line."""

from __future__ import annotations


def test_an_account_is_added_with_options_or_with_ckans_words(cli, site_folder):
    for words in (
        ("ada", "--email", "ada@example.org", "--password", "correct-horse"),
        ("bob", "email=bob@example.org", "password=correct-horse", "fullname=Bob B."),
    ):
        done = cli("--site", site_folder, "user", "add", *words)
        assert done.returncode == 0, done.stderr
    lines = cli("--site", site_folder, "user", "list").stdout.splitlines()
    assert "ada\tada@example.org" in lines
    assert "bob\tbob@example.org\tBob B." in lines


def test_missing_values_are_asked_for(cli, site_folder):
    answers = "eve@example.org\ncorrect-horse\ncorrect-horse\n"
    done = cli("--site", site_folder, "user", "add", "eve", text=answers)
    assert done.returncode == 0, done.stderr
    assert "correct-horse" not in done.stdout + done.stderr
    assert "eve\teve@example.org" in cli("--site", site_folder, "user", "list").stdout


def test_administrators_are_named_and_unnamed(cli, site_folder):
    add(cli, site_folder, "ada")
    for words, expected in (((), ""), (("add",), "ada\n"), (("remove",), "")):
        if words:
            assert cli("--site", site_folder, "sysadmin", *words, "ada").returncode == 0
        assert cli("--site", site_folder, "sysadmin", "list").stdout == expected


def test_an_unknown_administrator_is_made_on_request(cli, site_folder):
    words = ("sysadmin", "add", "root", "--create", "email=r@example.org", "password=correct-horse")
    assert cli("--site", site_folder, *words).returncode == 0
    assert cli("--site", site_folder, "sysadmin", "list").stdout == "root\n"


def test_a_quiet_token_is_printed_alone_and_a_loud_one_last(cli, site_folder):
    add(cli, site_folder, "ada")
    quiet = cli("--site", site_folder, "user", "token", "add", "ada", "one", "--quiet").stdout
    assert len(quiet.split()) == 1
    assert quiet.count(".") == 2
    loud = cli("--site", site_folder, "user", "token", "add", "ada", "two").stdout.splitlines()
    assert loud[-1].startswith("\t")
    assert loud[-1].count(".") == 2


def test_tokens_are_listed_and_revoked(cli, site_folder):
    add(cli, site_folder, "ada")
    cli("--site", site_folder, "user", "token", "add", "ada", "laptop")
    (line,) = cli("--site", site_folder, "user", "token", "list", "ada").stdout.splitlines()
    token_id, name, _created = line.split("\t")
    assert name == "laptop"
    assert cli("--site", site_folder, "user", "token", "revoke", token_id).returncode == 0
    assert cli("--site", site_folder, "user", "token", "list", "ada").stdout == ""


def test_an_id_that_looks_like_an_option_is_still_an_id(cli, site_folder):
    """Other sites' tokens keep their ids when they move here."""
    done = cli("--site", site_folder, "user", "token", "revoke", "-Si3F1Jb")
    assert done.returncode == 1
    assert "No such option" not in done.stderr


def test_removed_accounts_are_not_listed(cli, site_folder):
    add(cli, site_folder, "ada")
    assert cli("--site", site_folder, "user", "remove", "ada").returncode == 0
    assert cli("--site", site_folder, "user", "list").stdout == ""


def add(cli, site_folder, name) -> None:
    words = ("--email", f"{name}@example.org", "--password", "correct-horse")
    done = cli("--site", site_folder, "user", "add", name, *words)
    assert done.returncode == 0, done.stderr
