"""Actions on keywords."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field
from sqlalchemy import delete

from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.package import PackageTag, Tag
from cytotheca.core.models.tag_list import (
    count_tags,
    find_tag,
    find_vocabulary,
    list_tags,
    packages_with_tags,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.dataset import TagItem, Text
from cytotheca.core.schema.params import (
    IdParams,
    LenientBool,
    Natural,
    OptionalNatural,
    Params,
    Ref,
    Words,
)
from cytotheca.core.settings.site import SearchSettings

COMPLETED = 10


def _one_text(value: Any) -> Any:
    """Return a text; of several words the search takes all, as one text."""
    return " ".join(str(word) for word in value) if isinstance(value, list) else value


Query = Annotated[
    Words | None,
    BeforeValidator(_one_text),
    Field(validation_alias=AliasChoices("query", "q")),
]


class TagList(Params):
    """Parameters of ``tag_list``."""

    query: Query = ""
    vocabulary_id: Text = None
    all_fields: LenientBool = False


class TagShow(IdParams):
    """Parameters of ``tag_show``."""

    vocabulary_id: Text = None
    include_datasets: LenientBool = False


class TagSearch(Params):
    """Parameters of ``tag_search`` and ``tag_autocomplete``."""

    query: Query = ""
    vocabulary_id: Text = None
    limit: OptionalNatural = None
    offset: Natural = 0


class TagCreate(TagItem):
    """Parameters of ``tag_create``."""

    vocabulary_id: Ref


class TagDelete(IdParams):
    """Parameters of ``tag_delete``."""

    vocabulary_id: Text = None


def tag_list(context: Context, params: TagList) -> list[str] | list[dict[str, Any]]:
    """Return the names of the free tags in public use, or of all tags of a vocabulary.

    Parameters: ``query`` (part of the name), ``vocabulary_id`` (id or name),
    ``all_fields`` (false; true returns objects).

    Example: ``{"query": "bead"}``.
    """
    tags = list_tags(
        context.session,
        words=(params.query or "").strip(),
        vocabulary_id=_vocabulary_id(context, params.vocabulary_id),
    )
    return [show_tag(tag) for tag in tags] if params.all_fields else [tag.name for tag in tags]


def tag_show(context: Context, params: TagShow) -> dict[str, Any]:
    """Return a tag, on request with the datasets that have it as ``packages``.

    Parameters: ``id`` (id or name), ``vocabulary_id``, ``include_datasets`` (false).
    Example: ``{"id": "beads"}``.
    """
    tag = _get_tag(context, params.id, params.vocabulary_id)
    shown = show_tag(tag)
    if params.include_datasets:
        found = context.call(
            "package_search",
            {
                "fq": f'tags:"{tag.name}"',
                "rows": context.site.settings(SearchSettings).rows_max,
                "include_private": True,
            },
        )
        shown["packages"] = found["results"]
    return shown


def tag_search(context: Context, params: TagSearch) -> dict[str, Any]:
    """Return the tags whose name holds a text, and how many there are.

    Parameters: ``query``, ``vocabulary_id``, ``limit``, ``offset``.
    Example: ``{"query": "bead", "limit": 5}``. Returns ``{"count", "results"}``.
    """
    words = (params.query or "").strip()
    vocabulary_id = _vocabulary_id(context, params.vocabulary_id)
    if not words:
        return {"count": 0, "results": []}
    tags = list_tags(
        context.session,
        words=words,
        vocabulary_id=vocabulary_id,
        limit=params.limit,
        offset=params.offset,
    )
    count = count_tags(context.session, words=words, vocabulary_id=vocabulary_id)
    return {"count": count, "results": [show_tag(tag) for tag in tags]}


def tag_autocomplete(context: Context, params: TagSearch) -> list[str]:
    """Return the names of tags that hold a text; none for an empty text.

    Parameters: ``query`` (or ``q``), ``vocabulary_id``, ``limit`` (10), ``offset``.
    Example: ``{"query": "be"}``.
    """
    words = (params.query or "").strip()
    if not words:
        return []
    tags = list_tags(
        context.session,
        words=words,
        vocabulary_id=_vocabulary_id(context, params.vocabulary_id),
        limit=COMPLETED if params.limit is None else params.limit,
        offset=params.offset,
    )
    return [tag.name for tag in tags]


def tag_create(context: Context, params: TagCreate) -> dict[str, Any]:
    """Add a tag to a vocabulary.

    Parameters: ``name``, ``vocabulary_id`` (id or name).
    Example: ``{"name": "blood", "vocabulary_id": "cells"}``. Returns the tag.
    """
    vocabulary_id = _vocabulary_id(context, params.vocabulary_id)
    if find_tag(context.session, params.name, vocabulary_id) is not None:
        text = f"Tag {params.name} already belongs to vocabulary {params.vocabulary_id}"
        raise ValidationError({"name": [text]})
    tag = Tag(name=params.name, vocabulary_id=vocabulary_id)
    context.session.add(tag)
    context.session.flush()
    return show_tag(tag)


def tag_delete(context: Context, params: TagDelete) -> None:
    """Delete a tag; it is taken from all datasets.

    Parameters: ``id`` (id or name), ``vocabulary_id``. Example: ``{"id": "blood"}``.
    """
    delete_tags(context, [_get_tag(context, params.id, params.vocabulary_id)])


def delete_tags(context: Context, tags: list[Tag]) -> None:
    """Delete tags and take them from all datasets."""
    ids = [tag.id for tag in tags]
    if not ids:
        return
    context.reindex(*packages_with_tags(context.session, ids))
    context.session.execute(delete(PackageTag).where(PackageTag.tag_id.in_(ids)))
    context.session.execute(delete(Tag).where(Tag.id.in_(ids)))


def show_tag(tag: Tag) -> dict[str, Any]:
    """Return a tag as shown."""
    return {
        "id": tag.id,
        "name": tag.name,
        "display_name": tag.name,
        "vocabulary_id": tag.vocabulary_id,
    }


def _vocabulary_id(context: Context, ref: str | None) -> str | None:
    if not ref:
        return None
    found = find_vocabulary(context.session, ref)
    if found is None:
        raise NotFound(f"Could not find vocabulary {ref!r}")
    return found.id


def _get_tag(context: Context, ref: str, vocabulary: str | None) -> Tag:
    tag = find_tag(context.session, ref, _vocabulary_id(context, vocabulary))
    if tag is None:
        raise NotFound("Tag was not found.")
    return tag


ACTIONS = (
    Action(name="tag_list", body=tag_list, params=TagList, read_only=True),
    Action(name="tag_show", body=tag_show, params=TagShow, read_only=True),
    Action(name="tag_search", body=tag_search, params=TagSearch, read_only=True),
    Action(name="tag_autocomplete", body=tag_autocomplete, params=TagSearch, read_only=True),
    Action(name="tag_create", body=tag_create, params=TagCreate),
    Action(name="tag_delete", body=tag_delete, params=TagDelete),
)
