"""How a way of showing a resource is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _always(resource: Mapping[str, Any], dataset: Mapping[str, Any]) -> bool:
    del resource, dataset
    return True


def _nothing(
    context: Any, resource: Mapping[str, Any], dataset: Mapping[str, Any]
) -> dict[str, Any]:
    del context, resource, dataset
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSpec:
    """A view: its name, title, template, and to which resources it applies.

    ``variables(context, resource, dataset)`` returns what the template needs.
    """

    name: str
    title: str
    template: str
    icon: str = "eye"
    applies: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = _always
    variables: Callable[[Any, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] = _nothing
