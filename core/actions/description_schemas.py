"""JSON Schemas of parameters and results, with the parts they share named once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, TypeAdapter

from cytotheca.core.actions.descriptions import Description

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

REFERENCE: Final = "#/components/schemas/{model}"
OBJECT: Final[Mapping[str, Any]] = {"type": "object", "additionalProperties": True}
FILE: Final[Mapping[str, Any]] = {
    "type": "string",
    "contentMediaType": "application/octet-stream",
    "description": "A file; only in multipart requests.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schemas:
    """The schemas of all actions: name → schema, and the shared parts they refer to."""

    params: Mapping[str, Schema]
    results: Mapping[str, Schema]
    shared: Mapping[str, Schema]

    def resolve(self, schema: Schema) -> Schema:
        """Return a schema itself, not its name."""
        reference = schema.get("$ref", "")
        return self.shared[reference.rpartition("/")[2]] if reference else schema

    def properties(self, name: str) -> Mapping[str, Schema]:
        """Return the parameters of an action by name."""
        found: Mapping[str, Schema] = self.resolve(self.params[name]).get("properties", {})
        return found

    def required(self, name: str) -> Sequence[str]:
        """Return the names of the parameters that must be given."""
        found: Sequence[str] = self.resolve(self.params[name]).get("required", ())
        return found

    def uploads(self, name: str) -> Sequence[str]:
        """Return the names of the parameters that are files."""
        return [key for key in self.properties(name) if is_upload(key)]


def is_upload(parameter: str) -> bool:
    """Tell whether a parameter is a file by its name."""
    return parameter == "upload" or (
        parameter.endswith("_upload") and not parameter.startswith("clear_")
    )


def collect_schemas(descriptions: Sequence[Description]) -> Schemas:
    """Return the schemas of some actions."""
    inputs: list[tuple[str, Mode, TypeAdapter[Any]]] = []
    for one in descriptions:
        if one.params is not None:
            inputs.append((one.name, "validation", TypeAdapter(one.params)))
        result = _adapter(one.result)
        if result is not None:
            inputs.append((one.name, "serialization", result))
    found, definitions = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE)
    return Schemas(
        params={
            one.name: found.get((one.name, "validation"), dict(OBJECT)) for one in descriptions
        },
        results={one.name: found.get((one.name, "serialization"), {}) for one in descriptions},
        shared={name: _told(part) for name, part in definitions.get("$defs", {}).items()},
    )


def _adapter(result: Any) -> TypeAdapter[Any] | None:
    """Return the adapter of a type; None if it has no JSON Schema, as some annotations."""
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(result)
        adapter.json_schema(mode="serialization")
    except (PydanticSchemaGenerationError, PydanticInvalidForJsonSchema):
        return None
    return adapter


def _told(schema: Schema) -> Schema:
    """Return a schema in which files are said to be files, without what says nothing."""
    properties = {
        key: dict(FILE) if is_upload(key) else _without_noise(value)
        for key, value in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _without_noise(schema: Schema) -> Schema:
    """Return a schema without its made-up title and without an empty default."""
    noise = {"title"} | ({"default"} if schema.get("default") in (None, "") else set())
    return {key: value for key, value in schema.items() if key not in noise}
