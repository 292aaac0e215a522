"""Forms to follow and unfollow, and who follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login, show

KINDS: Mapping[str, str] = {
    "dataset": "dataset",
    "organization": "group",
    "group": "group",
    "user": "user",
}
"""First part of the address → what the actions call it."""
SHOW = {"dataset": "package_show"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Variable ``follow`` of pages: the address of the form, empty where there is none."""

    action: str
    following: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersPage:
    """Variables of ``snippets/followers_page.html``."""

    title: str
    address: str
    users: Sequence[Mapping[str, Any]]


def follow_of(context: Context, path: str, shown: Mapping[str, Any]) -> Follow:
    """Return whether the caller follows something, and how many do."""
    if shown["state"] == "deleted" or shown.get("anonymized"):
        return Follow(action="", following=False, count=0)
    kind, ref = KINDS[path], {"id": shown["id"]}
    count = context.call(f"{kind}_follower_count", ref)
    if context.user is None or context.user.id == shown["id"]:
        return Follow(action="", following=False, count=count)
    following = context.call(f"am_following_{kind}", ref)
    verb = "unfollow" if following else "follow"
    return Follow(action=f"/{path}/{verb}/{quote(shown['name'])}", following=following, count=count)


def follow_blueprint(site: Site) -> Blueprint:
    """Serve ``/<kind>/follow|unfollow/<ref>`` (POST) and ``/<kind>/followers/<ref>``."""
    blueprint = Blueprint("follow", __name__)
    for path, kind in KINDS.items():
        for verb in ("follow", "unfollow"):
            view = _changing(site, path, f"{verb}_{kind}")
            rule = f"/{path}/{verb}/<ref>"
            blueprint.add_url_rule(rule, f"{verb}_{path}", view, methods=["POST"])
        blueprint.add_url_rule(f"/{path}/followers/<ref>", f"{path}_followers", _list(site, path))
    return blueprint


def _changing(site: Site, path: str, action: str) -> Any:
    def change(ref: str) -> Response:
        require_login(site)
        with page_writing(site) as context:
            context.call(action, {"id": ref})
        return redirect(f"/{path}/{quote(ref)}", code=303)  # type: ignore[return-value]

    return change


def _list(site: Site, path: str) -> Any:
    def followers(ref: str) -> Response:
        with page_reading(site) as context:
            users = context.call(f"{path}_follower_list", {"id": ref})
            shown = context.call(SHOW.get(path, f"{path}_show"), {"id": ref})
        title = shown.get("title") or shown.get("display_name") or shown["name"]
        page = FollowersPage(title=title, address=f"/{path}/{quote(shown['name'])}", users=users)
        return show("snippets/followers_page.html", page)

    return followers
