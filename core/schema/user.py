"""Parameters of the actions on accounts and tokens."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field

from cytotheca.core.schema.dataset import Name, ObjectId, Text
from cytotheca.core.schema.group import ImageUrl
from cytotheca.core.schema.params import (
    MISSING,
    LenientBool,
    Natural,
    OptionalNatural,
    Params,
    Ref,
    Words,
    email_address,
    problem,
)

MIN_PASSWORD, MAX_PASSWORD = 8, 1024
MAX_TOKEN_LIFE_S = 100 * 366 * 24 * 3600
DAY_S = 24 * 3600
TOKEN_SCOPES = ("read", "upload", "admin")
HASH = re.compile(
    r"\$pbkdf2-sha512\$\d{1,7}\$[A-Za-z0-9./+]{1,128}\$[A-Za-z0-9./+]{1,128}"
    r"|\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
)
USER_STATES = ("active", "pending", "deleted")


def _password(value: Any) -> Any:
    if value is None or value == "":
        raise problem(MISSING)
    if not isinstance(value, str):
        raise problem("Must be a text")
    if len(value) < MIN_PASSWORD:
        raise problem(f"Your password must be {MIN_PASSWORD} characters or longer")
    if len(value) > MAX_PASSWORD:
        raise problem(f"Your password must be at most {MAX_PASSWORD} characters long")
    return value


def _new_password(value: Any) -> Any:
    return None if value is None or value == "" else _password(value)


def _given(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise problem(MISSING)
    return value


def _user_state(value: Any) -> Any:
    if value not in USER_STATES:
        raise problem(f"Must be one of: {', '.join(USER_STATES)}")
    return value


def _user_order(value: Any) -> Any:
    if value not in ("display_name", "fullname", "name", "created"):
        raise problem("Must be one of: display_name, fullname, name, created")
    return value


def _password_hash(value: Any) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not HASH.fullmatch(value):
        raise problem("Must be a string that begins with $pbkdf2-sha512$ or $argon2id$")
    return value


def _scope(value: Any) -> Any:
    if value is None or value == "":
        return ""
    if value not in TOKEN_SCOPES:
        raise problem(f"Must be one of: {', '.join(TOKEN_SCOPES)}")
    return value


Password = Annotated[str, BeforeValidator(_password)]
"""A new password."""

EmailAddress = Annotated[str, BeforeValidator(_given), AfterValidator(email_address)]
"""An e-mail address that must be given."""


class UserFields(Params):
    """What users can set of themselves; absent keys are left as they are."""

    fullname: Text = None
    about: Text = None
    image_url: ImageUrl = None
    image_upload: Any = None
    clear_upload: LenientBool = False
    activity_streams_email_notifications: LenientBool = False
    sysadmin: LenientBool = False
    state: Annotated[str, BeforeValidator(_user_state)] = "active"
    password_hash: Annotated[str | None, BeforeValidator(_password_hash)] = None


class UserCreate(UserFields):
    """Parameters of ``user_create``."""

    id: ObjectId = None
    name: Name
    email: EmailAddress
    password: Password = Field(default="", validate_default=False)
    with_apitoken: LenientBool = False


class UserPatch(UserFields):
    """Parameters of ``user_patch``."""

    id: Ref
    name: Name = ""
    email: EmailAddress = ""
    password: Annotated[str | None, BeforeValidator(_new_password)] = None
    current_password: Text = None


class UserUpdate(UserPatch):
    """Parameters of ``user_update``; the address is required."""

    email: EmailAddress


class UserShow(Params):
    """Parameters of ``user_show``."""

    id: Text = None
    include_datasets: LenientBool = False
    include_num_followers: LenientBool = False
    include_password_hash: LenientBool = False
    include_plugin_extras: LenientBool = False


class UserList(Params):
    """Parameters of ``user_list``."""

    q: Words | None = ""
    order_by: Annotated[str, BeforeValidator(_user_order)] = "display_name"
    all_fields: LenientBool = True
    limit: OptionalNatural = None
    offset: Natural = 0
    include_site_user: LenientBool = False
    email: Text = None


class UserAutocomplete(Params):
    """Parameters of ``user_autocomplete``."""

    q: Words
    limit: OptionalNatural = None
    ignore_self: LenientBool = False


class TokenCreate(Params):
    """Parameters of ``api_token_create``."""

    user: Ref
    name: Annotated[Ref, Field(max_length=200)]
    expires_in: OptionalNatural = None
    unit: OptionalNatural = None
    scope: Annotated[str, BeforeValidator(_scope)] = ""


class TokenList(Params):
    """Parameters of ``api_token_list``."""

    user_id: Annotated[Ref, Field(validation_alias=AliasChoices("user_id", "user"))]


class TokenRevoke(Params):
    """Parameters of ``api_token_revoke``: the id, or the token itself."""

    jti: Text = None
    token: Text = None
