"""What the core knows of datasets and resources; extensions add mixins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from cytotheca.core.domain.identifiers import canonical_uuid, name_problem
from cytotheca.core.schema.params import MISSING, Truth, email_address, problem

STATES = ("draft", "active", "deleted")


def _text(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value


def _name(value: str) -> str:
    wrong = name_problem(value)
    if wrong:
        raise problem(wrong)
    return value


def _email(value: str | None) -> str | None:
    return email_address(value) if value and value.strip() else value


def _version(value: str | None) -> str | None:
    if value and len(value) > 100:  # noqa: PLR2004 - the limit of the column
        raise problem("Must be at most 100 characters long")
    return value


def _uuid(value: Any) -> Any:
    if value is None or value == "":
        return None
    found = canonical_uuid(value) if isinstance(value, str) else None
    if found is None:
        raise problem("Invalid id provided")
    return found


def tag_problem(value: str) -> str | None:
    """Return what is wrong with a keyword, if anything."""
    if not 2 <= len(value) <= 100:  # noqa: PLR2004 - the limits of tag names
        size = "shorter than minimum 2" if len(value) < 2 else "longer than maximum 100"  # noqa: PLR2004
        return f'Tag "{value[:100]}" length is {size}'
    if not all(char.isalnum() or char in " -_." for char in value):
        return (
            f'Tag "{value}" can only contain alphanumeric characters, spaces, hyphens, '
            "underscores or dots"
        )
    return None


def _tag(value: str) -> str:
    wrong = tag_problem(value)
    if wrong:
        raise problem(wrong)
    return value


def _state(value: Any) -> Any:
    if value in (None, ""):
        return "active"
    if value not in STATES:
        raise problem(f"Must be one of: {', '.join(STATES)}")
    return value


def _date(value: Any) -> Any:
    """Return an ISO time as the API shows it, or None."""
    if value in (None, ""):
        return None
    try:
        time = datetime.fromisoformat(str(value))
        if time.tzinfo is not None:
            time = time.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise problem("Date format incorrect") from None
    return time.isoformat()


def _size(value: Any) -> Any:
    if value in (None, ""):
        return None
    try:
        size = int(value)
    except (TypeError, ValueError, OverflowError):
        raise problem("Invalid integer") from None
    if not 0 <= size < 2**63:
        raise problem("Must be a natural number")
    return size


Text = Annotated[str | None, BeforeValidator(_text)]
Name = Annotated[str, BeforeValidator(_text), AfterValidator(_name)]
Email = Annotated[str | None, AfterValidator(_email)]
Date = Annotated[str | None, BeforeValidator(_date)]
ObjectId = Annotated[str | None, BeforeValidator(_uuid)]
Size = Annotated[int | None, BeforeValidator(_size)]
State = Annotated[str, BeforeValidator(_state)]


class Item(BaseModel):
    """An item of a list; unknown keys are dropped."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class TagItem(Item):
    """A keyword."""

    name: Annotated[str, AfterValidator(_tag)]
    vocabulary_id: Text = None


class ExtraItem(Item):
    """A free key with its value."""

    key: Annotated[str, Field(min_length=1)]
    value: Any = ""


class GroupItem(Item):
    """A reference to a collection, by id or name; other keys are ignored."""

    id: Text = None
    name: Text = None


class ResourceFields(BaseModel):
    """What the core knows of a resource; all further keys are kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    id: ObjectId = None
    name: Text = None
    url: Text = ""
    url_type: Text = None
    description: Text = None
    format: Text = None
    hash: Text = ""
    resource_type: Text = None
    mimetype: Text = None
    mimetype_inner: Text = None
    size: Size = None
    created: Date = None
    last_modified: Date = None
    cache_url: Text = None
    cache_last_updated: Date = None


class DatasetFields(BaseModel):
    """What the core knows of a dataset; unknown scalars are dropped silently."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: ObjectId = None
    name: Name
    title: Text = None
    version: Annotated[Text, AfterValidator(_version)] = None
    url: Text = None
    author: Text = None
    author_email: Email = None
    maintainer: Text = None
    maintainer_email: Email = None
    notes: Text = None
    license_id: Text = None
    type: Text = "dataset"
    owner_org: Text = None
    private: Truth = False
    state: State = "active"
    extras: list[ExtraItem] = Field(default_factory=list)
    tags: list[TagItem] = Field(default_factory=list)
    groups: list[GroupItem] = Field(default_factory=list)
    resources: list[ResourceFields] = Field(default_factory=list)


RESOURCE_COLUMNS = (
    "name", "url", "url_type", "description", "format", "hash", "resource_type", "mimetype",
    "mimetype_inner", "size", "last_modified", "cache_url", "cache_last_updated",
)  # fmt: skip

RESOURCE_SHOWN = frozenset(
    {*RESOURCE_COLUMNS, "id", "package_id", "position", "state", "created", "metadata_modified"}
)

DATASET_COLUMNS = (
    "title", "version", "url", "author", "author_email", "maintainer", "maintainer_email",
    "notes", "license_id",
)  # fmt: skip

DATASET_SHOWN = frozenset(
    {*DATASET_COLUMNS, "id", "name", "type", "owner_org", "private", "state", "extras", "tags",
     "groups", "resources", "tag_string", "organization", "creator_user_id", "metadata_created",
     "metadata_modified", "num_resources", "num_tags", "license_title", "license_url", "isopen",
     "relationships_as_subject", "relationships_as_object", "plugin_data"}
)  # fmt: skip

REQUIRED_TEXT = MISSING
