"""What review links open, and to whom a dataset shows without its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy.orm import Session

from cytotheca.core.auth.labels import readable
from cytotheca.core.auth.package import collections_of, get_package
from cytotheca.core.auth.roles import may_edit
from cytotheca.core.domain.errors import NotAuthorized, NotFound
from cytotheca.core.models.package import Package
from cytotheca.core.models.review_link import ReviewLink, find_review, find_reviews
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules
from cytotheca.core.runtime.origin import Review


def review_of_key(session: Session, key: str) -> Review | None:
    """Return what a link's key opens, None if it has ended; one statement."""
    found = find_review(session, key)
    return _opens(*found) if found else None


def reviews_of_links(session: Session, link_ids: Sequence[str]) -> Mapping[str, Review]:
    """Return dataset id → what some links open; one statement.

    Of two links to one dataset the one that shows more counts.
    """
    opened = [_opens(*found) for found in find_reviews(session, link_ids)]
    known = [one for one in opened if one is not None]
    return {one.package_id: one for one in sorted(known, key=lambda one: not one.veiled)}


def _opens(link: ReviewLink, package: Package) -> Review | None:
    """Return what a link opens; who made a public dataset is no secret, and its veil falls."""
    if link.anonymous and package.is_public:
        return None
    return Review(link_id=link.id, package_id=package.id, veiled=link.anonymous)


def is_veiled(context: Context, package: Package) -> bool:
    """Tell whether the caller sees a dataset only by an anonymous review link."""
    review = context.origin.reviews.get(package.id)
    if review is None or not review.veiled:
        return False

    def judge() -> bool:
        as_caller = replace(context, ignore_auth=False)
        return not readable(as_caller, [package], {package.id: collections_of(context, package)})

    return cast("bool", context.memoize(f"veiled/{package.id}", judge))


def may_manage(context: Context, params: Any) -> None:
    """Need edit right on the dataset ``id``."""
    _require_right(context, get_package(context, params.id))


def may_revoke(context: Context, params: Any) -> None:
    """Need edit right on the dataset that the link ``id`` opens."""
    link = context.session.get(ReviewLink, params.id)
    if link is None:
        raise NotFound("Review link was not found.")
    _require_right(context, get_package(context, link.package_id))


def _require_right(context: Context, package: Package) -> None:
    """Refuse who may not edit a dataset; its locks do not matter, least of all to revoking."""
    if not may_edit(context, package):
        raise NotAuthorized(f"User {context.user_name} not authorized to share {package.id}")


RULES: Rules = {
    "review_link_create": Rule(function=may_manage),
    "review_link_list": Rule(function=may_manage),
    "review_link_revoke": Rule(function=may_revoke),
    "dataset_access_list": Rule(function=may_manage),
}
