"""Pieces of SQL with their values: conditions on a document, and their combination."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the values of its placeholders; clients' text is only in values."""

    text: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the document ``d``, and what it adds to the score.

    ``by_shelf``: it only reads ``d.shelf``, so it can be decided once for all
    documents of equal visibility. ``scores`` are selects of (doc, score).
    ``is_scored_fully``: the condition holds exactly for the documents that
    its one score select yields, which then need not be looked up twice.
    """

    sql: Sql
    by_shelf: bool = False
    scores: tuple[Sql, ...] = field(default=())
    is_scored_fully: bool = False


ALWAYS: Final = Condition(Sql("1"), by_shelf=True)
NEVER: Final = Condition(Sql("0"), by_shelf=True)


def doc_in(select: str, *values: Value, scores: tuple[Sql, ...] = ()) -> Condition:
    """Return the condition that the select yields the document."""
    return Condition(Sql(f"d.doc IN ({select})", values), scores=scores)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Combine by AND; what is certain anyway is left out."""
    needed = [c for c in conditions if c != ALWAYS]
    if NEVER in needed:
        return NEVER
    if len(needed) < 2:  # noqa: PLR2004
        return needed[0] if needed else ALWAYS
    return _combine(" AND ", needed)


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Combine by OR."""
    possible = [c for c in conditions if c != NEVER]
    if ALWAYS in possible:
        return ALWAYS
    if len(possible) < 2:  # noqa: PLR2004
        return possible[0] if possible else NEVER
    return _combine(" OR ", possible)


def none_of(condition: Condition) -> Condition:
    """Return the opposite, which scores nothing."""
    if condition == NEVER:
        return ALWAYS
    if condition == ALWAYS:
        return NEVER
    sql = Sql(f"NOT ({condition.sql.text})", condition.sql.values)
    return Condition(sql, by_shelf=condition.by_shelf)


def unscored(condition: Condition) -> Condition:
    """Return the condition as a filter."""
    return Condition(condition.sql, by_shelf=condition.by_shelf)


def boosted(condition: Condition, factor: float) -> Condition:
    """Multiply what the condition adds to the score."""
    scores = tuple(
        Sql(f"SELECT doc, score * ? AS score FROM ({s.text})", (factor, *s.values))
        for s in condition.scores
    )
    return Condition(
        condition.sql,
        by_shelf=condition.by_shelf,
        scores=scores,
        is_scored_fully=condition.is_scored_fully,
    )


def _combine(operator: str, conditions: Sequence[Condition]) -> Condition:
    return Condition(
        _join_balanced(operator, [c.sql for c in conditions]),
        by_shelf=all(c.by_shelf for c in conditions),
        scores=tuple(score for c in conditions for score in c.scores),
    )


def _join_balanced(operator: str, parts: Sequence[Sql]) -> Sql:
    """Join in a balanced tree: SQLite allows expressions a thousand levels deep, no more."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left = _join_balanced(operator, parts[:middle])
    right = _join_balanced(operator, parts[middle:])
    return Sql(f"({left.text}{operator}{right.text})", (*left.values, *right.values))
