"""Actions on API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cytotheca.core.auth.scopes import Scope
from cytotheca.core.auth.tokens import issue, scope_of
from cytotheca.core.auth.user import find_token, get_user
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.account import tokens_of_user
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.user import ApiToken
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.user import (
    DAY_S,
    MAX_TOKEN_LIFE_S,
    TokenCreate,
    TokenList,
    TokenRevoke,
)
from cytotheca.core.settings.accounts import AccountSettings
from cytotheca.core.settings.site import SiteSettings


def api_token_create(context: Context, params: TokenCreate) -> dict[str, str]:
    """Make an API token; it is shown only in this answer.

    Parameters: ``user`` (id or name), ``name`` (what it is for), ``expires_in``
    (a number of units; without it the token does not expire), ``unit`` (seconds,
    86400 unless given), ``scope`` (``read``; ``upload``: also datasets and files;
    ``admin``, the default: all that you may do).

    Example: ``{"user": "ada", "name": "lab computer", "expires_in": 30}``.
    Returns ``{"token", "id"}``.
    """
    user = get_user(context, params.user)
    expires = None
    if params.expires_in:
        life_s = params.expires_in * (params.unit or DAY_S)
        if life_s > MAX_TOKEN_LIFE_S:
            raise ValidationError({"expires_in": ["Must be at most a hundred years"]})
        expires = utc_now() + timedelta(seconds=life_s)
    secret = context.site.settings(SiteSettings).secret_key
    made = issue(
        context.session,
        secret,
        user_id=user.id,
        name=params.name,
        expires=expires,
        scope=params.scope,
        nbytes=context.site.settings(AccountSettings).token_nbytes,
    )
    record(context, "token_created", "api_token", made.jti, name=params.name, user=user.name)
    context.session.flush()
    return {"token": made.token, "id": made.jti}


def api_token_list(context: Context, params: TokenList) -> list[dict[str, Any]]:
    """Return the tokens of a user, oldest first, without their secrets.

    Parameters: ``user_id`` (id or name). Example: ``{"user_id": "ada"}``.
    """
    user = get_user(context, params.user_id)
    return [_show(token) for token in tokens_of_user(context.session, user.id)]


def api_token_revoke(context: Context, params: TokenRevoke) -> None:
    """Make a token useless, at once.

    Parameters: ``jti`` (the id of the token) or ``token`` (the token itself).
    Example: ``{"jti": "…"}``.
    """
    token = find_token(context, params)
    if token is None:
        raise NotFound("API token was not found.")
    record(context, "token_revoked", "api_token", token.id, name=token.name)
    context.session.delete(token)
    context.session.flush()


def _show(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "user_id": token.user_id,
        "created_at": iso(token.created_at),
        "last_access": iso(token.last_access),
        "scope": scope_of(token) or Scope.ADMIN.value,
        "expires": iso(token.expires),
    }


ACTIONS = (
    Action(
        name="api_token_create",
        body=api_token_create,
        result=results.NewToken,
        params=TokenCreate,
        secret=True,
    ),
    Action(
        name="api_token_list",
        body=api_token_list,
        result=list[results.Token],
        params=TokenList,
        read_only=True,
    ),
    Action(name="api_token_revoke", body=api_token_revoke, params=TokenRevoke),
)
