"""How a setting is declared, and how declared settings are loaded.

A settings class is a frozen dataclass whose fields are made by
:func:`setting`. Its values come from the flat ``key = value`` mapping that
:mod:`cytotheca.core.settings.config` reads.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import zoneinfo
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")

TRUE = frozenset({"true", "yes", "on", "y", "t", "1"})
FALSE = frozenset({"false", "no", "off", "n", "f", "0", ""})


class SettingError(ValueError):
    """A setting has a value that cannot be used; names the key and the fix."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What is known of a setting: its key, other spellings, check and text."""

    key: str
    help: str
    aliases: tuple[str, ...] = ()
    check: Callable[[Any], str | None] | None = None


def setting(
    key: str,
    *,
    default: Any = dataclasses.MISSING,
    help: str,  # noqa: A002 - the word users know
    aliases: tuple[str, ...] = (),
    check: Callable[[Any], str | None] | None = None,
) -> Any:
    """Declare a setting; without ``default`` it is required."""
    declared = Declaration(key=key, help=help, aliases=aliases, check=check)
    return dataclasses.field(default=default, metadata={"declaration": declared})


def between(low: float, high: float) -> Callable[[Any], str | None]:
    """Return a check that a number lies in ``[low, high]``."""

    def check(value: float) -> str | None:
        return None if low <= value <= high else f"must be between {low} and {high}"

    return check


def one_of(*choices: str) -> Callable[[Any], str | None]:
    """Return a check that a word is one of the choices."""

    def check(value: str) -> str | None:
        return None if value in choices else f"must be one of: {', '.join(choices)}"

    return check


def some_of(*choices: str) -> Callable[[Any], str | None]:
    """Return a check that words are among the choices."""

    def check(words: Sequence[str]) -> str | None:
        odd = [word for word in words if word not in choices]
        return f"may hold {', '.join(choices)}; not {', '.join(odd)}" if odd else None

    return check


def time_zone(value: str) -> str | None:
    """Check that a word is UTC, or another time zone that the machine knows."""
    try:
        find_zone(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "must be UTC or a time zone of this machine's tz database, e.g. Europe/Berlin"
    return None


def find_zone(name: str) -> tzinfo:
    """Return a time zone; UTC needs no tz database."""
    return UTC if name == "UTC" else zoneinfo.ZoneInfo(name)


def networks(value: Sequence[str]) -> str | None:
    """Check that words are IP addresses or networks."""
    for word in value:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            return f"must hold IP addresses or networks; {word!r} is neither"
    return None


def iter_declarations(cls: type[Any]) -> Iterator[tuple[str, Declaration, Any]]:
    """Yield field name, declaration and default of a settings class."""
    for field in dataclasses.fields(cls):
        yield field.name, field.metadata["declaration"], field.default


def load(cls: type[T], config: Mapping[str, str]) -> T:
    """Return the settings class filled from the configuration.

    Raises
    ------
    SettingError
        If a required key is absent or a value cannot be converted.
    """
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for name, declared, default in iter_declarations(cls):
        raw = _find(declared, config)
        if raw is None:
            if default is dataclasses.MISSING:
                raise SettingError(f"{declared.key} is required: {declared.help}")
            values[name] = default
            continue
        values[name] = convert(declared, raw, hints[name])
    return cls(**values)


def _find(declared: Declaration, config: Mapping[str, str]) -> str | None:
    for key in (declared.key, *declared.aliases):
        if key in config:
            return config[key]
    return None


def convert(declared: Declaration, raw: str, hint: Any) -> Any:
    """Return the value of a setting, checked. Raises ``SettingError``."""
    try:
        value = _parse(raw.strip(), hint)
    except ValueError as error:
        raise SettingError(f"{declared.key} = {raw!r}: {error}") from error
    problem = declared.check(value) if declared.check else None
    if problem:
        raise SettingError(f"{declared.key} = {raw!r} {problem}")
    return value


def _parse(raw: str, hint: Any) -> Any:
    if hint is bool:
        return parse_bool(raw)
    if hint is int:
        return int(raw)
    if hint is float:
        return float(raw)
    if hint == tuple[str, ...]:
        return tuple(raw.split())
    if hint in (Path, Path | None):
        return Path(raw).expanduser() if raw else None
    return raw


def parse_bool(raw: str) -> bool:
    """Return the truth value of a word, in any spelling that CKAN accepts."""
    word = raw.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError("is neither true nor false")
