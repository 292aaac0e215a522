"""Parameters of the actions behind mailed links, of logins and of the audit log."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field

from cytotheca.core.schema.dataset import Name, Text
from cytotheca.core.schema.group import RoleName
from cytotheca.core.schema.params import OptionalNatural, Params, Ref
from cytotheca.core.schema.user import EmailAddress, Password


class ResetRequest(Params):
    """Parameters of ``password_reset_request``: a name or an address."""

    login: Annotated[Ref, Field(max_length=254)]


class Link(Params):
    """Parameters of ``account_link_show`` and ``user_verify``: what a mailed link holds."""

    id: Ref
    key: Ref


class PasswordReset(Link):
    """Parameters of ``password_reset``."""

    password: Password


class Invitation(Params):
    """Parameters of ``user_invite``."""

    email: EmailAddress
    group_id: Ref
    role: RoleName


class Acceptance(Link):
    """Parameters of ``user_invite_accept``."""

    name: Name = ""
    fullname: Text = None
    password: Password | None = None


class SessionList(Params):
    """Parameters of ``user_session_list``."""

    user_id: Annotated[Ref, Field(validation_alias=AliasChoices("user_id", "user"))]


class SessionEnd(SessionList):
    """Parameters of ``user_session_end``."""

    id: Ref


class SessionEndOthers(SessionList):
    """Parameters of ``user_session_end_others``; ``keep`` is the id that stays."""

    keep: Text = None


def _limit(value: object) -> object:
    return 100 if value in (None, "") else value


class AuditList(Params):
    """Parameters of ``audit_list``."""

    action: Text = None
    actor: Text = None
    object_id: Text = None
    before: OptionalNatural = None
    limit: Annotated[int, BeforeValidator(_limit), Field(ge=1, le=1000)] = 100
