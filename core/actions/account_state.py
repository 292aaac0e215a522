"""What several actions do to an account: new passwords and addresses, its end."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import delete

from cytotheca.core.auth.passwords import hash_password, is_common
from cytotheca.core.auth.roles import forget_roles
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.mail.job import Letter, send_mail
from cytotheca.core.models.account_key import void_keys
from cytotheca.core.models.group import Member
from cytotheca.core.models.membership import MemberKind
from cytotheca.core.models.package import PackageMember
from cytotheca.core.models.user import ApiToken, LoginSession, User, find_user, users_by_email
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.errors import Errors

NAME_TAKEN = (
    "The username is already associated with another account. Please use a different username."
)
COMMON = "This password is among the first that guessers try. Please choose another one."


def password_problems(password: str | None, *known: str | None) -> Errors:
    """Return what is wrong with a new password; ``known`` are name and address of its owner."""
    return {"password": [COMMON]} if password and is_common(password, *known) else {}


def put_password(context: Context, user: User, password: str) -> None:
    """Give a user a new password: logins end, mailed links are void, the owner is told."""
    user.password = hash_password(password)
    void_keys(context.session, user.id)
    end_logins(context, user)
    record(context, "password_changed", "user", user.id, name=user.name)
    if user.email:
        send_mail(context, letter_to(user, "password_changed"))


def put_email(context: Context, user: User, email: str) -> None:
    """Give a user another address: mailed links are void, the owner is told at the old one."""
    if user.email:
        send_mail(context, letter_to(user, "address_changed"))
        record(context, "address_changed", "user", user.id, name=user.name)
    void_keys(context.session, user.id)
    write_email(user, email)


def write_email(user: User, email: str) -> None:
    """Set the address, and its key for look-ups."""
    user.email, user.email_key = email, email_key(email)


def email_key(email: str) -> str:
    """Return the form of an address by which it is found."""
    return email.strip().lower()


def letter_to(user: User, template: str, **variables: str) -> Letter:
    """Return a mail to a user, at the present address."""
    known = {"name": user.name, **variables}
    return Letter(template=template, to=user.email or "", name=display(user), variables=known)


def display(user: User) -> str:
    """Return the name that people know."""
    return user.fullname or user.name


def clashes(context: Context, name: str, email: str, *, own_id: str | None) -> Errors:
    """Return what is wrong because other accounts have the name or the address."""
    errors: Errors = {}
    other = find_user(context.session, name) if name else None
    if other is not None and other.id != own_id:
        errors["name"] = [NAME_TAKEN]
    others = users_by_email(context.session, email) if email else ()
    if any(one.id != own_id for one in others):
        errors["email"] = [f"The email address '{email}' belongs to a registered user."]
    return errors


def flush(context: Context) -> None:
    """Write; an account that another process made under the same name comes first."""
    try:
        context.session.flush()
    except sa.exc.IntegrityError as error:
        raise ValidationError({"name": [NAME_TAKEN]}) from error


def end_logins(context: Context, user: User) -> None:
    """End all logins of a user."""
    context.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def deactivate(context: Context, user: User) -> None:
    """Take everything from an account by which it could be used."""
    session = context.session
    user.state = "deleted"
    void_keys(session, user.id)
    session.execute(
        delete(Member).where(Member.table_name == MemberKind.USER, Member.table_id == user.id)
    )
    session.execute(delete(PackageMember).where(PackageMember.user_id == user.id))
    session.execute(delete(ApiToken).where(ApiToken.user_id == user.id))
    end_logins(context, user)
    record(context, "user_deleted", "user", user.id, name=user.name)
    session.flush()
    forget_roles(context, user.id)
