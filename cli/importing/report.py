"""What an import did, line by line, and what it could not do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import click


@dataclass(slots=True, kw_only=True)
class Report:
    """Tells each fact when it happens, and gathers the refusals for the end."""

    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)

    def took(self, kind: str, name: str, detail: str = "") -> None:
        """Tell what was taken, or would be."""
        self._count("would take" if self.dry_run else "taken", kind, name, detail)

    def found(self, kind: str, name: str) -> None:
        """Tell what was here already and stays as it is."""
        self._count("present", kind, name, "")

    def refuse(self, kind: str, name: str, why: object) -> None:
        """Tell what is not taken, and why."""
        self._count("not taken", kind, name, str(why))
        self.refusals.append(f"{kind} {name}: {why}")

    def note(self, kind: str, name: str, what: str) -> None:
        """Tell what is different from there, although the thing itself was taken."""
        click.echo(f"note\t{kind}\t{name}\t{what}")

    def finish(self) -> bool:
        """Print sums and refusals; tell whether nothing was refused."""
        for words, count in sorted(self.counts.items()):
            click.echo(f"{words}: {count}")
        if self.refusals:
            click.echo("Not taken, and why:")
        for refusal in self.refusals:
            click.echo(f"  {refusal}")
        return not self.refusals

    def _count(self, what: str, kind: str, name: str, detail: str) -> None:
        self.counts[f"{what}, {kind}"] += 1
        click.echo(f"{what}\t{kind}\t{name}\t{detail}".rstrip("\t"))
