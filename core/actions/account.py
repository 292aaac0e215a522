"""Actions that make, change and delete accounts."""

from __future__ import annotations

from cytotheca.core.actions.account_mail import enqueue_letter
from cytotheca.core.actions.account_state import (
    clashes,
    deactivate,
    email_key,
    end_logins,
    flush,
    password_problems,
    put_email,
    put_password,
    write_email,
)
from cytotheca.core.actions.images import new_image
from cytotheca.core.actions.reauthentication import password_problems_of_caller
from cytotheca.core.actions.user_dict import Shown, show_user
from cytotheca.core.auth.attempts import Deed, take_turn
from cytotheca.core.auth.passwords import hash_password
from cytotheca.core.auth.tokens import issue
from cytotheca.core.auth.user import get_user
from cytotheca.core.models.base import new_id
from cytotheca.core.models.user import User
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.compose import refuse
from cytotheca.core.schema.errors import Errors
from cytotheca.core.schema.params import MISSING, IdParams
from cytotheca.core.schema.user import UserCreate, UserFields, UserPatch, UserUpdate
from cytotheca.core.settings.accounts import AccountSettings
from cytotheca.core.settings.site import SiteSettings

IMAGES = "user"
TOKEN_NAME = "default"  # noqa: S105 - the name of a token, not a token


def user_create(context: Context, params: UserCreate) -> Shown:
    """Make an account.

    Parameters: ``name``, ``email``, ``password`` (required), ``fullname``, ``about``,
    ``image_url`` or ``image_upload``, ``with_apitoken`` (false; the answer then
    has a ``token``), for system administrators ``password_hash`` (a ``$pbkdf2-sha512$…``
    string of CKAN, or ``$argon2id$…``) in place of the password. Existing accounts
    are never changed. Who registers themselves gets a mail with a link, and the
    same answer, whether or not name and address are free.

    Example: ``{"name": "ada", "email": "ada@example.org", "password": "…",
    "fullname": "Ada L."}``. Returns the user.
    """
    if not _is_admin(context) and context.site.settings(AccountSettings).verify_email:
        return _register(context, params)
    if not _is_admin(context):
        take_turn(context, Deed.REGISTER, params.email)
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
    write_email(user, params.email)
    context.session.add(user)
    flush(context)
    record(context, "user_created", "user", user.id, name=user.name)
    shown = show_user(context.acting_as(user), user)
    context.site.hooks.user_created(context=context, user=shown)
    context.site.signals.send("user_created", shown["id"], user=shown)
    if params.with_apitoken:
        secret = context.site.settings(SiteSettings).secret_key
        shown["token"] = issue(context.session, secret, user_id=user.id, name=TOKEN_NAME).token
    return shown


def user_update(context: Context, params: UserUpdate) -> Shown:
    """Change an account; ``email`` must be given, keys that only we set are ignored.

    Parameters: ``id`` (id or name), ``email``, ``fullname``, ``about``, ``password``,
    ``image_url`` or ``image_upload`` or ``clear_upload``; for system administrators
    ``name``, ``state``, ``sysadmin``. Who changes an address or a password, or makes
    somebody a system administrator, sends the own password as ``current_password``.

    Example: the object of ``user_show`` with another ``fullname``. Returns the user.
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
    user = get_user(context, params.id)
    before = show_user(context, user)
    deactivate(context, user)
    _tell_changed(context, user, before)


def _change(context: Context, params: UserPatch) -> Shown:
    user = get_user(context, params.id)
    before = show_user(context, user)
    refuse(_change_problems(context, user, params))
    user.name = params.name or user.name
    _write(context, user, params)
    if params.email and email_key(params.email) != user.email_key:
        put_email(context, user, params.email)
    if params.password:
        put_password(context, user, params.password)
    flush(context)
    return _tell_changed(context, user, before)


def _tell_changed(context: Context, user: User, before: Shown) -> Shown:
    """Tell the plugins of a changed account, and return it as shown."""
    shown = show_user(context, user)
    context.site.hooks.user_changed(context=context, user=shown, before=before)
    return shown


def _write(context: Context, user: User, params: UserFields) -> None:
    given = params.model_fields_set
    for field in ("fullname", "about", "activity_streams_email_notifications"):
        if field in given:
            setattr(user, field, getattr(params, field))
    user.image_url = new_image(context, IMAGES, user.image_url, params)
    if not _is_admin(context) or user.id == context.user_id:
        return
    if "sysadmin" in given and params.sysadmin != user.sysadmin:
        user.sysadmin = params.sysadmin
        verb = "granted" if params.sysadmin else "withdrawn"
        record(context, f"sysadmin_{verb}", "user", user.id, name=user.name)
    if "state" in given and params.state != user.state:
        if params.state == "deleted":
            deactivate(context, user)
        user.state = params.state
    if params.password_hash:
        user.password = params.password_hash
        end_logins(context, user)
        record(context, "password_changed", "user", user.id, name=user.name)


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
    errors |= password_problems(params.password, params.name, params.email)
    return errors | clashes(context, params.name, params.email, own_id=None)


def _change_problems(context: Context, user: User, params: UserPatch) -> Errors:
    renames = bool(params.name) and params.name != user.name
    if renames and not (_is_admin(context) or user.state == "pending"):
        return {"name": ["That login name can not be modified."]}
    errors = password_problems(params.password, params.name or user.name, user.email)
    errors |= _reauthentication_problems(context, user, params)
    errors |= clashes(context, params.name if renames else "", params.email, own_id=user.id)
    return errors


def _reauthentication_problems(context: Context, user: User, params: UserPatch) -> Errors:
    """Who changes a password or address, or makes an administrator, must know the own password.

    Else whoever finds a computer unlocked, or a token, takes the account, or the site, over.
    """
    moves = bool(params.email) and email_key(params.email) != user.email_key
    promotes = bool(params.sysadmin) and not user.sysadmin and _is_admin(context)
    if not (moves or params.password or promotes):
        return {}
    return password_problems_of_caller(context, params.current_password)


def _register(context: Context, params: UserCreate) -> Shown:
    """Note a registration; all that depends on who exists is left to a job."""
    if params.id or not params.password:
        refuse(_creation_problems(context, params))
    refuse(password_problems(params.password, params.name, params.email))
    take_turn(context, Deed.REGISTER, params.email)
    wanted = {"name": params.name, "email": params.email, "fullname": params.fullname}
    enqueue_letter(
        context,
        "register",
        **wanted,
        id=new_id(),
        about=params.about,
        password_hash=hash_password(params.password),
    )
    return {**wanted, "display_name": params.fullname or params.name, "state": "pending"}


def _first_password(context: Context, params: UserCreate) -> str | None:
    if params.password_hash and _is_admin(context):
        return params.password_hash
    return hash_password(params.password)


ACTIONS = (
    Action(name="user_create", body=user_create, params=UserCreate, secret=True),
    Action(name="user_update", body=user_update, params=UserUpdate),
    Action(name="user_patch", body=user_patch, params=UserPatch),
    Action(name="user_delete", body=user_delete, params=IdParams),
)
