"""What there is to say about the actions of a site, for the API's documents and pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Final, get_type_hints

from pydantic import BaseModel

from cytotheca.core.runtime.declare import Action
from cytotheca.core.runtime.site import ActionCaller

EXAMPLE: Final = re.compile(r"Example: ``(\{.*?\})``", re.DOTALL)
AGGREGATES: Final = (
    ("follow", "following"),
    ("activity", "activity"),
    ("activities", "activity"),
    ("current_package", "datasets"),
    ("organization", "organizations"),
    ("collaborator", "collaborators"),
    ("group", "groups"),
    ("api_token", "API tokens"),
    ("resource_view", "resource views"),
    ("vocabulary", "keywords"),
    ("tag", "keywords"),
    ("job", "jobs"),
    ("task_status", "jobs"),
    ("package_resource", "resources"),
    ("default_resource_views", "resource views"),
    ("resource", "resources"),
    ("format_", "resources"),
    ("dcserv", "resources"),
    ("dataset", "datasets"),
    ("package", "datasets"),
    ("bulk_update", "datasets"),
    ("member", "members"),
    ("password", "users"),
    ("account", "users"),
    ("user", "users"),
)
"""Part of a name → what the action is about; the first that fits wins."""
OTHER: Final = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One action: its text, its parameters and its result as types, who may ask.

    ``params`` None says that the names of parameters are not fixed.
    """

    name: str
    subject: str
    text: str
    example: Mapping[str, Any]
    params: type[BaseModel] | None
    result: Any
    answers_get: bool
    needs_account: bool

    @property
    def summary(self) -> str:
        """The first sentence, on one line and without its period."""
        first = self.text.split("\n\n", 1)[0]
        return " ".join(first.split()).split(". ")[0].rstrip(".")


def describe_all(actions: ActionCaller) -> Sequence[Description]:
    """Return the descriptions of all actions, sorted by name."""
    return [describe(actions, name) for name in actions.names()]


def describe(actions: ActionCaller, name: str) -> Description:
    """Return the description of an action. Raises ``UnknownAction``."""
    chain = actions.chain(name)
    text = cleandoc(actions.help(name) or name)
    models = [model for one in chain for model in (one.params, one.accepts) if model]
    return Description(
        name=name,
        subject=subject_of(name),
        text=text,
        example=example_in(text),
        params=models[0] if models else None,
        result=result_of(chain),
        answers_get=actions.answers_get(name),
        needs_account=not actions.admits_anonymous(name),
    )


def subject_of(name: str) -> str:
    """Return what an action is about, e.g. ``datasets``."""
    return next((subject for part, subject in AGGREGATES if part in name), OTHER)


def example_in(text: str) -> Mapping[str, Any]:
    """Return the parameters that a documentation text gives as an example; {} if none."""
    found = EXAMPLE.search(text)
    if not found:
        return {}
    try:
        example = json.loads(found[1])
    except ValueError:
        return {}
    return example if isinstance(example, dict) else {}


def result_of(chain: Sequence[Action]) -> Any:
    """Return the type of what an action returns, as far as it is known."""
    declared = next((one.result for one in chain if one.result is not None), None)
    if declared is not None:
        return declared
    return get_type_hints(chain[-1].body).get("return", Any)
