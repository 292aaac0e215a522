"""The job behind mailed links: it looks people up, so that no answer's time tells who exists.

A request notes only what was typed. The key of a link is made when the mail is
sent; it is nowhere written but in the mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cytotheca.core.actions.account_state import email_key, letter_to, write_email
from cytotheca.core.auth.accounts import find_by_login
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.mail.job import RETRY_DELAYS_S, Letter, post
from cytotheca.core.models.account_key import AWAITS_LINK, Purpose, make_key
from cytotheca.core.models.base import new_id
from cytotheca.core.models.group import find_group
from cytotheca.core.models.user import ApiToken, User, find_user, users_by_email
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import unit_of_work
from cytotheca.core.settings.site import SiteSettings

Payload = Mapping[str, Any]
PAGES: Final = {Purpose.RESET: "reset", Purpose.VERIFY: "verify", Purpose.INVITE: "invited"}


def enqueue_letter(context: Context, kind: str, **payload: Any) -> None:
    """Have the job look up whom to write to; it does the same work whoever that is."""
    context.enqueue(ACCOUNT_MAIL, new_id(), payload={"kind": kind, **payload})


def _send(site: Site, subject: str, payload: Payload) -> None:
    del subject
    with unit_of_work(site, via="job", ignore_auth=True) as context:
        letter = _KINDS[payload["kind"]](context, payload)
    if letter is not None:
        post(site, letter)


def _reset(context: Context, payload: Payload) -> Letter | None:
    user = find_by_login(context.session, payload["login"].strip())
    if user is None or user.state != "active" or not user.email:
        return None
    record(context, "reset_requested", "user", user.id, name=user.name)
    context.site.signals.send("request_password_reset", user.id)
    return _letter(context, user, "reset", Purpose.RESET)


def _register(context: Context, payload: Payload) -> Letter | None:
    email, name = payload["email"], payload["name"]
    owners = users_by_email(context.session, email)
    if owners:
        return letter_to(owners[0], "registered_already")
    holder = find_user(context.session, name)
    if holder is None:
        holder = _new_user(context, payload, password=payload["password_hash"])
    if holder.state == "pending" and holder.email_key == email_key(email):
        return _letter(context, holder, "verify", Purpose.VERIFY)
    return Letter(template="name_taken", to=email, variables={"name": name})


def _invite(context: Context, payload: Payload) -> Letter | None:
    group = find_group(context.session, payload["group_id"])
    if group is None or group.state != "active":
        return None
    owners = users_by_email(context.session, payload["email"])
    known = owners[0] if owners else find_user(context.session, payload["id"])
    user = known or _new_user(context, payload, password=None)
    data = {"group_id": group.id, "role": payload["role"]}
    variables = {"by": payload["by"], "group": group.title or group.name}
    return _letter(context, user, "invite", Purpose.INVITE, data=data, **variables)


def _token_ends(context: Context, payload: Payload) -> Letter | None:
    token = context.session.get(ApiToken, payload["token_id"])
    user = context.session.get(User, token.user_id) if token else None
    if token is None or token.expires is None or user is None or not user.email:
        return None
    ends = f"{token.expires:%Y-%m-%d %H:%M}"
    return letter_to(user, "token_ends", token=token.name, ends=ends)


_KINDS: Final[Mapping[str, Callable[[Context, Payload], Letter | None]]] = {
    "reset": _reset,
    "register": _register,
    "invite": _invite,
    "token_ends": _token_ends,
}


def _new_user(context: Context, payload: Payload, *, password: str | None) -> User:
    user = User(
        id=payload["id"],
        name=payload["name"],
        fullname=payload.get("fullname"),
        about=payload.get("about"),
        password=password,
        sysadmin=False,
        state="pending",
        plugin_extras={AWAITS_LINK: True},
    )
    write_email(user, payload["email"])
    context.session.add(user)
    context.session.flush()
    return user


def _letter(
    context: Context,
    user: User,
    template: str,
    purpose: Purpose,
    *,
    data: dict[str, Any] | None = None,
    **variables: str,
) -> Letter:
    key = make_key(context.session, user.id, purpose, data)
    site_url = context.site.settings(SiteSettings).site_url
    link = f"{site_url}/user/{PAGES[purpose]}/{user.id}?key={key}"
    return letter_to(user, template, link=link, **variables)


ACCOUNT_MAIL = JobSpec(
    name="account_mail", function=_send, retry_delays_s=RETRY_DELAYS_S, title="Send a mail"
)
JOBS = (ACCOUNT_MAIL,)
