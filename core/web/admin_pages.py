"""Administration: who may do everything, background jobs, purging what was deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, Forbidden

from cytotheca.core.domain.errors import NotFound, ValidationError, summarize
from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.admin_config import PREFIX, add_config_pages, back_to
from cytotheca.core.web.audit_page import add_audit_page
from cytotheca.core.web.forms import text_fields
from cytotheca.core.web.page_reading import page_reading, page_writing, show

__all__ = ["ALIAS", "PREFIX", "admin_blueprint"]

ALIAS = "/admin"
PURGES = {
    "datasets": "dataset_purge",
    "organizations": "organization_purge",
    "groups": "group_purge",
}

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SysadminsPage:
    """Variables of ``admin/index.html``."""

    sysadmins: Sequence[Shown]
    error: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """Variables of ``admin/jobs.html``; ``overview`` is what ``job_overview`` returns."""

    overview: Shown
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashPage:
    """Variables of ``admin/trash.html``; ``trash`` is what ``trash_list`` returns."""

    trash: Shown
    error: str = ""


def require_sysadmin(site: Site) -> None:
    """Answer 403 to everybody but system administrators."""
    if not current_identity(site).sysadmin:
        raise Forbidden("These pages are for the administrators of the site.")


def admin_blueprint(site: Site, prefix: str) -> Blueprint:
    """Serve the pages below a prefix; links and forms lead to the first one."""
    blueprint = Blueprint(f"admin{prefix.replace('/', '_')}", __name__, url_prefix=prefix)
    blueprint.before_request(lambda: require_sysadmin(site))
    _add_sysadmins(blueprint, site)
    _add_jobs(blueprint, site)
    _add_trash(blueprint, site)
    add_config_pages(blueprint, site)
    add_audit_page(blueprint, site)
    return blueprint


def _add_sysadmins(blueprint: Blueprint, site: Site) -> None:
    def page(**more: str) -> SysadminsPage:
        with page_reading(site) as context:
            users = context.call("user_list", {"all_fields": True})
        return SysadminsPage(sysadmins=[one for one in users if one["sysadmin"]], **more)

    @blueprint.get("/", strict_slashes=False)
    def index() -> Response:
        return show("admin/index.html", page())

    @blueprint.post("/sysadmins")
    def change() -> Any:
        name = request.form.get("username", "").strip()
        wanted = request.form.get("status") != "remove"
        if not wanted and name == current_identity(site).name:
            refused = page(error="You cannot take your own rights: ask another one.")
            return show("admin/index.html", refused, 400)
        try:
            with page_writing(site) as context:
                given = {"id": name, "sysadmin": wanted}
                context.call("user_patch", given | text_fields("current_password"))
        except NotFound:
            refused = page(error="There is no such user.", name=name)
            return show("admin/index.html", refused, 404)
        except ValidationError as error:
            refused = page(error=summarize(error.errors), name=name)
            return show("admin/index.html", refused, 400)
        return back_to("")


def _add_jobs(blueprint: Blueprint, site: Site) -> None:
    def page(error: str = "") -> JobsPage:
        with page_reading(site) as context:
            return JobsPage(overview=context.call("job_overview", {}), error=error)

    @blueprint.get("/jobs")
    def jobs() -> Response:
        return show("admin/jobs.html", page())

    @blueprint.post("/jobs")
    def change_jobs() -> Any:
        act = {"retry": "job_retry", "cancel": "job_cancel"}.get(request.form.get("act", ""))
        if act is None:
            raise BadRequest("The form does not say what to do.")
        wanted = {"id": request.form["id"]} if request.form.get("id") else {}
        try:
            with page_writing(site) as context:
                context.call(act, wanted)
        except NotFound:
            return show("admin/jobs.html", page("This job is done, or was taken away."), 404)
        except ValidationError as error:
            return show("admin/jobs.html", page(summarize(error.errors)), 409)
        return back_to("jobs")


def _add_trash(blueprint: Blueprint, site: Site) -> None:
    def read() -> Shown:
        with page_reading(site) as context:
            found: Shown = context.call("trash_list", {})
        return found

    @blueprint.get("/trash")
    def trash() -> Response:
        return show("admin/trash.html", TrashPage(trash=read()))

    @blueprint.post("/trash")
    def purge() -> Any:
        kind, wanted = request.form.get("kind", ""), request.form.get("id", "")
        if kind not in PURGES:
            raise BadRequest("The form does not say what to purge.")
        known = [one["id"] for one in read()[kind]["results"]]
        for ref in known if not wanted else {wanted} & set(known):
            try:
                with page_writing(site) as context:
                    context.call(PURGES[kind], {"id": ref})
            except NotFound:  # somebody else was faster
                continue
            except ValidationError as error:
                refused = TrashPage(trash=read(), error=summarize(error.errors))
                return show("admin/trash.html", refused, 409)
        return back_to("trash")
