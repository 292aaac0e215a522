"""Looking after the tables from the command line (ckan-core §9)."""

from __future__ import annotations

from cytotheca.cli.access import SiteAccess


def run(cli, site_folder, *words):
    done = cli("--site", site_folder, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_database_is_emptied_and_made_again(cli, site_folder):
    run(cli, site_folder, "generate", "fake-data", "dataset", "-n", "2")
    assert len(run(cli, site_folder, "dataset", "list").splitlines()) == 2
    assert cli("--site", site_folder, "db", "clean", text="n\n").returncode != 0
    run(cli, site_folder, "db", "clean", "--yes")
    refused = cli("--site", site_folder, "dataset", "list")
    assert refused.returncode == 1
    assert "db upgrade" in refused.stderr
    run(cli, site_folder, "db", "upgrade", "--skip-plugins")
    run(cli, site_folder, "db", "upgrade", "--skip-core")
    assert "the tables are those of this version" in run(cli, site_folder, "db", "check")
    assert run(cli, site_folder, "dataset", "list") == ""


def test_tables_that_differ_are_told(cli, site_folder):
    with (
        SiteAccess(site_dir=site_folder).open() as site,
        site.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql("DROP TABLE task_status")
    done = cli("--site", site_folder, "db", "check")
    assert done.returncode == 1
    assert "task_status" in done.stdout


def test_addresses_that_several_accounts_share_are_listed(cli, site_folder):
    assert run(cli, site_folder, "db", "duplicate_emails") == "no address is shared\n"
    run(cli, site_folder, "generate", "fake-data", "user", "-n", "2")
    with (
        SiteAccess(site_dir=site_folder).open() as site,
        site.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE \"user\" SET email = 'Ada@x.example'")
    shared = run(cli, site_folder, "db", "duplicate_emails")
    assert shared.startswith("ada@x.example\tfake-")
    assert len(shared.split()) == 3
