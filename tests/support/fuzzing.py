"""Calls of every action as its description allows, and as it does not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.errors import SchemathesisError
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from pages_site import PagesSite

SEED = 20261125
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))  # noqa: TID251 - make fuzz wants more
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LAST = ("delete", "purge", "clear", "update", "patch", "revoke", "end", "prune")
"""Words in the names of actions that take away what others would find."""


@dataclass(kw_only=True)
class Fuzzer:
    """A site, the tokens of callers, and ids that parameters may hold."""

    pages: PagesSite
    tokens: Mapping[str, str]
    known: Mapping[str, Sequence[str]]

    def run(self, caller: str, mode: GenerationMode, examples: int = EXAMPLES) -> list[str]:
        """Call every action as somebody; return what went wrong, one text for each action."""
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", self.pages.app)
        operations = [found.ok() for found in schema.get_all_operations()]
        operations.sort(key=lambda one: (any(word in one.path for word in LAST), one.path))
        headers = {"Authorization": self.tokens[caller]} if self.tokens[caller] else {}
        return [
            f"{caller}, {mode.value}: {one.method.upper()} {one.path}: {fault}"
            for one in operations
            if (fault := self._try(one, mode, headers, examples))
        ]

    def _try(
        self, operation: Any, mode: GenerationMode, headers: Mapping[str, str], examples: int
    ) -> str:
        @seed(SEED)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.randoms(use_true_random=False))
        def calls(case: Any, chance: random.Random) -> None:
            self._aim(case.query, chance)
            self._aim(case.body, chance)
            case.call_and_validate(headers=dict(headers), checks=CHECKS)

        try:
            calls()
        except Unsatisfiable:  # what has no parameters cannot be called wrongly
            return ""
        except (FailureGroup, SchemathesisError) as error:  # all faults are told at once
            return str(error)
        return ""

    def _aim(self, fields: Any, chance: random.Random) -> None:
        """Make every other reference lead to something that exists."""
        if not isinstance(fields, dict):
            return
        for key in fields:
            if key in self.known and chance.random() < 0.5:
                fields[key] = chance.choice(self.known[key])
