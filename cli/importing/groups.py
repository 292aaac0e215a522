"""Taking circles and collections over, with the roles of their people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cytotheca.cli.importing.move import Move
from cytotheca.cli.importing.people import take_user
from cytotheca.cli.importing.source import SourceRefused
from cytotheca.core.domain.errors import ActionError

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupKind:
    """The words for circles or for collections."""

    word: str
    action: str

    def known(self, move: Move) -> dict[str, str]:
        """Return id there → id here of those that are here."""
        return move.circles if self.action == "organization" else move.collections


CIRCLE = GroupKind(word="circle", action="organization")
COLLECTION = GroupKind(word="collection", action="group")


def take_groups(move: Move, kind: GroupKind) -> None:
    """Take all circles, or all collections, then tell which stands above which."""
    try:
        names = list(_iter_names(move, kind))
    except SourceRefused as error:
        move.report.refuse(kind.word, "(all)", error)
        return
    taken = [group for name in names if (group := take_group(move, kind, name))]
    for group in taken:
        _put_parents(move, kind, group)


def _iter_names(move: Move, kind: GroupKind) -> Iterator[str]:
    """Yield all names; sites limit how many they list at once."""
    seen: set[str] = set()
    while True:
        found = move.source.call(f"{kind.action}_list", limit=PAGE, offset=len(seen))
        fresh = [name for name in found if name not in seen]
        if not fresh:
            return
        yield from fresh
        seen.update(fresh)


def take_group(move: Move, kind: GroupKind, ref: str) -> Mapping[str, Any] | None:
    """Take one circle or collection, or recognize it by its id; return it if it is new."""
    try:
        group = _show(move, kind, ref)
    except SourceRefused as error:
        move.report.refuse(kind.word, ref, error)
        return None
    name = str(group["name"])
    here = move.find(f"{kind.action}_show", group["id"])
    if here is not None:
        kind.known(move)[group["id"]] = group["id"]
        move.report.found(kind.word, name)
        return None
    if move.find(f"{kind.action}_show", name):
        move.report.refuse(kind.word, name, f"another {kind.word} has this name here")
        return None
    return group if _create(move, kind, group) else None


def _show(move: Move, kind: GroupKind, ref: str) -> Mapping[str, Any]:
    """Return a circle or collection with its people, or without, where those are a secret."""
    try:
        found: Mapping[str, Any] = move.source.call(
            f"{kind.action}_show", id=ref, include_users=True
        )
    except SourceRefused:
        found = move.source.call(f"{kind.action}_show", id=ref, include_users=False)
        move.report.note(
            kind.word, str(found["name"]), "without people: the token may not see them"
        )
    return found


def _create(move: Move, kind: GroupKind, group: Mapping[str, Any]) -> bool:
    name = str(group["name"])
    values = {
        "id": group["id"],
        "name": name,
        "title": group.get("title") or name,
        "description": group.get("description") or "",
        "extras": group.get("extras") or [],
        "users": _roles(move, kind, group),
    }
    image = str(group.get("image_url") or "")
    if image.startswith(("http://", "https://")):
        values["image_url"] = image
    elif image:
        move.report.note(kind.word, name, "its image is not copied")
    if not move.dry_run:
        try:
            move.call(f"{kind.action}_create", values)
        except ActionError as error:
            move.report.refuse(kind.word, name, error)
            return False
    kind.known(move)[group["id"]] = group["id"]
    move.report.took(kind.word, name)
    return True


def _roles(move: Move, kind: GroupKind, group: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    roles = []
    for user in group.get("users") or ():
        take_user(move, user)
        if user["id"] in move.people:
            roles.append({"id": move.people[user["id"]], "capacity": user["capacity"]})
        else:
            move.report.note(kind.word, str(group["name"]), f"without {user['name']}")
    return roles


def _put_parents(move: Move, kind: GroupKind, group: Mapping[str, Any]) -> None:
    known = kind.known(move)
    above = [known[one["id"]] for one in group.get("groups") or () if one.get("id") in known]
    if not above or move.dry_run:
        return
    parents = [{"id": one} for one in above]
    try:
        move.call(f"{kind.action}_patch", {"id": group["id"], "groups": parents})
    except ActionError as error:
        move.report.note(kind.word, str(group["name"]), f"stands below nobody: {error}")
