"""Numbers on the command line, refused in plain words."""

from __future__ import annotations

import click


class WholeNumber(click.IntRange):
    """A whole number within limits."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        try:
            int(str(value))
        except ValueError:
            self.fail(f"{str(value)!r} is not a whole number", param, ctx)
        number: int = super().convert(value, param, ctx)
        return number


PORT = WholeNumber(1, 65535)
