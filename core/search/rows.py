"""Take an index document apart into the rows that the embedded engine stores."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cytotheca.core.search.dates import EPOCH, BadDate, parse_period, to_microseconds
from cytotheca.core.search.fields import SHELF_FIELDS, TEXT_COLUMNS, Kind, kind_of
from cytotheca.core.search.folding import fold, index_text, normalize_exact

_DEFAULT_SHELF: Final = {
    "state": "active",
    "capacity": "private",  # what does not say that it is public is not
    "dataset_type": "dataset",
    "entity_type": "package",
    "site_id": "default",
}
_NOT_SHOWN: Final = frozenset(
    {"text", "title_ngram", "name_ngram", "permission_labels", "data_dict", "validated_data_dict"}
)
_MAX_EXACT: Final = 32_766  # bytes of an exact value, as Lucene


@dataclass(slots=True)
class Rows:
    """The rows of one dataset."""

    id: str
    shelf: tuple[str, ...]
    labels: tuple[str, ...]
    columns: dict[str, str | int]
    text: tuple[str, ...]
    dataset: str
    shown: str
    terms: set[tuple[str, str]] = field(default_factory=set)
    numbers: set[tuple[str, float]] = field(default_factory=set)
    field_texts: dict[str, str] = field(default_factory=dict)


def encode(document: Mapping[str, Any]) -> Rows:
    """Return the rows of a document. Raises ``ValueError`` or ``KeyError`` if it has no id."""
    document = {str(key): _clean(value) for key, value in document.items()}
    if not document["id"]:
        raise ValueError("an index document needs an id")
    stored = document.get("validated_data_dict") or {}
    rows = Rows(
        id=str(document["id"]),
        shelf=tuple(str(document.get(name) or _DEFAULT_SHELF[name]) for name in SHELF_FIELDS),
        labels=tuple(sorted(set(_texts(document.get("permission_labels"))))),
        columns=_columns(document),
        text=tuple(index_text("\n".join(_texts(document.get(name)))) for name in TEXT_COLUMNS),
        dataset=stored if isinstance(stored, str) else _to_json(stored),
        shown=_to_json({k: v for k, v in document.items() if k not in _NOT_SHOWN}),
    )
    for name, value in document.items():
        _add_field(rows, name, value)
    rows.terms.update(zip(SHELF_FIELDS, rows.shelf, strict=True))
    return rows


def _columns(document: Mapping[str, Any]) -> dict[str, str | int]:
    title = document.get("title_string") or document.get("title") or document.get("name")
    return {  # never nothing, which a cursor could not get past
        "name": str(document.get("name") or ""),
        "title_string": fold(str(title or "")),
        "metadata_created": _microseconds(document.get("metadata_created")) or 0,
        "metadata_modified": _microseconds(document.get("metadata_modified")) or 0,
    }


def _add_field(rows: Rows, name: str, value: Any) -> None:
    kind = kind_of(name)
    if kind is Kind.EXACT:
        rows.terms.update((name, _exact(text)) for text in _texts(value))
    elif kind is Kind.DATE and name not in rows.columns:
        moments = (_microseconds(single) for single in _iter_single(value))
        rows.numbers.update((name, moment) for moment in moments if moment is not None)
    elif kind in (Kind.NUMBER, Kind.VALUE):
        _add_values(rows, name, value, kind)
    elif kind in (Kind.TEXT, Kind.WORDS, Kind.INFIX) and name != "text":
        _add_text(rows, name, "\n".join(_texts(value)))


def _add_values(rows: Rows, name: str, value: Any, kind: Kind) -> None:
    words = []
    for single in _iter_single(value):
        if isinstance(single, int | float) and not isinstance(single, bool):
            if math.isfinite(single):
                rows.numbers.add((name, float(single)))
        elif kind is Kind.VALUE:
            rows.terms.add((name, _exact(str(single))))
            words.append(str(single))
    _add_text(rows, name, "\n".join(words))


def _add_text(rows: Rows, name: str, text: str) -> None:
    if text:
        rows.field_texts[name] = index_text(text)


def _iter_single(value: Any) -> Iterator[Any]:
    """Yield the simple values of a field; structures are for the stored dataset only."""
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    yield from (v for v in values if isinstance(v, str | int | float) and v != "")


def _texts(value: Any) -> list[str]:
    return [single if isinstance(single, str) else _spell(single) for single in _iter_single(value)]


def _spell(value: float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _exact(text: str) -> str:
    return normalize_exact(text)[:_MAX_EXACT]


def _microseconds(value: Any) -> int | None:
    try:
        return to_microseconds(parse_period(str(value), EPOCH)[0]) if value else None
    except BadDate:
        return None


def _clean(value: Any) -> Any:
    """Replace lone surrogates, which no database takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [_clean(single) for single in value]
    return value


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
