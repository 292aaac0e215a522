"""Who sees a dataset and why, its review links, and the way in through one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.http.identity import follow_review_link
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.forms import Form, attempt, may_send, text_fields, to
from cytotheca.core.web.page_reading import may, page_reading, require_login, show
from cytotheca.core.web.pager import Pager, make_pager, parse_page

Shown = Mapping[str, Any]
PER_PAGE: Final = 50
DAYS: Final = "90"
REASONS: Final = {
    "circle": "member of the circle",
    "circle_above": "member of the circle above",
    "collection": "member of the collection",
    "collaborator": "shared with them",
    "creator": "made it",
    "administrator": "runs the site",
}
LIFETIMES: Final = (("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("366", "a year"))
KINDS: Final = (
    ("true", "Hides authors, circle and history"),
    ("false", "Shows who made it"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """Variables of ``package/access.html``; ``made`` is a new link, shown once."""

    pkg: Shown
    people: Sequence[Shown]
    reasons: Mapping[str, str]
    pager: Pager
    links: Sequence[Shown]
    may_share: bool
    lifetimes: Sequence[tuple[str, str]] = LIFETIMES
    kinds: Sequence[tuple[str, str]] = KINDS
    made: Shown | None = None
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPage:
    """Variables of ``package/review_ended.html``: none."""


def review_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/access/<ref>`` with its forms, and ``/review/<key>``."""
    blueprint = Blueprint("review", __name__)

    def answer(ref: str, form: Form | None = None, made: Shown | None = None) -> Response:
        with page_reading(site) as context:
            page = _access_page(context, ref, form, made)
        return show("package/access.html", page, page.form.status)

    @blueprint.get("/dataset/access/<ref>")
    def access(ref: str) -> Response:
        require_login(site)
        return answer(ref)

    @blueprint.post("/dataset/access/<ref>")
    def create(ref: str) -> Response:
        may_send(site)
        given = text_fields("note", "days", "anonymous")
        made, form = attempt(site, lambda one: one.call("review_link_create", given | {"id": ref}))
        if made is None:
            return answer(ref, Form(values=given, errors=form.errors, status=form.status))
        return answer(ref, made=made)

    @blueprint.post("/dataset/access/<ref>/revoke/<link_id>")
    def revoke(ref: str, link_id: str) -> Response:
        may_send(site)
        _, form = attempt(site, lambda one: _revoke(one, link_id))
        return answer(ref, form) if form.errors else to(f"/dataset/access/{ref}")

    @blueprint.get("/review/<key>")
    def enter(key: str) -> Response:
        return _without_traces(_enter(site, key))

    return blueprint


def _revoke(context: Context, link_id: str) -> None:
    """End a link; one that has ended already is what was wanted."""
    try:
        context.call("review_link_revoke", {"id": link_id})
    except NotFound:
        return


def _enter(site: Site, key: str) -> Response:
    """Let the browser in, and lead it to an address that holds no secret."""
    review = follow_review_link(site, key)
    if review is None:
        return show("package/review_ended.html", EndedPage(), 404)
    return redirect(f"/dataset/{review.package_id}", code=303)  # type: ignore[return-value]


def _without_traces(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _access_page(context: Context, ref: str, form: Form | None, made: Shown | None) -> AccessPage:
    page = parse_page(request.args.get("page"))
    asked = {"id": ref, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
    people = context.call("dataset_access_list", asked)
    total = context.work.totals["dataset_access_list"]
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    base = f"/dataset/access/{dataset['name']}"
    return AccessPage(
        pkg=dataset,
        people=people,
        reasons=REASONS,
        pager=make_pager(total, page, PER_PAGE, lambda number: f"{base}?page={number}"),
        links=context.call("review_link_list", {"id": ref}),
        may_share=may(context, "package_collaborator_list", {"id": ref}),
        made=made,
        form=form or Form(values={"days": DAYS}),
    )
