"""Review links: a dataset can be read before it is public, without an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from cytotheca.core.auth.package import get_package
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.package import Package
from cytotheca.core.models.review_link import ReviewLink, list_review_links, make_review_key
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import IdParams, Truth
from cytotheca.core.settings.site import SiteSettings

MOST_LINKS = 50
MOST_DAYS = 366


class NewReviewLink(IdParams):
    """Parameters of ``review_link_create``."""

    anonymous: Truth = False
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 90
    note: Annotated[str, Field(max_length=200)] = ""


def review_link_create(context: Context, params: NewReviewLink) -> dict[str, Any]:
    """Make a link by which anybody reads a dataset that is not public; it is shown only now.

    Parameters: ``id`` (dataset), ``days`` (90; how long it works, at most 366), ``note``
    (whom it is for), ``anonymous`` (false): the link hides authors, circle, history and all
    other things that tell who made the dataset, and ends when the dataset becomes public.
    What title, description, file names and the files themselves tell is not hidden.

    Programs send the ``key`` as they send an API token.

    Example: ``{"id": "beads-1", "anonymous": true, "note": "reviewer 2"}``. Returns what
    ``review_link_list`` returns of it, and ``url`` and ``key``.
    """
    package = get_package(context, params.id)
    _require_hidden(package)
    if len(list_review_links(context.session, package.id)) >= MOST_LINKS:
        raise ValidationError(
            {"id": [f"The dataset has {MOST_LINKS} review links. Revoke some first."]}
        )
    key, digest = make_review_key()
    link = ReviewLink(
        package_id=package.id,
        key_hash=digest,
        anonymous=params.anonymous,
        note=params.note.strip(),
        creator_id=context.user_id,
        expires=utc_now() + timedelta(days=params.days),
    )
    context.session.add(link)
    context.session.flush()
    kind = "anonymous" if link.anonymous else "open"
    record(context, "review_link_created", "package", package.id, link=link.id, kind=kind)
    url = f"{context.site.settings(SiteSettings).site_url}/review/{key}"
    return {**_show(link), "url": url, "key": key}


def review_link_list(context: Context, params: IdParams) -> list[dict[str, Any]]:
    """List the review links of a dataset that have not ended, without their keys.

    Parameters: ``id`` (dataset). Example: ``{"id": "beads-1"}``.
    """
    package = get_package(context, params.id)
    return [_show(link) for link in list_review_links(context.session, package.id)]


def review_link_revoke(context: Context, params: IdParams) -> None:
    """End a review link at once.

    Parameters: ``id`` (of the link, as ``review_link_list`` tells it).
    Example: ``{"id": "b1404eb5-f661-4920-be79-5ff4e85915d5"}``.
    """
    link = context.session.get(ReviewLink, params.id)
    if link is None:
        raise NotFound("Review link was not found.")
    record(context, "review_link_revoked", "package", link.package_id, link=link.id)
    context.session.delete(link)
    context.session.flush()


def _require_hidden(package: Package) -> None:
    if package.state == "deleted":
        raise ValidationError({"id": ["The dataset is deleted."]})
    if package.is_public:
        raise ValidationError({"id": ["The dataset is public; everybody can read it."]})


def _show(link: ReviewLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "package_id": link.package_id,
        "anonymous": link.anonymous,
        "note": link.note,
        "created": iso(link.created),
        "expires": iso(link.expires),
    }


ACTIONS = (
    Action(
        name="review_link_create",
        body=review_link_create,
        result=results.NewReviewLink,
        params=NewReviewLink,
        secret=True,
    ),
    Action(
        name="review_link_list",
        body=review_link_list,
        result=list[results.ReviewLink],
        params=IdParams,
        read_only=True,
    ),
    Action(name="review_link_revoke", body=review_link_revoke, params=IdParams),
)
