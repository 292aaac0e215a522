"""What plugins are told about changes of datasets and resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(slots=True, kw_only=True)
class DatasetChange:
    """A dataset before (None on creation) and as proposed, both as shown.

    ``action`` is the action that was called; ``uploads`` maps the position of a
    resource to the file that came with the call. ``proposed`` may be changed by
    ``prepare_dataset`` only; afterwards it holds the saved dataset.
    """

    action: str
    current: Mapping[str, Any] | None
    proposed: dict[str, Any]
    uploads: Mapping[int, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the dataset is being created."""
        return self.current is None

    @property
    def publishes(self) -> bool:
        """Whether the dataset becomes active with this change."""
        before = self.current["state"] if self.current else None
        return self.proposed.get("state") == "active" and before != "active"


class ResourceKind(StrEnum):
    """What happened to a resource."""

    NEW = "new"
    FILE = "file"
    METADATA = "metadata"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """A change of one resource, as it is shown after the change."""

    kind: ResourceKind
    resource: Mapping[str, Any]
    dataset: Mapping[str, Any]
