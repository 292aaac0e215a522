"""The one place where a reference to a version becomes a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.versions import Number, Selector, choose, parse_reference
from cytotheca.core.models.package import Package
from cytotheca.core.models.publication import DatasetVersion
from cytotheca.core.models.version import find_version, list_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a caller may see of a dataset besides the versions published for all.

    ``draft``: its unpublished state; ``private``: versions published to the circle only.
    """

    draft: bool
    private: bool


def resolve_version(
    session: Session, package: Package, text: str, sight: Sight
) -> DatasetVersion | None:
    """Return the version that a reference means; None is the draft. Raises ``NotFound``."""
    wanted = parse_reference(text)
    published = [Number(one.major, one.minor) for one in visible(session, package, sight)]
    draft = sight.draft and package.state == "draft"
    chosen = choose(wanted, published, draft=draft)
    if chosen == Selector.DRAFT:
        return None
    found = find_version(session, package.id, *chosen) if isinstance(chosen, Number) else None
    if found is None:
        raise NotFound(f"Dataset version {text.strip()} of dataset {package.name} not found")
    return found


def visible(session: Session, package: Package, sight: Sight) -> Sequence[DatasetVersion]:
    """Return the versions that may be seen, newest first, without their documents."""
    versions = list_versions(session, package.id)
    return versions if sight.private else [one for one in versions if not one.private]
