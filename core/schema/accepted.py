"""What actions that read the raw mapping accept, for the API's description.

The composed models of a site check datasets and resources; extensions add keys to
them, so more keys are allowed here than are named.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cytotheca.core.schema.dataset import DatasetFields, Name, ResourceFields
from cytotheca.core.schema.params import Ref


class Accepted(BaseModel):
    """Base: further keys are allowed."""

    model_config = ConfigDict(extra="allow")


class NewDataset(DatasetFields):
    """A dataset to be made."""

    model_config = ConfigDict(extra="allow")


class ChangedDataset(NewDataset):
    """A dataset to be changed, by ``id`` or ``name``."""

    id: Ref
    name: Name = ""


class Revision(Accepted):
    """What ``package_revise`` matches, keeps, changes and returns."""

    match: dict[str, Any]
    filter: list[str] = Field(default_factory=list)
    update: dict[str, Any] = Field(default_factory=dict)
    include: list[str] = Field(default_factory=list)


class NewResource(ResourceFields):
    """A resource to be added to a dataset; ``upload`` is its file."""

    package_id: Ref
    upload: Any = None


class ChangedResource(ResourceFields):
    """A resource to be changed; ``upload`` replaces its file."""

    id: Ref
    upload: Any = None


class ResourceOrder(Accepted):
    """A new order of a dataset's resources."""

    id: Ref
    order: list[str]


class NewOwner(Accepted):
    """A dataset and the organization that shall own it."""

    id: Ref
    organization_id: Ref
