"""OAI-PMH 2.0 at ``/oai``: all public datasets, by circle, with those that are gone.

Our own implementation: oai-repo and oaipmh (pyoai) page by offsets, with which a
harvest misses records that leave the list behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request
from lxml import etree

from cytotheca.core.actions.citation import citable_datasets
from cytotheca.core.actions.harvest import harvest_start
from cytotheca.core.citation.record import Citable, clean
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.identifiers import is_uuid
from cytotheca.core.feeds.answers import answer, public_reading
from cytotheca.core.feeds.oai_answer import FORMATS, Answer, stamp
from cytotheca.core.feeds.oai_request import (
    OaiError,
    Walk,
    check_arguments,
    read_walk,
    write_token,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.feeds import FeedSettings
from cytotheca.core.settings.site import SiteSettings

log = structlog.get_logger(__name__)

PATH: Final = "/oai"
Args = Mapping[str, str]


def oai_blueprint(site: Site) -> Blueprint:
    """Serve ``/oai``, by GET and by POST, as the protocol demands."""
    blueprint = Blueprint("oai", __name__)
    base_url = site.settings(SiteSettings).site_url + PATH

    @blueprint.route(PATH, methods=["GET", "POST"])
    def oai() -> Response:
        given = request.form if request.method == "POST" else request.args
        written = Answer(base_url, datetime.now(UTC))
        args: Args = {}
        try:
            args = check_arguments(given)
            with public_reading(site) as context:
                found = VERBS[args["verb"]](context, args)
            written.repeat_question(args)
            found(written)
        except OaiError as error:
            understood = error.code not in {"badVerb", "badArgument"}
            written.repeat_question(args if understood else {})
            written.refuse(error)
        return answer(written.text(), "text/xml")

    return blueprint


Write = Callable[[Answer], None]


def _identify(context: Context, args: Args) -> Write:
    del args
    site = context.site.settings(SiteSettings)
    host = urlsplit(site.site_url).hostname
    domain = host if host and "." in host else "localhost.invalid"
    email = context.site.settings(FeedSettings).admin_email or f"noreply@{domain}"
    start = harvest_start(context)
    earliest = datetime.fromisoformat(start) if start else datetime.now(UTC)

    def write(answer: Answer) -> None:
        answer.identify(name=clean(site.site_title), email=email, earliest=stamp(earliest))

    return write


def _list_formats(context: Context, args: Args) -> Write:
    if "identifier" in args:
        _find(context, args["identifier"])
    return Answer.list_formats


def _list_sets(context: Context, args: Args) -> Write:
    if "resumptionToken" in args:
        raise OaiError("badResumptionToken", "The list of sets comes as a whole.")
    circles = context.call(
        "organization_list", {"all_fields": True, "include_dataset_count": False}
    )
    if not circles:
        raise OaiError("noSetHierarchy", "There is no circle yet.")

    def write(answer: Answer) -> None:
        answer.list_sets(circles)

    return write


def _get_record(context: Context, args: Args) -> Write:
    prefix = _known_prefix(args["metadataPrefix"])
    row = _find(context, args["identifier"])
    metadata = None
    if not row["deleted"]:
        metadata = _metadata(citable_datasets(context, [row["id"]]).get(row["id"]), prefix)
        if metadata is None:
            raise OaiError("cannotDisseminateFormat", "This record cannot be shown at present.")

    def write(answer: Answer) -> None:
        answer.add_record(answer.add_list("GetRecord"), row, args["identifier"], metadata)

    return write


def _list_identifiers(context: Context, args: Args) -> Write:
    walk = read_walk(args)
    page = _page(context, walk)

    def write(answer: Answer) -> None:
        body = answer.add_list("ListIdentifiers")
        for row in page["results"]:
            answer.add_header(body, row, _identifier(context, row["id"]))
        _add_token(answer, body, walk, page)

    return write


def _list_records(context: Context, args: Args) -> Write:
    walk = read_walk(args)
    page = _page(context, walk)
    present = [row["id"] for row in page["results"] if not row["deleted"]]
    records = citable_datasets(context, present)

    def write(answer: Answer) -> None:
        body = answer.add_list("ListRecords")
        for row in page["results"]:
            metadata = None
            if not row["deleted"]:
                metadata = _metadata(records.get(row["id"]), walk.prefix)
                if metadata is None:
                    continue  # one bad record is no reason to stop a harvest
            answer.add_record(body, row, _identifier(context, row["id"]), metadata)
        _add_token(answer, body, walk, page)

    return write


VERBS: Final[Mapping[str, Callable[[Context, Args], Write]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
    "GetRecord": _get_record,
}


def _page(context: Context, walk: Walk) -> Mapping[str, Any]:
    """Return the records of a page. Raises ``OaiError`` where a listing begins with none."""
    _known_prefix(walk.prefix)
    asked = {
        "after": walk.after,
        "last": walk.last,
        "limit": context.site.settings(FeedSettings).oai_rows,
        "changed_since": walk.since,
        "changed_until": walk.until,
        "organization": walk.set,
    }
    try:
        page: Mapping[str, Any] = context.call("dataset_changes", asked)
    except NotFound:
        raise OaiError("noRecordsMatch", "There is no such set.") from None
    if not page["results"] and not walk.done:
        raise OaiError("noRecordsMatch", "No record matches.")
    return page


def _add_token(answer: Answer, parent: etree._Element, walk: Walk, page: Mapping[str, Any]) -> None:
    """Add the token where the list does not fit into one answer."""
    done = walk.done + len(page["results"])
    size = max(page["count"] or walk.size, done)
    token = ""
    if page["next"] is not None:
        goes_on = replace(walk, after=page["next"], last=page["last"], done=done, size=size)
        token = write_token(goes_on)
    if token or walk.done:
        answer.add_token(parent, token, size=size, cursor=walk.done)


def _metadata(record: Citable | None, prefix: str) -> etree._Element | None:
    """Return the metadata of a record, or None where it cannot be written."""
    if record is None:
        return None
    try:
        return FORMATS[prefix].write(record)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one record
        log.warning("A record was left out of a harvest.", dataset=record.id, error=repr(error))
        return None


def _known_prefix(prefix: str) -> str:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", "There is no metadata in this format.")
    return prefix


def _identifier(context: Context, dataset_id: str) -> str:
    host = urlsplit(context.site.settings(SiteSettings).site_url).hostname
    return f"oai:{host}:{dataset_id}"


def _find(context: Context, identifier: str) -> Mapping[str, Any]:
    """Return the record of an identifier. Raises ``OaiError``."""
    dataset_id = identifier.rpartition(":")[2]
    if is_uuid(dataset_id) and identifier == _identifier(context, dataset_id):
        for row in context.call("dataset_changes", {"id": dataset_id})["results"]:
            found: Mapping[str, Any] = row
            return found
    raise OaiError("idDoesNotExist", "There is no such record.")
