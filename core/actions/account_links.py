"""Actions behind mailed links: verification, new passwords, invitations."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

from cytotheca.core.actions.account_mail import enqueue_letter
from cytotheca.core.actions.account_state import (
    clashes,
    email_key,
    flush,
    password_problems,
    put_password,
)
from cytotheca.core.actions.members_save import put_member
from cytotheca.core.actions.user_dict import Shown, show_user
from cytotheca.core.auth.attempts import Attempt, Deed, attempts_of, take_turn
from cytotheca.core.auth.group import get_group
from cytotheca.core.auth.passwords import hash_password
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.mail.job import sends_mail
from cytotheca.core.models.account_key import AWAITS_LINK, AccountKey, Purpose, find_key, void_keys
from cytotheca.core.models.base import new_id
from cytotheca.core.models.group import find_group
from cytotheca.core.models.membership import MemberKind, find_member
from cytotheca.core.models.user import User
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.account import Acceptance, Invitation, Link, PasswordReset, ResetRequest
from cytotheca.core.schema.compose import refuse
from cytotheca.core.schema.params import MISSING

DEAD_LINK: Final = "This link was used already, or is too old. Please ask for a new one."
NO_MAIL: Final = "This site sends no mail. Please ask the operators."


def password_reset_request(context: Context, params: ResetRequest) -> None:
    """Have a link mailed by which a new password can be set.

    The answer is the same whether or not there is such an account.
    Parameters: ``login`` (name or e-mail address). Example: ``{"login": "ada"}``.
    """
    _require_mail(context)
    take_turn(context, Deed.RESET, params.login)
    enqueue_letter(context, "reset", login=params.login)


def password_reset(context: Context, params: PasswordReset) -> dict[str, str]:
    """Set a new password by a mailed link; all logins of the account end.

    Parameters: ``id`` and ``key`` of the link, ``password``.
    Example: ``{"id": "…", "key": "…", "password": "…"}``. Returns ``{"name"}``.
    """
    user, _ = _follow(context, params, Purpose.RESET)
    refuse(password_problems(params.password, user.name, user.email))
    put_password(context.acting_as(user), user, params.password)
    context.site.signals.send("perform_password_reset", user.id)
    return {"name": user.name}


def user_verify(context: Context, params: Link) -> dict[str, str]:
    """Begin to use an account that was registered, by the link that was mailed.

    Parameters: ``id`` and ``key`` of the link. Example: ``{"id": "…", "key": "…"}``.
    Returns ``{"name"}``.
    """
    user, _ = _follow(context, params, Purpose.VERIFY)
    _activate(context, user)
    return {"name": user.name}


def account_link_show(context: Context, params: Link) -> dict[str, Any]:
    """Return what a mailed link is for; nothing is done yet.

    Parameters: ``id`` and ``key`` of the link. Example: ``{"id": "…", "key": "…"}``.
    Returns ``{"purpose", "name", "state"}`` and for invitations ``group``.
    """
    user, row = _find(context, params)
    group = find_group(context.session, row.data.get("group_id", ""))
    title = (group.title or group.name) if group else None
    return {"purpose": row.purpose, "name": user.name, "state": user.state, "group": title}


def user_invite(context: Context, params: Invitation) -> Shown:
    """Invite somebody by e-mail into an organization or group.

    The role is given when the invitation is accepted. The answer is the same
    whether or not the address has an account already; nothing of that changes.

    Parameters: ``email``, ``group_id`` (id or name), ``role`` (``admin``,
    ``editor``, ``member``).

    Example: ``{"email": "ada@example.org", "group_id": "lab-a", "role": "editor"}``.
    Returns the pending user.
    """
    _require_mail(context)
    group = get_group(context, params.group_id)
    take_turn(context, Deed.INVITE, context.user_id or "")
    invited = {"id": new_id(), "name": _free_name(params.email), "email": params.email}
    enqueue_letter(
        context, "invite", **invited, group_id=group.id, role=params.role, by=_inviter(context)
    )
    kind = "organization" if group.is_organization else "group"
    record(context, "user_invited", kind, group.id, name=group.name, role=params.role)
    return {
        **invited,
        "fullname": None,
        "display_name": invited["name"],
        "state": "pending",
        "sysadmin": False,
    }


def user_invite_accept(context: Context, params: Acceptance) -> dict[str, str]:
    """Accept an invitation by the link that was mailed.

    Parameters: ``id`` and ``key`` of the link; for a new account ``password``, and
    if wanted ``name`` and ``fullname``.
    Example: ``{"id": "…", "key": "…", "name": "ada", "password": "…"}``. Returns ``{"name"}``.
    """
    user, row = _follow(context, params, Purpose.INVITE)
    group = get_group(context, row.data["group_id"])
    if user.state == "pending":
        _set_up(context, user, params)
        _activate(context, user)
    else:
        context.session.delete(row)
    if find_member(context.session, group.id, MemberKind.USER, user.id) is None:
        actor = context.acting_as(user)
        put_member(actor, group, MemberKind.USER, user.id, row.data["role"])
    return {"name": user.name}


def _require_mail(context: Context) -> None:
    if not sends_mail(context.site):
        raise ValidationError(NO_MAIL)


def _follow(context: Context, params: Link, purpose: Purpose) -> tuple[User, AccountKey]:
    user, row = _find(context, params)
    if row.purpose != purpose:
        raise ValidationError({"key": [DEAD_LINK]})
    return user, row


def _find(context: Context, params: Link) -> tuple[User, AccountKey]:
    """Return whose link it is; who tries keys is slowed down."""
    attempt = Attempt(deed=Deed.LINK, address=context.origin.address)
    counter = attempts_of(context.site)
    counter.require(attempt)
    row = find_key(context.session, params.id, params.key)
    user = context.session.get(User, params.id) if row else None
    if row is None or user is None or user.state == "deleted":
        counter.count(attempt)
        raise ValidationError({"key": [DEAD_LINK]})
    return user, row


def _set_up(context: Context, user: User, params: Acceptance) -> None:
    name = params.name or user.name
    errors = clashes(context, name, "", own_id=user.id)
    if not params.password:
        errors["password"] = [MISSING]
    refuse(errors | password_problems(params.password, name, user.email))
    user.name = name
    user.fullname = params.fullname or user.fullname
    user.password = hash_password(params.password or "")


def _activate(context: Context, user: User) -> None:
    """Make a pending account usable, unless its address was taken meanwhile."""
    if user.state != "pending":
        raise ValidationError({"key": [DEAD_LINK]})
    refuse(clashes(context, "", user.email or "", own_id=user.id))
    user.state = "active"
    user.plugin_extras.pop(AWAITS_LINK, None)
    user.email_key = email_key(user.email or "")
    void_keys(context.session, user.id)
    flush(context)
    own = context.acting_as(user)
    record(own, "user_created", "user", user.id, name=user.name)
    shown = show_user(own, user)
    context.site.hooks.user_created(context=own, user=shown)
    context.site.signals.send("user_created", user.id, user=shown)


def _free_name(email: str) -> str:
    """Return a name that nobody has, whoever has the address."""
    local = re.sub(r"[^a-z0-9_-]", "-", email.partition("@")[0].lower())[:60].strip("-")
    return f"{local or 'user'}-{secrets.token_hex(4)}"


def _inviter(context: Context) -> str:
    return (context.user.fullname or context.user.name) if context.user else ""


ACTIONS = (
    Action(name="password_reset_request", body=password_reset_request, params=ResetRequest),
    Action(name="password_reset", body=password_reset, params=PasswordReset),
    Action(name="user_verify", body=user_verify, params=Link),
    Action(name="account_link_show", body=account_link_show, params=Link, read_only=True),
    Action(name="user_invite", body=user_invite, params=Invitation),
    Action(name="user_invite_accept", body=user_invite_accept, params=Acceptance),
)
