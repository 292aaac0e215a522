"""People: the own page, what is mine, API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import NotAuthorized, ValidationError, summarize
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.follow_pages import Follow, follow_of
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login, show
from cytotheca.core.web.search_state import quoted

MOST = 200

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """Variables of ``user/read.html``."""

    user_dict: Shown
    datasets: Sequence[Shown]
    is_myself: bool
    follow: Follow


@dataclass(frozen=True, slots=True, kw_only=True)
class UserListPage:
    """Variables of ``user/list.html``."""

    users: Sequence[Shown]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """Variables of ``user/dashboard_datasets.html``."""

    drafts: Sequence[Shown]
    private: Sequence[Shown]
    public: Sequence[Shown]
    shared: Sequence[Shown]


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
        words = request.args.get("q", "").strip()[:200]
        with page_reading(site) as context:
            users = context.call("user_list", {"q": words})
        return show("user/list.html", UserListPage(users=users, words=words))

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
            follow = follow_of(context, "user", user)
        datasets = user.get("datasets", ())
        page = UserPage(user_dict=user, datasets=datasets, is_myself=mine, follow=follow)
        return show("user/read.html", page)

    @blueprint.get("/dashboard/datasets")
    def my_datasets() -> Response:
        user_id = str(require_login(site).user_id)
        with page_reading(site) as context:
            page = _dashboard(context, user_id)
        return show("user/dashboard_datasets.html", page)

    for kind, action in (
        ("organizations", "organization_list_for_user"),
        ("groups", "group_list_authz"),
    ):
        blueprint.add_url_rule(f"/dashboard/{kind}", kind, _my_groups(site, kind, action))
    return blueprint


def _my_groups(site: Site, kind: str, action: str) -> Any:
    def my_groups() -> Response:
        require_login(site)
        params = {"permission": "read"} if kind == "organizations" else {"am_member": True}
        with page_reading(site) as context:
            groups = context.call(action, params)
        return show(f"user/dashboard_{kind}.html", CircleDashboardPage(groups=groups))

    return my_groups


def _dashboard(context: Context, user_id: str) -> DashboardPage:
    mine = f"creator_user_id:{quoted(user_id)}"
    return DashboardPage(
        drafts=_find(context, f"+{mine} +state:draft"),
        private=_find(context, f"+{mine} +capacity:private +state:active"),
        public=_find(context, f"+{mine} +capacity:public +state:active"),
        shared=[]
        if context.is_sysadmin
        else _find(context, f"-{mine} +(capacity:private OR state:draft) +state:(active OR draft)"),
    )


def _find(context: Context, condition: str) -> Sequence[Shown]:
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
    results: Sequence[Shown] = found["results"]
    return results


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPage:
    """Variables of ``user/api_tokens.html``; ``new_token`` is shown once, after making it."""

    user_dict: Shown
    tokens: Sequence[Shown]
    new_token: str = ""
    name: str = ""
    error: str = ""


def token_blueprint(site: Site) -> Blueprint:
    """Serve the caller's API tokens."""
    blueprint = Blueprint("api_token", __name__)

    @blueprint.get("/user/<ref>/api-tokens")
    def read(ref: str) -> Response:
        require_login(site)
        return show("user/api_tokens.html", _token_page(site, ref))

    @blueprint.post("/user/<ref>/api-tokens")
    def create(ref: str) -> Response:
        require_login(site)
        name = request.form.get("name", "").strip()
        try:
            made = _make_token(site, ref, name)
        except ValidationError as error:
            page = _token_page(site, ref, error=summarize(error.errors), name=name)
            return show("user/api_tokens.html", page, 400)
        return show("user/api_tokens.html", _token_page(site, ref, new_token=made, name=name))

    @blueprint.post("/user/<ref>/api-tokens/<jti>/revoke")
    def revoke(ref: str, jti: str) -> Response:
        require_login(site)
        with page_writing(site) as context:
            context.call("api_token_revoke", {"jti": jti})
        return redirect(f"/user/{ref}/api-tokens", code=303)  # type: ignore[return-value]

    return blueprint


def _make_token(site: Site, ref: str, name: str) -> str:
    scope = request.form.get("scope", "")
    params: dict[str, Any] = {"user": ref, "name": name, "scope": scope}
    days = request.form.get("days", "").strip()
    if days:
        params |= {"expires_in": days, "unit": 24 * 3600}
    with page_writing(site) as context:
        made = context.call("api_token_create", params)
    return str(made["token"])


def _token_page(
    site: Site, ref: str, *, new_token: str = "", name: str = "", error: str = ""
) -> TokenPage:
    with page_reading(site) as context:
        user = context.call("user_show", {"id": ref})
        tokens = context.call("api_token_list", {"user_id": ref})
    return TokenPage(user_dict=user, tokens=tokens, new_token=new_token, name=name, error=error)
