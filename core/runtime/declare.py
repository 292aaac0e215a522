"""How an action and a rule are declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

Body = Callable[..., Any]
"""``body(context, params)``, or ``body(next_action, context, params)`` if chained."""

RuleFunction = Callable[..., None]
"""``rule(context, params)``, or ``rule(next_rule, context, params)`` if chained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action: name, body, parameter model.

    Its documentation is the body's docstring. ``params`` None hands the body
    the raw mapping. ``read_only`` ones answer GET requests; so do those ``by_get``,
    which write no more than a note of the call. A chained action wraps the
    action of the same name that plugins further down, or the core, provide.
    ``uploads`` are part of depositing data: API tokens of that scope may call them.
    ``accepts`` describes the parameters of a body that reads the raw mapping, and
    ``result`` what it returns, if its return annotation says too little: both are
    for the API's description and check nothing. ``secret`` ones return what is shown only
    once and kept nowhere, so that their answer cannot be given again.
    """

    name: str
    body: Body
    params: type[BaseModel] | None = None
    read_only: bool = False
    by_get: bool = False
    chained: bool = False
    uploads: bool = False
    accepts: type[BaseModel] | None = None
    result: Any = None
    secret: bool = False

    @property
    def help(self) -> str | None:
        """The documentation text."""
        return self.body.__doc__


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may do something; the function raises ``NotAuthorized`` with a reason.

    ``anonymous`` lets callers without an account as far as the function.
    ``sysadmins`` asks the function for system administrators, too. A ``blind``
    rule looks at no parameters, so it is asked before they are read: who may not
    call at all does not learn what is wrong with a call.
    """

    function: RuleFunction
    anonymous: bool = False
    sysadmins: bool = False
    blind: bool = False
    chained: bool = False


Rules = Mapping[str, Rule]
