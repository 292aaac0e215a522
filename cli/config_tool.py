"""``cytotheca config-tool``: change an ini file in place, comments and all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import click

from cytotheca.cli.key_values import parse_key_values
from cytotheca.core.settings.config import SECTION

HEADER = re.compile(r"^\[(?P<name>[^\]]+)\]\s*$")
OPTION = re.compile(r"^(?P<comment>[#;]\s*)?(?P<key>[^\s=#;\[][^=]*?)\s*=")


class UnknownOption(ValueError):
    """The option is not in the file, and none was to be added."""


@click.command("config-tool")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("options", nargs=-1, metavar="key=value...")
@click.option("-s", "--section", default=SECTION, show_default=True, help="Section to change.")
@click.option("-e", "--edit", is_flag=True, help="Only change options that are there.")
@click.option(
    "-f",
    "--file",
    "option_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with further key=value lines.",
)
def config_tool(
    file: Path, options: tuple[str, ...], section: str, edit: bool, option_file: Path | None
) -> None:
    """Set options in the ini FILE."""
    values = {**_read_options(option_file), **parse_key_values(options)}
    if not values:
        raise click.UsageError("give at least one key=value")
    text = file.read_text(encoding="utf-8")
    try:
        changed = set_options(text, values, section=section, only_present=edit)
    except UnknownOption as error:
        raise click.ClickException(f"{file}: {error}") from error
    _replace(file, changed)
    for key in values:
        click.echo(f"set {key}")


def set_options(
    text: str, values: Mapping[str, str], *, section: str = SECTION, only_present: bool = False
) -> str:
    """Return the ini text with options set where they stand, new ones at the section's end.

    A commented-out option is taken as the place for its value.
    """
    lines = text.splitlines()
    start, end = _section_bounds(lines, section)
    if start is None:
        if only_present:
            raise UnknownOption(f"there is no section [{section}]")
        lines += ["", f"[{section}]"]
        start = end = len(lines)
    for key, value in values.items():
        place = _find(lines, start, end, key)
        if place is not None:
            lines[place] = f"{key} = {value}"
        elif only_present:
            raise UnknownOption(f"there is no option {key} in [{section}]")
        else:
            lines.insert(end, f"{key} = {value}")
            end += 1
    return "\n".join(lines) + "\n"


def _section_bounds(lines: list[str], section: str) -> tuple[int | None, int]:
    """Return the first line after the header and the line after the last option."""
    start = None
    for number, line in enumerate(lines):
        header = HEADER.match(line)
        if header and start is not None:
            return start, _after_text(lines, start, number)
        if header and header["name"] == section:
            start = number + 1
    return start, _after_text(lines, start or 0, len(lines))


def _after_text(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _find(lines: list[str], start: int, end: int, key: str) -> int | None:
    commented = None
    for number in range(start, end):
        option = OPTION.match(lines[number])
        if option is None or option["key"].strip() != key:
            continue
        if option["comment"] is None:
            return number
        commented = number
    return commented


def _read_options(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return parse_key_values(line for line in lines if line and line[0] not in "#;[")


def _replace(file: Path, text: str) -> None:
    """Write a file so that a crash leaves the old or the new one, with the old one's mode."""
    new = file.with_name(f".{file.name}.new")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.chmod(file.stat().st_mode & 0o777)
    new.replace(file)
