"""The ways to look at a resource, as tabs of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.views import ViewSpec

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab: a stored view, or one that the site adds because it fits the file."""

    key: str
    title: str
    spec: ViewSpec
    description: str = ""
    config: Shown = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The type of the view."""
        return self.spec.name

    @property
    def template(self) -> str:
        """The template that shows it."""
        return self.spec.template


def list_tabs(context: Context, resource: Shown, dataset: Shown) -> Sequence[Tab]:
    """Return the stored views of a resource; without any, those that fit its file."""
    known = context.site.views
    stored = context.call("resource_view_list", {"id": resource["id"]})
    tabs = [
        Tab(
            key=one["id"],
            title=one["title"] or known[one["view_type"]].title,
            spec=known[one["view_type"]],
            description=one["description"] or "",
            config=one,
        )
        for one in stored
        if known[one["view_type"]].applies(resource, dataset)
    ]
    return tabs or [
        Tab(key=spec.name, title=spec.title, spec=spec)
        for spec in known.values()
        if spec.applies(resource, dataset)
    ]
