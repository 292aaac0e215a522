"""The action API over HTTP: decode, run one action, answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Blueprint, Response, g, request
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    StatementError,
)
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from cytotheca.core.api.decode import BadBody, decode
from cytotheca.core.api.envelope import answer, bad_request, crash, failure, refusal, success
from cytotheca.core.api.jsonp import PARAMETER, BadCallback, wanted_callback, wrap
from cytotheca.core.auth.scopes import Scope
from cytotheca.core.domain.errors import (
    ActionError,
    InsufficientStorage,
    NotAuthorized,
    UnknownAction,
    ValidationError,
)
from cytotheca.core.http.csrf import require_csrf
from cytotheca.core.http.identity import (
    ANONYMOUS,
    Identity,
    current_identity,
    origin_of,
    sent_bad_token,
)
from cytotheca.core.http.rate_limits import Allowance, count_call
from cytotheca.core.models.database import is_full
from cytotheca.core.runtime.calling import call_action
from cytotheca.core.runtime.repeating import HEADER, Repeat, repeat_of
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, SiteSettings, WebSettings

log = structlog.get_logger(__name__)

VERSIONS = (1, 2, 3)


def api_blueprint(site: Site) -> Blueprint:
    """Serve every action under ``/api/action/<name>`` and ``/api/3/action/<name>``."""
    blueprint = Blueprint("api", __name__, url_prefix="/api")

    @blueprint.get("/", strict_slashes=False)
    def version() -> Response:
        return answer({"version": 1})

    @blueprint.get("/<int:number>", strict_slashes=False)
    def version_of(number: int) -> Response:
        if number not in VERSIONS:
            raise NotFound
        return answer({"version": number})

    @blueprint.route("/action/<name>", methods=["GET", "POST"])
    @blueprint.route("/3/action/<name>", methods=["GET", "POST"])
    def action(name: str) -> Response:
        return _call(site, name)

    return blueprint


def _call(site: Site, name: str) -> Response:
    site_url = site.settings(SiteSettings).site_url
    structlog.contextvars.bind_contextvars(action=name)
    try:
        callback = wanted_callback()
        if callback:
            g.identity = ANONYMOUS
        response = _unless_known(wrap(_counted(site, site_url, name), callback))
    except Exception as error:  # noqa: BLE001 - the edge: every error gets its shape here
        response = _explain(site_url, name, error)
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        allowance.tell(response)
    return response


def _counted(site: Site, site_url: str, name: str) -> Response:
    """Answer, unless the caller has called too often."""
    g.allowance = count_call(site, current_identity(site))
    if g.allowance is not None:
        g.allowance.require()
    return _answer(site, site_url, name)


def _unless_known(response: Response) -> Response:
    """Give the answer to a GET a tag; a caller who has the same one already gets 304."""
    if request.method == "GET" and response.status_code == HTTPStatus.OK:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


def _explain(site_url: str, name: str, error: Exception) -> Response:
    if isinstance(error, OperationalError) and is_full(error):
        log.error("The database has no room left.", error=str(error.orig))
        error = InsufficientStorage("the server has no room left")
    match error:
        case UnknownAction():
            return bad_request(f"Action name not known: {name}")
        case BadBody() | BadCallback():
            return bad_request(f"JSON Error: {error}")
        case ActionError():
            return failure(site_url, name, _with_token_told(error))
        case StatementError() if _is_callers(error):  # an answer, not a fault
            log.info("What a caller wrote cannot be stored.", error=repr(error.orig))
            lost = "Somebody else saved the same thing at the same time. Try again."
            odd = "A value is too long, or of a kind that cannot be stored."
            text = lost if isinstance(error, IntegrityError) else odd
            return failure(site_url, name, ValidationError(text))
        case HTTPException():
            return refusal(error.code or 500, error.name, error.description or error.name)
        case _:
            response, reference = crash(site_url, name)
            log.error("An action failed.", reference=reference, exc_info=error)
            return response


def _with_token_told(error: ActionError) -> ActionError:
    """Return a refusal that also says why the caller counts as nobody."""
    if not isinstance(error, NotAuthorized) or not sent_bad_token():
        return error
    told = "the API token sent is unknown, revoked or expired"
    return NotAuthorized(f"{error} ({told})" if str(error) else told)


def _is_callers(error: StatementError) -> bool:
    """Tell whether a statement failed for its values, such as a file where there is none."""
    return isinstance(error, IntegrityError | DataError) or not isinstance(error, DBAPIError)


def _answer(site: Site, site_url: str, name: str) -> Response:
    read_only = site.actions.answers_get(name)
    if request.method == "HEAD" and not read_only:
        return refusal(405, "Method Not Allowed", "Please use POST method for your request")
    identity = current_identity(site)
    if identity.by_cookie and not site.settings(AuthSettings).cookie_auth_in_api:
        identity = ANONYMOUS
    g.may_upload = identity.user_id is not None and identity.scope != Scope.READ
    params = _decode(site, read_only=read_only)
    if not read_only:
        _require_csrf(identity)
    outcome = call_action(
        site,
        name,
        params,
        user_id=identity.user_id,
        via="api",
        request_id=g.get("request_id"),
        origin=origin_of(identity),
        repeat=_repeat(site, identity, name, params),
    )
    response = success(site_url, name, outcome.result, outcome.changed)
    if outcome.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    if outcome.total is not None:
        response.headers["X-Total-Count"] = str(outcome.total)
    return response


def _repeat(site: Site, identity: Identity, name: str, params: Mapping[str, Any]) -> Repeat | None:
    """Return the key that a client sent to be able to repeat its call, if it can have one."""
    key = request.headers.get(HEADER)
    if key is None or identity.user_id is None or site.actions.answers_get(name):
        return None
    if site.actions.is_secret(name):
        raise ValidationError({HEADER: [f"{name} returns a secret that is kept nowhere"]})
    return repeat_of(key, identity.user_id, name, params)


def _decode(site: Site, *, read_only: bool) -> Mapping[str, Any]:
    limit = site.settings(WebSettings).max_json_bytes
    if request.method == "HEAD":
        return request.args.to_dict()
    params = decode(request, read_only=read_only, max_json_bytes=limit)
    if request.method == "GET":
        params.pop(PARAMETER, None)
    return params


def _require_csrf(identity: Any) -> None:
    try:
        require_csrf(identity)
    except BadRequest as error:
        raise BadRequest(f"CSRF: {error.description}") from None
