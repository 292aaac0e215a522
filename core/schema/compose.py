"""The object models of a site: the core's fields and the mixins of extensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic
from pydantic import BaseModel, create_model

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.schema.dataset import DATASET_SHOWN, DatasetFields, ResourceFields
from cytotheca.core.schema.errors import Errors, key_problems, merge, shape


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaAdditions:
    """What an extension adds to, or takes from, the objects.

    Mixins are Pydantic models whose fields become top-level keys.
    ``without`` names core fields of datasets that do not exist on this site.
    """

    dataset: Sequence[type[BaseModel]] = ()
    resource: Sequence[type[BaseModel]] = ()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schemas:
    """The composed models; ``added`` are the dataset's keys of extensions."""

    dataset: type[DatasetFields]
    resource: type[ResourceFields]
    added: frozenset[str]
    without: frozenset[str]

    def validate_dataset(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        """Return the dataset's values and the messages by field (empty if valid)."""
        errors = check_extras(data.get("extras"), self.added)
        lengths = {key: len(value) for key, value in data.items() if isinstance(value, list)}
        known = {key: value for key, value in data.items() if key not in self.without}
        values: dict[str, Any] = {}
        try:
            model = self.dataset.model_validate(known)
            values = model.model_dump(exclude={"resources"})
            values["resources"] = [one.model_dump(exclude_unset=True) for one in model.resources]
        except pydantic.ValidationError as error:
            errors = merge(shape(error, lengths), errors)
        return values, merge(errors, self._junk(data))

    def _junk(self, data: Mapping[str, Any]) -> Errors:
        junk = [
            f"The input field ['{key}'] was not expected."
            for key, value in data.items()
            if key not in DATASET_SHOWN | self.added
            and isinstance(value, list)
            and any(isinstance(item, dict) for item in value)
        ]
        return {"__junk": junk} if junk else {}


def compose(additions: Iterable[SchemaAdditions]) -> Schemas:
    """Return the models of a site; mixins of the plugin listed first win."""
    given = list(additions)
    resource_mixins = tuple(mixin for one in given for mixin in one.resource)
    dataset_mixins = tuple(mixin for one in given for mixin in one.dataset)
    resource: Any = create_model("Resource", __base__=_bases(*resource_mixins, ResourceFields))
    fields: dict[str, Any] = {"resources": (list[resource], [])}
    dataset: Any = create_model(
        "Dataset", __base__=_bases(*dataset_mixins, DatasetFields), **fields
    )
    added = frozenset(name for mixin in dataset_mixins for name in mixin.model_fields)
    return Schemas(
        dataset=dataset,
        resource=resource,
        added=added - set(DatasetFields.model_fields),
        without=frozenset(name for one in given for name in one.without),
    )


def _bases(*models: type[BaseModel]) -> Any:
    """Return base classes, mixins first, in the form that Pydantic takes."""
    return models


def check_extras(extras: Any, added: frozenset[str]) -> Errors:
    """Return what is wrong with the keys of free extras: doubled, or a field's name."""
    if not isinstance(extras, list):
        return {}
    keys = [item.get("key") if isinstance(item, dict) else None for item in extras]
    return key_problems(keys, DATASET_SHOWN | added)


def refuse(errors: Errors) -> None:
    """Raise ``ValidationError`` if there are messages."""
    if errors:
        raise ValidationError(errors)
