"""Accounts, administrators and tokens from the command line."""

from __future__ import annotations

import pytest


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


def test_missing_values_are_asked_for_and_short_passwords_again(cli, at_terminal, site_folder):
    """A password that is too short is asked for again."""
    asked = [
        ("E-mail address", "eve@example.org"),
        ("Password", "short"),
        ("Password", "correct-horse"),
        ("confirmation", "correct-horse"),
    ]
    code, said = at_terminal(asked, "--site", site_folder, "user", "add", "eve")
    assert code == 0, said
    assert "8 characters or more" in said
    assert "correct-horse" not in said
    assert "eve\teve@example.org" in cli("--site", site_folder, "user", "list").stdout


def test_a_name_that_is_taken_is_told_before_anything_is_asked(cli, site_folder):
    add(cli, site_folder, "ada")
    done = cli("--site", site_folder, "user", "add", "ada")
    assert done.returncode == 1
    assert done.stderr == 'Error: there is a user "ada" already\n'


def test_without_a_terminal_the_option_is_named(installed, site_folder):
    done = installed("--site", site_folder, "user", "add", "eve", "email=eve@example.org")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "password=…" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "show", "nobody"), 'there is no user "nobody"'),
        (("user", "remove", "nobody"), 'there is no user "nobody"'),
        (("user", "setpass", "nobody"), 'there is no user "nobody"'),
        (("user", "token", "add", "nobody", "x"), 'there is no user "nobody"'),
        (("user", "token", "list", "nobody"), 'there is no user "nobody"'),
        (("sysadmin", "remove", "nobody"), 'there is no user "nobody"'),
        (("dataset", "show", "zzz"), 'there is no dataset "zzz"'),
        (("dataset", "delete", "zzz"), 'there is no dataset "zzz"'),
        (("dataset", "purge", "zzz", "--yes"), 'there is no dataset "zzz"'),
    ],
)
def test_what_is_not_there_is_named(cli, site_folder, words, told):
    done = cli("--site", site_folder, *words)
    assert done.returncode == 1
    assert done.stderr == f"Error: {told}\n"


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


def test_the_audit_log_tells_who_was_made_what(cli, site_folder):
    """O21."""
    add(cli, site_folder, "ada")
    assert cli("--site", site_folder, "sysadmin", "add", "ada").returncode == 0
    lines = cli("--site", site_folder, "audit", "list").stdout.splitlines()
    events = [line.split("\t")[2:4] for line in lines]
    assert events == [["(operator)", "sysadmin_granted"], ["(operator)", "user_created"]]
    one = cli("--site", site_folder, "audit", "list", "--action", "user_created", "--limit", "1")
    assert one.stdout.endswith("name=ada\n")
