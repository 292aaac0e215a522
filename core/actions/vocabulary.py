"""Actions on vocabularies: controlled lists of tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from cytotheca.core.actions.tag import delete_tags, show_tag
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.package import Tag, Vocabulary
from cytotheca.core.models.tag_list import find_vocabulary, tags_of_vocabularies
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.dataset import TagItem
from cytotheca.core.schema.params import IdParams, NoParams, Params

VocabularyName = Annotated[str, Field(min_length=2, max_length=100)]


class VocabularyCreate(Params):
    """Parameters of ``vocabulary_create``."""

    name: VocabularyName
    tags: list[TagItem] = Field(default_factory=list)


class VocabularyUpdate(IdParams):
    """Parameters of ``vocabulary_update``."""

    name: VocabularyName = ""
    tags: list[TagItem] = Field(default_factory=list)


def vocabulary_list(context: Context, params: NoParams) -> list[dict[str, Any]]:
    """Return all vocabularies with their tags. Example: ``{}``."""
    del params
    found = context.session.scalars(select(Vocabulary).order_by(Vocabulary.name)).all()
    return _show(context, found)


def vocabulary_show(context: Context, params: IdParams) -> dict[str, Any]:
    """Return a vocabulary with its tags.

    Parameters: ``id`` (id or name). Example: ``{"id": "cells"}``.
    """
    return _show(context, [_get(context, params.id)])[0]


def vocabulary_create(context: Context, params: VocabularyCreate) -> dict[str, Any]:
    """Make a vocabulary.

    Parameters: ``name``, ``tags`` (``[{name}]``).
    Example: ``{"name": "cells", "tags": [{"name": "blood"}]}``. Returns the vocabulary.
    """
    _refuse_taken(context, params.name, own_id=None)
    vocabulary = Vocabulary(name=params.name)
    context.session.add(vocabulary)
    context.session.flush()
    _write_tags(context, vocabulary, params.tags)
    return _show(context, [vocabulary])[0]


def vocabulary_update(context: Context, params: VocabularyUpdate) -> dict[str, Any]:
    """Rename a vocabulary, or replace its tags.

    Parameters: ``id`` (id or name), ``name``, ``tags`` (``[{name}]``; those left out
    are deleted).

    Example: ``{"id": "cells", "tags": [{"name": "blood"}]}``. Returns the vocabulary.
    """
    vocabulary = _get(context, params.id)
    if params.name:
        _refuse_taken(context, params.name, own_id=vocabulary.id)
        vocabulary.name = params.name
    if "tags" in params.model_fields_set:
        _write_tags(context, vocabulary, params.tags)
    context.session.flush()
    return _show(context, [vocabulary])[0]


def vocabulary_delete(context: Context, params: IdParams) -> None:
    """Delete a vocabulary that has no tags.

    Parameters: ``id`` (id or name). Example: ``{"id": "cells"}``.
    """
    vocabulary = _get(context, params.id)
    if tags_of_vocabularies(context.session, [vocabulary.id]):
        raise ValidationError(f"Vocabulary {vocabulary.name} still has tags")
    context.session.delete(vocabulary)
    context.session.flush()


def _get(context: Context, ref: str) -> Vocabulary:
    found = find_vocabulary(context.session, ref)
    if found is None:
        raise NotFound("Vocabulary was not found.")
    return found


def _refuse_taken(context: Context, name: str, *, own_id: str | None) -> None:
    other = find_vocabulary(context.session, name)
    if other is not None and other.id != own_id:
        raise ValidationError({"name": ["That vocabulary name is already in use."]})


def _write_tags(context: Context, vocabulary: Vocabulary, wanted: Sequence[TagItem]) -> None:
    present = tags_of_vocabularies(context.session, [vocabulary.id]).get(vocabulary.id, [])
    names = {item.name for item in wanted}
    delete_tags(context, [tag for tag in present if tag.name not in names])
    for name in sorted(names - {tag.name for tag in present}):
        context.session.add(Tag(name=name, vocabulary_id=vocabulary.id))
    context.session.flush()


def _show(context: Context, vocabularies: Sequence[Vocabulary]) -> list[dict[str, Any]]:
    tags = tags_of_vocabularies(context.session, [one.id for one in vocabularies])
    return [
        {"id": one.id, "name": one.name, "tags": [show_tag(tag) for tag in tags.get(one.id, [])]}
        for one in vocabularies
    ]


ACTIONS = (
    Action(name="vocabulary_list", body=vocabulary_list, params=NoParams, read_only=True),
    Action(name="vocabulary_show", body=vocabulary_show, params=IdParams, read_only=True),
    Action(name="vocabulary_create", body=vocabulary_create, params=VocabularyCreate),
    Action(name="vocabulary_update", body=vocabulary_update, params=VocabularyUpdate),
    Action(name="vocabulary_delete", body=vocabulary_delete, params=IdParams),
)
