"""Validation by lists of validators, as CKAN's extensions describe their data.

A schema maps fields to lists of validators; fields that are lists of objects have
a schema of their own. The data are flattened: keys are paths such as
``("extras", 0, "key")``. Fields are validated in the order of the schema; special
keys are ``__before`` (first), ``__extras`` (unknown fields), ``__junk`` (unknown
lists of objects) and ``__after`` (last).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

from cytotheca.core.domain.validators import Invalid, StopOnError, Validator, missing

Path: TypeAlias = tuple[Any, ...]
Flat: TypeAlias = dict[Path, Any]
FlatErrors: TypeAlias = dict[Path, list[str]]
ValidationSchema: TypeAlias = Mapping[str, Any]

BEFORE, AFTER, EXTRAS, JUNK = "__before", "__after", "__extras", "__junk"
FIRST: Final = (BEFORE,)
LAST: Final = (EXTRAS, JUNK, AFTER)
WITH_CONTEXT, WITH_DATA = 2, 4


def validate(
    data: Mapping[str, Any], schema: ValidationSchema, context: Any = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the converted data, and the messages by field (empty if all is valid)."""
    flat = _flatten(data, schema)
    errors: FlatErrors = {}
    for path, validators in _steps(data, schema):
        errors.setdefault(path, [])
        for validator in validators:
            if not _apply(validator, path, flat, errors, context):
                break
    values = {path: value for path, value in flat.items() if value is not missing}
    told = {path: messages for path, messages in errors.items() if messages}
    return _unflatten(values), _unflatten(told)


def _apply(validator: Validator, path: Path, flat: Flat, errors: FlatErrors, context: Any) -> bool:
    """Run one validator; False if those that follow must not run."""
    forms = _count_parameters(validator)
    try:
        if forms == WITH_DATA:
            validator(path, flat, errors, context)
        elif forms == WITH_CONTEXT:
            flat[path] = validator(flat.get(path, missing), context)
        else:
            flat[path] = validator(flat.get(path, missing))
    except Invalid as wrong:
        errors[path].append(str(wrong))
    except StopOnError:
        return False
    return True


def _count_parameters(validator: Validator) -> int:
    """Return the number of parameters, which tells what a validator wants; a class wants one."""
    if inspect.isclass(validator):
        return 1
    try:
        parameters = inspect.signature(validator).parameters.values()
    except ValueError:  # some built-in functions do not tell
        return 1
    return sum(1 for one in parameters if one.default is one.empty)


def _steps(data: Mapping[str, Any], schema: ValidationSchema) -> Iterator[tuple[Path, Any]]:
    """Yield path and validators, in the order in which they run."""
    yield from (((key,), schema[key]) for key in FIRST if key in schema)
    yield from _field_steps(data, schema, ())
    yield from (((key,), schema[key]) for key in LAST if key in schema)


def _field_steps(
    data: Mapping[str, Any], schema: ValidationSchema, prefix: Path
) -> Iterator[tuple[Path, Any]]:
    for field, wanted in schema.items():
        if field in (*FIRST, *LAST):
            continue
        if not isinstance(wanted, Mapping):
            yield (*prefix, field), wanted
            continue
        for index, item in enumerate(_items(data.get(field))):
            place = (*prefix, field, index)
            yield from _field_steps(item, wanted, place)
            yield from (((*place, key), wanted[key]) for key in LAST if key in wanted)


def _flatten(data: Mapping[str, Any], schema: ValidationSchema, prefix: Path = ()) -> Flat:
    flat: Flat = {}
    for field, wanted in schema.items():
        if field in (*FIRST, *LAST):
            continue
        if isinstance(wanted, Mapping):
            for index, item in enumerate(_items(data.get(field))):
                flat.update(_flatten(item, wanted, (*prefix, field, index)))
        else:
            flat[(*prefix, field)] = data.get(field, missing)
    unknown = {key: value for key, value in data.items() if key not in schema}
    junk = {key: value for key, value in unknown.items() if _is_list_of_objects(value)}
    extras = {key: value for key, value in unknown.items() if key not in junk}
    flat.update({(*prefix, EXTRAS): extras} if extras else {})
    flat.update({(*prefix, JUNK): junk} if junk else {})
    return flat


def _items(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _unflatten(flat: Mapping[Path, Any]) -> dict[str, Any]:
    """Return nested objects; lists keep the places of their items."""
    nested: dict[str, Any] = {}
    for path, value in flat.items():
        place: Any = nested
        for step, following in pairwise(path):
            place = _enter(place, step, [] if isinstance(following, int) else {})
        place[path[-1]] = value
    return nested


def _enter(place: Any, step: Any, empty: Any) -> Any:
    if isinstance(place, dict):
        return place.setdefault(step, empty)
    while len(place) <= step:
        place.append({})
    return place[step]
