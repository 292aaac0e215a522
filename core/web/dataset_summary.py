"""What the side of a dataset's page says of all its files together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from cytotheca.core.actions.resource_list import describe_resources
from cytotheca.core.runtime.context import Context
from cytotheca.core.web.formatting import total_size

Shown = Mapping[str, Any]
MOST_REMEMBERED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Label and value of what tells whether a dataset is one's kind of data; its size."""

    facts: Sequence[tuple[str, str]]
    size_bytes: int


class Summaries:
    """Summaries of datasets with many files, remembered until the dataset changes.

    Looking through ten thousand files takes a quarter of a second.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Summary] = {}

    def get(self, context: Context, dataset: Shown) -> Summary:
        """Return the summary of a dataset as it is now."""
        key = (dataset["id"], dataset["metadata_modified"])
        known = self._known.pop(key, None)
        if known is None:
            known = summarize({"resources": describe_resources(context, dataset["id"])})
        self._known[key] = known
        while len(self._known) > MOST_REMEMBERED:
            self._known.pop(next(iter(self._known), key), None)
        return known


def summarize(dataset: Shown) -> Summary:
    """Return the summary of a dataset that comes with all its resources."""
    facts_of: Callable[[Shown], Sequence[tuple[str, str]]]
    facts_of = current_app.jinja_env.globals["h"].dataset_facts  # type: ignore[attr-defined]
    return Summary(facts=facts_of(dataset), size_bytes=total_size(dataset))
