"""Actions that make, change and delete accounts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import delete

from cytotheca.core.actions.images import new_image
from cytotheca.core.actions.user_dict import Shown, show_user
from cytotheca.core.auth.passwords import hash_password
from cytotheca.core.auth.roles import forget_roles
from cytotheca.core.auth.tokens import issue
from cytotheca.core.auth.user import get_user
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.base import new_id
from cytotheca.core.models.group import Member
from cytotheca.core.models.membership import MemberKind
from cytotheca.core.models.package import PackageMember
from cytotheca.core.models.user import ApiToken, LoginSession, User, find_user, users_by_email
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.compose import refuse
from cytotheca.core.schema.errors import Errors
from cytotheca.core.schema.params import MISSING, IdParams
from cytotheca.core.schema.user import UserCreate, UserFields, UserPatch, UserUpdate
from cytotheca.core.settings.site import SiteSettings

IMAGES = "user"
TOKEN_NAME = "default"  # noqa: S105 - the name of a token, not a token
NAME_TAKEN = (
    "The username is already associated with another account. Please use a different username."
)


def user_create(context: Context, params: UserCreate) -> Shown:
    """Make an account.

    Parameters: ``name``, ``email``, ``password`` (required), ``fullname``, ``about``,
    ``image_url`` or ``image_upload``, ``with_apitoken`` (false; the answer then
    has a ``token``). Existing accounts are never changed.

    Example: ``{"name": "ada", "email": "ada@example.org", "password": "…",
    "fullname": "Ada L."}``. Returns the user.
    """
    refuse(_creation_problems(context, params))
    user = User(
        id=params.id or new_id(),
        name=params.name,
        password=_first_password(context, params),
        sysadmin=False,
        state="active",
        plugin_extras={},
    )
    _write(context, user, params)
    _write_email(user, params.email)
    context.session.add(user)
    _flush(context)
    shown = show_user(context.acting_as(user), user)
    context.site.hooks.user_created(context=context, user=shown)
    if params.with_apitoken:
        secret = context.site.settings(SiteSettings).secret_key
        shown["token"] = issue(context.session, secret, user_id=user.id, name=TOKEN_NAME).token
    return shown


def user_update(context: Context, params: UserUpdate) -> Shown:
    """Change an account; ``email`` must be given, keys that only we set are ignored.

    Parameters: ``id`` (id or name), ``email``, ``fullname``, ``about``, ``password``,
    ``image_url`` or ``image_upload`` or ``clear_upload``; for system administrators
    ``name``, ``state``, ``sysadmin``.

    Example: the object of ``user_show`` with another ``fullname``. Returns the user.
    context.site.signals.send("user_created", shown["id"], user=shown)
    """
    return _change(context, params)


def user_patch(context: Context, params: UserPatch) -> Shown:
    """Change only what is given of an account.

    Parameters: ``id`` (id or name), and those of ``user_update`` that shall change.

    Example: ``{"id": "ada", "about": "Physicist"}``. Returns the user.
    """
    return _change(context, params)


def user_delete(context: Context, params: IdParams) -> None:
    """Delete an account: it cannot be used, and loses roles, tokens and logins.

    Parameters: ``id`` (id or name). Example: ``{"id": "ada"}``.
    """
    _deactivate(context, get_user(context, params.id))


def _change(context: Context, params: UserPatch) -> Shown:
    user = get_user(context, params.id)
    refuse(_change_problems(context, user, params))
    user.name = params.name or user.name
    _write(context, user, params)
    if params.email and _key(params.email) != user.email_key:
        _write_email(user, params.email)
        user.reset_key = None
    if params.password:
        user.password = hash_password(params.password)
        user.reset_key = None
        _end_logins(context, user)
    _flush(context)
    return show_user(context, user)


def _write(context: Context, user: User, params: UserFields) -> None:
    given = params.model_fields_set
    for field in ("fullname", "about", "activity_streams_email_notifications"):
        if field in given:
            setattr(user, field, getattr(params, field))
    user.image_url = new_image(context, IMAGES, user.image_url, params)
    if not _is_admin(context) or user.id == context.user_id:
        return
    if "sysadmin" in given:
        user.sysadmin = params.sysadmin
    if "state" in given and params.state != user.state:
        if params.state == "deleted":
            _deactivate(context, user)
        user.state = params.state
    if params.password_hash:
        user.password = params.password_hash
        _end_logins(context, user)


def _write_email(user: User, email: str) -> None:
    user.email, user.email_key = email, _key(email)


def _key(email: str) -> str:
    return email.strip().lower()


def _is_admin(context: Context) -> bool:
    return context.is_sysadmin or context.ignore_auth


def _creation_problems(context: Context, params: UserCreate) -> Errors:
    errors: Errors = {}
    if params.id and not _is_admin(context):
        errors["id"] = ["The input field id was not expected."]
    elif params.id and context.session.get(User, params.id):
        errors["id"] = ["User id already exists."]
    if not params.password and not (params.password_hash and _is_admin(context)):
        errors["password"] = [MISSING]
    return errors | _clashes(context, params.name, params.email, own_id=None)


def _change_problems(context: Context, user: User, params: UserPatch) -> Errors:
    renames = bool(params.name) and params.name != user.name
    if renames and not (_is_admin(context) or user.state == "pending"):
        return {"name": ["That login name can not be modified."]}
    return _clashes(context, params.name if renames else "", params.email, own_id=user.id)


def _clashes(context: Context, name: str, email: str, *, own_id: str | None) -> Errors:
    """Return what is wrong because other accounts have the name or the address."""
    errors: Errors = {}
    other = find_user(context.session, name) if name else None
    if other is not None and other.id != own_id:
        errors["name"] = [NAME_TAKEN]
    others = users_by_email(context.session, email) if email else ()
    if any(one.id != own_id for one in others):
        errors["email"] = [f"The email address '{email}' belongs to a registered user."]
    return errors


def _first_password(context: Context, params: UserCreate) -> str | None:
    if params.password_hash and _is_admin(context):
        return params.password_hash
    return hash_password(params.password)


def _flush(context: Context) -> None:
    try:
        context.session.flush()
    except sa.exc.IntegrityError as error:  # another process was faster
        raise ValidationError({"name": [NAME_TAKEN]}) from error


def _end_logins(context: Context, user: User) -> None:
    context.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def _deactivate(context: Context, user: User) -> None:
    session = context.session
    user.state = "deleted"
    user.reset_key = None
    session.execute(
        delete(Member).where(Member.table_name == MemberKind.USER, Member.table_id == user.id)
    )
    session.execute(delete(PackageMember).where(PackageMember.user_id == user.id))
    session.execute(delete(ApiToken).where(ApiToken.user_id == user.id))
    _end_logins(context, user)
    session.flush()
    forget_roles(context, user.id)


ACTIONS = (
    Action(name="user_create", body=user_create, params=UserCreate),
    Action(name="user_update", body=user_update, params=UserUpdate),
    Action(name="user_patch", body=user_patch, params=UserPatch),
    Action(name="user_delete", body=user_delete, params=IdParams),
)
