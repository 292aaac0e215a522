"""``cytotheca generate extension`` and ``generate migration``."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import with_unchecked_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

MODEL_NAME, MODEL_CLASS = "sampleshelf", "SampleShelf"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40  # leaves room for the names of tables


@click.command("extension", short_help="Write an extension to start from.")
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where to put the folder of the extension; by default here.",
)
def extension(name: str | None, output_dir: Path) -> None:
    """Write an extension that works, with tests, to start from; asks for a missing NAME."""
    name = name or click.prompt("Name of the plugin, e.g. lab_journal", type=str)
    problem = name_problem(name)
    if problem:
        raise click.ClickException(problem)
    folder = output_dir / distribution_name(name)
    if folder.exists():
        raise click.ClickException(f"{folder} exists already; choose another name or folder")
    write_extension(folder, name)
    click.echo(f"wrote {folder}; read {folder / 'README.md'}")


@click.command("migration")
@click.option("-p", "--plugin", required=True, help="Name of the enabled plugin.")
@click.option("-m", "--message", required=True, help="What the migration does.")
@click.option("--autogenerate", is_flag=True, help="Compare models and database to fill it.")
@with_unchecked_site
def migration(site: OperableSite, plugin: str, message: str, autogenerate: bool) -> None:
    """Write the next migration of a plugin's tables."""
    path = site.write_migration(plugin, message, autogenerate=autogenerate)
    click.echo(f"wrote {path}; read it before you apply it")


def name_problem(name: str) -> str | None:
    """Return what is wrong with the name of a plugin, if anything."""
    if len(name) > _LONGEST or keyword.iskeyword(name) or not _NAME.fullmatch(name):
        return (
            f"{name!r} cannot be the name of a plugin: use lower-case letters, digits and "
            f"single underscores, at most {_LONGEST}, e.g. lab_journal"
        )
    return None


def distribution_name(name: str) -> str:
    """Return the name of the package as it is installed."""
    return f"cytotheca-{name.replace('_', '-')}"


def write_extension(folder: Path, name: str) -> None:
    """Write the model extension under another name."""
    for path, file in _iter_files(files("cytotheca.cli") / "data" / "extension"):
        target = folder / path.replace(MODEL_NAME, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(renamed(file.read_text(encoding="utf-8"), name), encoding="utf-8")


def renamed(text: str, name: str) -> str:
    """Return a text of the model extension with the new name in all its forms."""
    camel = "".join(word.capitalize() for word in name.split("_"))
    text = text.replace(distribution_name(MODEL_NAME), distribution_name(name))
    return text.replace(MODEL_NAME, name).replace(MODEL_CLASS, camel)


def _iter_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _iter_files(entry, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield f"{prefix}{entry.name}", entry
