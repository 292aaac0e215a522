"""One move: the two sites, the report, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cytotheca.cli.importing.report import Report
from cytotheca.cli.importing.source import CkanSource
from cytotheca.core.domain.errors import NotFound

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@dataclass(slots=True, kw_only=True)
class Move:
    """Where from, where to, and what is known of both.

    ``people``, ``circles`` and ``collections`` map ids there to ids here, for those
    who are here. ``folder`` keeps files that have not come completely.
    """

    source: CkanSource
    site: OperableSite
    report: Report
    folder: Path
    people: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    circles: dict[str, str] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be changed here."""
        return self.report.dry_run

    def call(self, action: str, params: Mapping[str, Any]) -> Any:
        """Run an action here, unchecked. Raises ``ActionError``."""
        return self.site.call(action, params, ignore_auth=True)

    def find(self, action: str, ref: str) -> dict[str, Any] | None:
        """Return what is here under an id or name, or None."""
        try:
            found: dict[str, Any] = self.call(action, {"id": ref})
        except NotFound:
            return None
        return found
