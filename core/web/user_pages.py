"""People: their pages, what is mine, the end of an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import NotAuthorized
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, WebSettings
from cytotheca.core.web.confirm_page import ConfirmPage, ask
from cytotheca.core.web.follow_pages import Follow, follow_of
from cytotheca.core.web.formatting import total_size
from cytotheca.core.web.forms import Form, attempt, may_send, to
from cytotheca.core.web.page_reading import may, page_reading, require_login, show
from cytotheca.core.web.pager import Pager, make_pager, parse_page
from cytotheca.core.web.search_state import quoted

MOST = 200

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """Variables of ``user/read.html``."""

    user_dict: Shown
    datasets: Sequence[Shown]
    is_myself: bool
    may_delete: bool
    follow: Follow


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipsPage:
    """Variables of ``user/memberships.html``: the circles or collections of somebody."""

    user_dict: Shown
    groups: Sequence[Shown]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserListPage:
    """Variables of ``user/list.html``."""

    users: Sequence[Shown]
    words: str
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Datasets that belong together: those changed last, and how many there are in all."""

    datasets: Sequence[Shown] = ()
    count: int = 0

    @property
    def size_bytes(self) -> int:
        """The size of the files of the datasets that are shown."""
        return sum(total_size(one) for one in self.datasets)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """Variables of ``user/dashboard_datasets.html``.

    ``invited`` are datasets of others that were shared with the caller, ``circles`` those
    that can be seen by membership.
    """

    drafts: Shelf
    private: Shelf
    public: Shelf
    invited: Shelf
    circles: Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleDashboardPage:
    """Variables of ``user/dashboard_organizations.html`` and ``…_groups.html``."""

    groups: Sequence[Shown]


def user_blueprint(site: Site) -> Blueprint:
    """Serve the pages of people and what belongs to the caller."""
    blueprint = Blueprint("user", __name__)

    @blueprint.get("/user/", strict_slashes=False)
    def index() -> Response:
        if not require_login(site).sysadmin:
            raise NotAuthorized
        return show("user/list.html", _user_list(site))

    @blueprint.get("/user/me")
    def me() -> Response:
        return redirect(f"/user/{require_login(site).name}")  # type: ignore[return-value]

    @blueprint.get("/user/dashboard")
    @blueprint.get("/dashboard/", strict_slashes=False)
    def dashboard() -> Response:
        return redirect("/dashboard/datasets")  # type: ignore[return-value]

    @blueprint.get("/user/<ref>")
    def read(ref: str) -> Response:
        with page_reading(site) as context:
            user = context.call("user_show", {"id": ref, "include_datasets": True})
            mine = context.user_id == user["id"]
            page = UserPage(
                user_dict=user,
                datasets=user.get("datasets", ()),
                is_myself=mine,
                may_delete=not mine and may(context, "user_delete", {"id": ref}),
                follow=follow_of(context, "user", user),
            )
        return show("user/read.html", page)

    @blueprint.get("/dashboard/datasets")
    def my_datasets() -> Response:
        user_id = str(require_login(site).user_id)
        with page_reading(site) as context:
            page = _dashboard(context, user_id)
        return show("user/dashboard_datasets.html", page)

    _add_delete(blueprint, site)
    for kind in ("organizations", "groups"):
        blueprint.add_url_rule(f"/dashboard/{kind}", kind, _my_groups(site, kind))
        view = _groups_of(site, kind)
        blueprint.add_url_rule(f"/user/<ref>/{kind}", f"read_{kind}", view)
    return blueprint


def _user_list(site: Site) -> UserListPage:
    words = request.args.get("q", "").strip()[:200]
    page, rows = parse_page(request.args.get("page")), site.settings(WebSettings).users_per_page
    part: dict[str, Any] = {"q": words, "limit": rows, "offset": (page - 1) * rows}
    with page_reading(site) as context:
        users = context.call("user_list", part)
        total = context.work.totals.get("user_list", part["offset"] + len(users))

    def url_of(number: int) -> str:
        return f"/user/?{urlencode({'q': words, 'page': number})}"

    return UserListPage(users=users, words=words, pager=make_pager(total, page, rows, url_of))


def _add_delete(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            context.check("user_delete", {"id": ref})
            user = context.call("user_show", {"id": ref})
        return ask(
            ConfirmPage(
                title=f"Delete the account {user['name']}?",
                text="Logins, API tokens and memberships end at once, and the name stays taken. "
                "Datasets stay where they are.",
                button="Delete this account",
                action=f"/user/delete/{user['name']}",
                back=f"/user/{user['name']}",
                form=form,
            )
        )

    @blueprint.get("/user/delete/<ref>")
    def ask_to_delete(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post("/user/delete/<ref>")
    def delete(ref: str) -> Response:
        may_send(site)
        _, form = attempt(site, lambda context: context.call("user_delete", {"id": ref}))
        return answer(ref, form) if form.errors else to("/user/")


def _my_groups(site: Site, kind: str) -> Any:
    def my_groups() -> Response:
        require_login(site)
        with page_reading(site) as context:
            groups = _memberships(context, kind)
        return show(f"user/dashboard_{kind}.html", CircleDashboardPage(groups=groups))

    return my_groups


def _groups_of(site: Site, kind: str) -> Any:
    def groups_of(ref: str) -> Response:
        with page_reading(site) as context:
            user = context.call("user_show", {"id": ref})
            groups = _memberships(context, kind, id=user["id"])
        page = MembershipsPage(user_dict=user, groups=groups, kind=kind)
        return show("user/memberships.html", page)

    return groups_of


def _memberships(context: Context, kind: str, **of: str) -> Sequence[Shown]:
    """Return the circles or collections of the caller, or of another user."""
    if kind == "organizations":
        given = {"permission": "read", **of}
        return cast("Sequence[Shown]", context.call("organization_list_for_user", given))
    return cast("Sequence[Shown]", context.call("group_list_authz", {"am_member": True, **of}))


def _dashboard(context: Context, user_id: str) -> DashboardPage:
    mine = f"creator_user_id:{quoted(user_id)}"
    hidden = f"-{mine} +(capacity:private OR state:draft) +state:(active OR draft)"
    invitations = _invitations(context, user_id)
    ids = f"id:({' OR '.join(invitations)})"
    return DashboardPage(
        drafts=_find(context, f"+{mine} +state:draft"),
        private=_find(context, f"+{mine} +capacity:private +state:active"),
        public=_find(context, f"+{mine} +capacity:public +state:active"),
        invited=_find(context, f"{hidden} +{ids}") if invitations else Shelf(),
        circles=Shelf()
        if context.is_sysadmin
        else _find(context, f"{hidden} -{ids}" if invitations else hidden),
    )


def _invitations(context: Context, user_id: str) -> Sequence[str]:
    """Return the ids of the datasets that others have shared with the caller."""
    if not context.site.settings(AuthSettings).allow_dataset_collaborators:
        return []
    rows = context.call("package_collaborator_list_for_user", {"id": user_id})
    return [str(row["package_id"]) for row in rows[:MOST]]


def _find(context: Context, condition: str) -> Shelf:
    found = context.call(
        "package_search",
        {
            "fq": condition,
            "rows": MOST,
            "facet": False,
            "sort": "metadata_modified desc",
            "include_private": True,
            "include_drafts": True,
        },
    )
    return Shelf(datasets=found["results"], count=found["count"])
