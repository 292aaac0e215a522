"""Taking accounts over: who they are, without their passwords."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from cytotheca.cli.importing.move import Move
from cytotheca.cli.importing.source import SourceRefused
from cytotheca.core.domain.errors import ActionError

KIND = "user"
KEPT = ("id", "name", "email", "fullname", "about")


def take_people(move: Move) -> None:
    """Take all accounts that the other site lists."""
    try:
        listed = move.source.call("user_list", all_fields=True)
    except SourceRefused as error:
        move.report.refuse(KIND, "(all)", error)
        return
    for user in listed:
        take_user(move, user)


def take_user(move: Move, user: Mapping[str, Any]) -> None:
    """Take one account, or recognize it; once in a move.

    An account of the same name with another address may be a stranger's: it gets
    neither roles nor datasets.
    """
    if user["id"] in move.people or user["id"] in move.left_out:
        return
    if not user.get("email"):  # lists of members may leave it out
        user = _ask_for(move, user)
    name = str(user["name"])
    here = move.find("user_show", user["id"]) or move.find("user_show", name)
    if here is None:
        _create(move, user)
    elif here["id"] != user["id"] and not _is_same(here, user):
        _leave_out(move, user, "somebody else has this name here")
    else:
        move.people[user["id"]] = here["id"]
        move.report.found(KIND, name)


def _leave_out(move: Move, user: Mapping[str, Any], why: object) -> None:
    move.left_out.add(user["id"])
    move.report.refuse(KIND, str(user["name"]), why)


def _ask_for(move: Move, user: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = move.source.call("user_show", id=user["id"])
    except SourceRefused:
        return user
    return found


def _create(move: Move, user: Mapping[str, Any]) -> None:
    name = str(user["name"])
    if not user.get("email"):
        _leave_out(move, user, "the other site does not tell the address to this token")
        return
    values = {key: user[key] for key in KEPT if user.get(key)}
    if not move.dry_run:
        try:
            # nobody knows this password: the first login goes through "forgot your password"
            move.call("user_create", values | {"password": secrets.token_urlsafe(32)})
        except ActionError as error:
            _leave_out(move, user, error)
            return
    move.people[user["id"]] = user["id"]
    move.report.took(KIND, name)
    if user.get("sysadmin"):
        move.report.note(KIND, name, "is a system administrator there, but not here")


def _is_same(here: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    mine, other = (str(one.get("email") or "").lower() for one in (here, there))
    return bool(mine) and mine == other
