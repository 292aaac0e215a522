"""What an API token may do, if it may not do everything that its owner may."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cytotheca.core.domain.errors import NotAuthorized
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action


class Scope(StrEnum):
    """How far a token reaches; ``admin`` is all that its owner may do."""

    READ = "read"
    UPLOAD = "upload"
    ADMIN = "admin"


def require_scope(context: Context, chain: Sequence[Action]) -> None:
    """Refuse an action that is beyond the caller's token; the rule is asked all the same.

    Reading actions and downloads are within every scope.
    """
    scope = context.origin.scope
    if context.ignore_auth or scope in ("", Scope.ADMIN):
        return
    if chain[0].read_only:
        return
    if scope == Scope.UPLOAD and any(action.uploads for action in chain):
        return
    raise NotAuthorized(f"This API token is for {scope} only; {chain[0].name} is beyond that")
