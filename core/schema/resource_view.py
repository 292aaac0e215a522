"""Parameters of the actions on views of resources."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.params import MAX_ITEMS, IdParams, Params, Ref, WordList, problem

ViewText = Annotated[str | None, Field(max_length=10_000)]


def _order(value: Any) -> Any:
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not texts or len(set(value)) != len(value):
        raise problem("Must supply unique ids of views")
    return value


class ViewCreate(Params):
    """Parameters of ``resource_view_create``; further keys are the view's settings."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)

    resource_id: Ref
    view_type: Ref
    title: Ref
    description: ViewText = ""


class ViewChange(IdParams):
    """Parameters of ``resource_view_update``; further keys are the view's settings."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)

    title: Ref
    description: ViewText = ""
    resource_id: Text = None
    view_type: Text = None


class ViewOrder(IdParams):
    """Parameters of ``resource_view_reorder``; ``id`` is the resource's."""

    order: Annotated[list[str], BeforeValidator(_order), Field(max_length=MAX_ITEMS)]


class ViewTypes(Params):
    """Parameters of ``resource_view_clear``."""

    view_types: WordList = Field(default_factory=list)


class DefaultViews(Params):
    """Parameters of ``resource_create_default_resource_views``."""

    resource: dict[str, Any]


class DefaultViewsOfAll(Params):
    """Parameters of ``package_create_default_resource_views``."""

    package: dict[str, Any]
    view_types: WordList = Field(default_factory=list)
