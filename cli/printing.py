"""Output that scripts can read: one fact a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click


def print_fields(values: Mapping[str, Any]) -> None:
    """Print ``key: value`` lines; values other than text as JSON."""
    for key, value in values.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        click.echo(f"{key}: {shown}")


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
