"""Changing many datasets of a circle at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from cytotheca.core.runtime.site import Site
from cytotheca.core.web.forms import Form, attempt, may_send, to
from cytotheca.core.web.group_kinds import CIRCLES, Shown
from cytotheca.core.web.page_reading import page_reading, require_login, show
from cytotheca.core.web.pager import Pager, make_pager, parse_page

PER_PAGE: Final = 100
DEEDS: Final = {
    "private": "bulk_update_private",
    "public": "bulk_update_public",
    "delete": "bulk_update_delete",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPage:
    """Variables of ``organization/bulk_process.html``; ``chosen`` are ids that were marked."""

    group_dict: Shown
    packages: Sequence[Shown]
    pager: Pager
    chosen: Sequence[str] = ()
    form: Form = field(default_factory=Form)


def bulk_blueprint(site: Site) -> Blueprint:
    """Serve ``/organization/bulk_process/<ref>``."""
    blueprint = Blueprint("organization_bulk", __name__)
    path = "/organization/bulk_process/<ref>"

    @blueprint.get(path)
    def choose(ref: str) -> Response:
        require_login(site)
        return _answer(site, ref, Form(), ())

    @blueprint.post(path)
    def change(ref: str) -> Response:
        may_send(site)
        action = DEEDS.get(request.form.get("deed", ""))
        if action is None:
            raise BadRequest("The form does not say what to do.")
        chosen = request.form.getlist("dataset")[:PER_PAGE]
        if not chosen:
            nothing = Form(errors={"message": "Mark the datasets first."}, status=400)
            return _answer(site, ref, nothing, ())
        wanted = {"org_id": ref, "datasets": chosen}
        _, form = attempt(site, lambda one: one.call(action, wanted))
        return _answer(site, ref, form, chosen) if form.errors else to(request.full_path)

    return blueprint


def _answer(site: Site, ref: str, form: Form, chosen: Sequence[str]) -> Response:
    number = parse_page(request.args.get("page"))
    with page_reading(site) as context:
        context.check("organization_patch", {"id": ref})
        group = context.call("organization_show", {"id": ref, "include_users": False})
        found: Any = context.call(
            "package_search",
            {
                "fq": f"+{CIRCLES.condition(group)} +state:(active OR draft)",
                "rows": PER_PAGE,
                "start": (number - 1) * PER_PAGE,
                "sort": "title_string asc",
                "facet": False,
                "include_private": True,
                "include_drafts": True,
            },
        )
    base = f"/organization/bulk_process/{group['name']}"
    pager = make_pager(found["count"], number, PER_PAGE, lambda n: f"{base}?page={n}")
    page = BulkPage(group_dict=group, packages=found["results"], pager=pager)
    return show(
        "organization/bulk_process.html", replace(page, chosen=chosen, form=form), form.status
    )
