"""What only somebody may do who knows the own password, not whoever has a token or a browser."""

from __future__ import annotations

from cytotheca.core.auth.attempts import Attempt, Deed, attempts_of
from cytotheca.core.auth.passwords import verify_password
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.errors import Errors

CLOSED = "Your present password is wrong, or missing"


def password_problems_of_caller(context: Context, given: str | None) -> Errors:
    """Return what is wrong if ``given`` is not the caller's password; wrong ones are counted.

    Calls from inside (commands, jobs) need none.
    """
    if context.ignore_auth or context.user is None:
        return {}
    attempt = Attempt(deed=Deed.LOGIN, account=context.user_name, address=context.origin.address)
    counter = attempts_of(context.site)
    counter.require(attempt)
    if verify_password(given or "", context.user.password):
        return {}
    counter.count(attempt)
    return {"current_password": [CLOSED]}
