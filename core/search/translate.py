"""Turn the tree of a Lucene query into one condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from luqum import tree

from cytotheca.core.domain.errors import SearchError
from cytotheca.core.search.conditions import (
    ALWAYS,
    Condition,
    all_of,
    any_of,
    boosted,
    none_of,
    unscored,
)
from cytotheca.core.search.exact_values import Bounds
from cytotheca.core.search.fields import Kind, kind_of
from cytotheca.core.search.leaves import Leaves
from cytotheca.core.search.query import unescape

_AND_WORD, _OR_WORD, _NOT_WORD = "&&", "||", "!"  # plain words for luqum
_NO_CONTENT: Final = frozenset({_AND_WORD, _OR_WORD, _NOT_WORD})


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates nodes; the default operator is AND.

    A negation is the complement wherever it stands, also alone and below OR.
    """

    leaves: Leaves

    def translate(  # noqa: PLR0911  # one line for each kind of node
        self, node: tree.Item, field: str | None = None
    ) -> Condition:
        """Return the condition for a node; ``field`` is the one that encloses it."""
        match node:
            case tree.SearchField():
                return self._search_field(node)
            case tree.BaseGroup():
                return self.translate(node.expr, field)
            case tree.Not() | tree.Prohibit():
                return none_of(self.translate(node.a, field))
            case tree.Plus():
                return self.translate(node.a, field)
            case tree.OrOperation():
                return self._either(node.operands, field)
            case tree.AndOperation():
                return all_of([self.translate(child, field) for child in node.operands])
            case tree.UnknownOperation():
                return self._in_a_row(node.operands, field)
            case tree.Boost():
                return boosted(self.translate(node.expr, field), _factor(node))
            case _:
                return self._leaf(node, field)

    def _leaf(self, node: tree.Item, field: str | None) -> Condition:
        match node:
            case tree.Word():
                return self._word(node, field)
            case tree.Phrase():
                return self.leaves.value(field, _phrase_text(node))
            case tree.Proximity():
                return self.leaves.value(field, _phrase_text(node.term), slop=node.degree)
            case tree.Fuzzy():
                return self._fuzzy(node, field)
            case tree.Range() | tree.OpenRange():
                return self.leaves.range(field, _bounds(node))
            case tree.Regex():
                raise SearchError("Regular expressions are not supported; quote slashes.")
            case _:
                raise SearchError("The query holds something that is not supported.")

    def _search_field(self, node: tree.SearchField) -> Condition:
        name, expression = unescape(node.name), node.expr
        if name.startswith(_NOT_WORD) and len(name) > 1:
            return none_of(self._search_field(tree.SearchField(name[1:], expression)))
        if isinstance(expression, tree.SearchField):
            raise SearchError("A field cannot follow a field; put a value with colons in quotes.")
        if isinstance(expression, tree.Prohibit):
            return self._negative_number(name, expression)
        return self.translate(expression, None if name == "*" else name)

    def _negative_number(self, field: str, node: tree.Prohibit) -> Condition:
        is_number = kind_of(field) in (Kind.NUMBER, Kind.VALUE) and isinstance(node.a, tree.Word)
        if not is_number:
            raise SearchError("A minus stands before a field, not behind its colon.")
        return self.leaves.value(field, f"-{unescape(node.a.value)}")

    def _word(self, node: tree.Word, field: str | None) -> Condition:
        raw = node.value
        if field is None and raw.startswith(_NOT_WORD) and len(raw) > 1:
            return none_of(self.leaves.word(None, raw[1:]))
        return self.leaves.word(field, raw)

    def _fuzzy(self, node: tree.Fuzzy, field: str | None) -> Condition:
        is_implicit = node._implicit_degree  # noqa: SLF001  # luqum has no public name for it
        return self.leaves.fuzzy(
            field, node.term.value, float(node.degree), is_implicit=is_implicit
        )

    def _either(self, operands: Sequence[tree.Item], field: str | None) -> Condition:
        """OR, in which an operand with ``+`` is required and the others only add to the score."""
        required = [self.translate(o, field) for o in operands if isinstance(o, tree.Plus)]
        optional = [self.translate(o, field) for o in operands if not isinstance(o, tree.Plus)]
        if not required:
            return any_of(optional)
        needed = all_of(required)
        scores = (*needed.scores, *(score for c in optional for score in c.scores))
        return Condition(needed.sql, by_shelf=needed.by_shelf, scores=scores)

    def _in_a_row(self, operands: Sequence[tree.Item], field: str | None) -> Condition:
        """Operands without an operator between them, save those luqum takes for words."""
        alternatives: list[list[Condition]] = [[]]
        negate_next = False
        for operand in operands:
            symbol = operand.value if isinstance(operand, tree.Word) else None
            if symbol == _OR_WORD:
                alternatives.append([])
            elif symbol == _NOT_WORD:
                negate_next = True
            elif symbol != _AND_WORD:
                condition = self.translate(operand, field)
                alternatives[-1].append(none_of(condition) if negate_next else condition)
                negate_next = False
        return any_of([all_of(conditions) for conditions in alternatives if conditions])


def translate_filter(leaves: Leaves, root: tree.Item) -> Condition:
    """Return the condition of a filter query: no score, however it is written."""
    return ALWAYS if root is None else unscored(Translator(leaves).translate(root))


def is_symbol(node: tree.Item) -> bool:
    """Tell whether a word is one of the operators that luqum takes for words."""
    return isinstance(node, tree.Word) and node.value in _NO_CONTENT


def _phrase_text(node: tree.Phrase) -> str:
    return unescape(node.value[1:-1])


def _factor(node: tree.Boost) -> float:
    return min(float(node.force), 1e6)


def _bounds(node: tree.Range | tree.OpenRange) -> Bounds:
    match node:
        case tree.From():
            return Bounds(low=_bound(node.a), include_low=node.include)
        case tree.To():
            return Bounds(high=_bound(node.a), include_high=node.include)
    return Bounds(
        low=_bound(node.low),
        high=_bound(node.high),
        include_low=node.include_low,
        include_high=node.include_high,
    )


def _bound(node: tree.Item) -> str | None:
    if isinstance(node, tree.Prohibit):
        return f"-{_bound(node.a)}"
    if isinstance(node, tree.Phrase):
        return _phrase_text(node)
    return None if node.value == "*" else unescape(node.value)
