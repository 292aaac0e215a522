"""All declared settings: to list them, to check given values, to find misspelt keys."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints

from cytotheca.core.settings.declare import (
    Declaration,
    SettingError,
    convert,
    iter_declarations,
)

SECRET_WORDS = ("secret", "password", "credential")
IN_URL = "://"

Providers = Mapping[str, Sequence[type[Any]]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A declared setting and who declares it: ``core`` or a plugin."""

    provider: str
    group: str
    declaration: Declaration
    default: Any
    hint: Any

    @property
    def key(self) -> str:
        """The key in the ini file."""
        return self.declaration.key

    @property
    def required(self) -> bool:
        """Whether a site cannot do without it."""
        return self.default is dataclasses.MISSING

    def default_text(self) -> str:
        """Return the default as it would stand in an ini file; empty if there is none."""
        if self.required or self.default is None:
            return ""
        if isinstance(self.default, bool):
            return str(self.default).lower()
        if isinstance(self.default, tuple):
            return " ".join(map(str, self.default))
        return str(self.default)

    def check(self, raw: str) -> None:
        """Raise ``SettingError`` if a value cannot be used."""
        convert(self.declaration, raw, self.hint)


def entries_of(providers: Providers) -> dict[str, Entry]:
    """Return key → declared setting."""
    found: dict[str, Entry] = {}
    for provider, classes in providers.items():
        for cls in classes:
            hints = get_type_hints(cls)
            for name, declaration, default in iter_declarations(cls):
                found[declaration.key] = Entry(
                    provider=provider,
                    group=(cls.__doc__ or cls.__name__).strip().splitlines()[0],
                    declaration=declaration,
                    default=default,
                    hint=hints[name],
                )
    return found


def undeclared(config: Mapping[str, str], entries: Mapping[str, Entry]) -> dict[str, str | None]:
    """Return the keys of a configuration that nobody declares → the key that may be meant."""
    known = {*entries, *(alias for one in entries.values() for alias in one.declaration.aliases)}
    return {key: suggest(key, known) for key in sorted(config) if key not in known}


def suggest(key: str, known: set[str]) -> str | None:
    """Return the known key that is most like a misspelt one, or None."""
    return next(iter(difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.8)), None)


def problems_of(config: Mapping[str, str], entries: Mapping[str, Entry]) -> list[str]:
    """Return what is wrong with the values of a configuration."""
    problems = []
    for entry in entries.values():
        given = next(
            (key for key in (entry.key, *entry.declaration.aliases) if key in config), None
        )
        if given is None:
            if entry.required:
                problems.append(f"{entry.key} is required: {entry.declaration.help}")
            continue
        try:
            entry.check(config[given])
        except SettingError as error:
            problems.append(str(error))
    return problems


def redacted(key: str, value: str) -> str:
    """Return a value as it may be shown: secrets and passwords in URLs are left out."""
    if value and any(word in key.lower() for word in SECRET_WORDS):
        return "(hidden)"
    scheme, mark, rest = value.partition(IN_URL)
    credentials, at, host = rest.partition("@")
    if mark and at and ":" in credentials:
        return f"{scheme}{IN_URL}{credentials.partition(':')[0]}:(hidden)@{host}"
    return value
