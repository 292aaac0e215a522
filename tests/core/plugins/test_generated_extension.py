"""The extension that ``generate extension`` writes: installed, tested, run as by its author."""

from __future__ import annotations

import json
import os
import pathlib
import site as python_site
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from cytotheca.cli.generate_extension import extension, name_problem, write_extension

NAME = "lab_journal"
RUN_COMMANDS = """
import contextlib, io, json, os, sqlite3, sys
from cytotheca.cli.main import main
said = []
for words in json.loads(sys.argv[1]):
    if words == ["tables"]:
        database = sqlite3.connect(os.environ["CYTOTHECA_SITE"] + "/cytotheca.db")
        said.append([row[0] for row in database.execute("select name from sqlite_master")])
        continue
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            main(words)
        except SystemExit as end:
            assert not end.code, (words, out.getvalue())
    said.append(out.getvalue())
print(json.dumps(said))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A fresh environment with the extension, and a site that has it enabled."""

    folder: pathlib.Path

    @property
    def sources(self) -> pathlib.Path:
        return self.folder / "cytotheca-lab-journal"

    @property
    def site(self) -> pathlib.Path:
        return self.folder / "s"

    def python(self, *words: object) -> str:
        """Run the environment's Python; what it prints."""
        environ = {**os.environ, "CYTOTHECA_SITE": str(self.site)}  # noqa: TID251 - a child's
        return run(self.folder / "env/bin/python", *words, cwd=self.sources, env=environ)

    def cytotheca(self, *commands: str) -> list[Any]:
        """Run commands one after the other, in one process; what each prints.

        ``tables`` is no command: it lists the tables of the database.
        """
        words = json.dumps([command.split() for command in commands])
        return json.loads(self.python("-c", RUN_COMMANDS, words))


def run(*words: object, **options: object) -> str:
    command = list(map(str, words))
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def workshop(tmp_path_factory) -> Workshop:
    """Generate, build and install; the libraries of the tests serve the fresh environment."""
    shop = Workshop(folder=tmp_path_factory.mktemp("workshop"))
    env = shop.folder / "env"
    write_extension(shop.sources, NAME)
    run(sys.executable, "-m", "venv", "--without-pip", env)
    (packages,) = env.glob("lib/python*/site-packages")
    lines = [f"import site; site.addsitedir({path!r})" for path in python_site.getsitepackages()]
    (packages / "inherited.pth").write_text("\n".join(lines))
    pip = [sys.executable, "-m", "pip", "--python", env / "bin/python", "install", "--quiet"]
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", shop.sources)
    return shop


def test_its_own_tests_pass(workshop):
    """Its route, job, table, field, chained action, template, command and setting work."""
    assert "6 passed" in workshop.python("-m", "pytest", "-q", "-p", "no:cacheprovider")


def test_its_migrations_are_listed_applied_and_reverted(workshop):
    """ckan-core 44."""
    pending, applied, version, nothing, generated, tables, _, fewer = workshop.cytotheca(
        f"init {workshop.site} --url http://127.0.0.1:1",
        f"config-tool {workshop.site}/cytotheca.ini ckan.plugins={NAME}",
        "db pending-migrations",
        f"db upgrade -p {NAME}",
        f"db version -p {NAME}",
        "db pending-migrations",
        f"generate migration -p {NAME} -m nothing-new --autogenerate",
        "tables",
        f"db downgrade -p {NAME} -v base",
        "tables",
    )[2:]
    assert pending == f"{NAME}\t0001 Keep how many datasets a shelf has.\n"
    assert applied == f"the tables of {NAME} are up to date\n"
    assert version == f"{NAME}\t0001\tup to date\n"
    assert nothing == "nothing is pending\n"
    assert {f"{NAME}_shelf", f"{NAME}_alembic_version"} <= set(tables)
    assert f"{NAME}_shelf" not in fewer
    has_nothing_to_do(generated)


def has_nothing_to_do(said: str) -> None:
    """Models and table of the example agree; the tables of others are not looked at."""
    written = pathlib.Path(said.removeprefix("wrote ").partition(";")[0])
    text = written.read_text()
    written.unlink()
    assert written.name == "0002_nothing_new.py"
    assert 'down_revision = "0001"' in text.replace("'", '"')
    assert text.count("    pass") == 2, text


def test_the_name_may_be_typed_and_nothing_is_overwritten(tmp_path):
    words = ["-o", str(tmp_path)]
    first = CliRunner().invoke(extension, words, input="lab_journal\n")
    again = CliRunner().invoke(extension, ["lab_journal", *words])
    assert f"wrote {tmp_path}/cytotheca-lab-journal" in first.output
    assert "exists already" in again.output


@pytest.mark.parametrize("name", ["", "Lab", "lab-journal", "a__b", "1lab", "class", "l" * 41])
def test_names_that_are_no_names_of_plugins_are_refused(name):
    assert "cannot be the name of a plugin" in name_problem(name)
