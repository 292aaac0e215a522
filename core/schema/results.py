"""What actions return, for the API's description; nothing is checked by these models.

Extensions add keys, and actions leave parts out when asked to, so more keys are
allowed than are named, and only those stand as required that are always there.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Returned(BaseModel):
    """Base: further keys are allowed."""

    model_config = ConfigDict(extra="allow", defer_build=True)  # of use to the description only


class Extra(Returned):
    """A free key with its value."""

    key: str
    value: Any


class Tag(Returned):
    """A keyword."""

    id: str
    name: str
    display_name: str
    vocabulary_id: str | None


class Resource(Returned):
    """A file or an address of a dataset."""

    id: str
    package_id: str
    name: str | None
    url: str | None
    url_type: str | None
    description: str | None
    format: str | None
    mimetype: str | None
    hash: str | None
    size: int | None
    position: int
    state: str
    created: str | None
    last_modified: str | None
    metadata_modified: str | None


class GroupInside(Returned):
    """A collection or organization inside another object."""

    id: str
    name: str
    title: str


class Dataset(Returned):
    """A dataset with its resources."""

    id: str
    name: str
    title: str
    type: str | None
    state: str
    private: bool
    owner_org: str | None
    creator_user_id: str | None
    organization: GroupInside | None
    groups: list[GroupInside]
    tags: list[Tag]
    resources: list[Resource]
    num_resources: int
    num_tags: int
    metadata_created: str
    metadata_modified: str


class Revised(Returned):
    """A revised dataset, or the parts of it that were asked for."""

    package: dict[str, Any]


class Found(Returned):
    """A page of found datasets; ``next_cursor`` if a cursor was given."""

    count: int
    sort: Any
    results: list[Any]
    facets: dict[str, Any]
    search_facets: dict[str, Any]
    next_cursor: str | None = None


class User(Returned):
    """An account; the address only for itself and system administrators."""

    id: str
    name: str
    fullname: str | None
    display_name: str
    about: str | None
    created: str
    last_active: str | None
    state: str
    sysadmin: bool
    number_created_packages: int


class Group(Returned):
    """An organization or group."""

    id: str
    name: str
    title: str
    display_name: str
    description: str
    image_url: str
    image_display_url: str
    created: str
    type: str
    is_organization: bool
    approval_status: str
    state: str


class Membership(Returned):
    """The role of a user or dataset in a group."""

    group_id: str
    table_id: str
    table_name: str
    capacity: str
    state: str


class NewToken(Returned):
    """A token, shown this once, and the id by which it is revoked."""

    token: str
    id: str


class Token(Returned):
    """A token without its secret."""

    id: str
    name: str
    user_id: str
    created_at: str
    last_access: str | None
    scope: str
    expires: str | None


class SecondFactor(Returned):
    """Whether logins of a user need a code."""

    active: bool
    since: str | None
    recovery_codes: int


class Downloads(Returned):
    """How often the files of a dataset were downloaded."""

    total: int
    last_30_days: int
    files: dict[str, int]
    how: str


class Tombstone(Returned):
    """How a withdrawn dataset was cited, why it is gone and since when."""

    id: str
    name: str
    title: str
    authors: list[str]
    citation: str
    doi: str
    url: str
    reason: str
    withdrawn: str


class Access(Returned):
    """One reason why somebody can see a dataset."""

    id: str
    name: str
    display_name: str
    reason: str
    role: str
    circle: str


class ReviewLink(Returned):
    """A link by which anybody reads a dataset that is not public."""

    id: str
    package_id: str
    anonymous: bool
    note: str
    created: str
    expires: str


class NewReviewLink(ReviewLink):
    """A review link as it is shown once."""

    url: str
    key: str


class License(Returned):
    """A licence that datasets can have."""

    id: str
    title: str


class Status(Returned):
    """What the site says of itself."""

    site_title: str
    site_url: str
    extensions: list[str]
    ckan_version: str = ""
    cytotheca_version: str = ""
