"""Queries without a colon: words that should occur somewhere (Solr's dismax)."""

# SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from luqum import tree

from cytotheca.core.domain.errors import SearchError
from cytotheca.core.search import exact_values as exact
from cytotheca.core.search.conditions import NEVER, Condition, Sql, all_of, any_of, doc_in, none_of
from cytotheca.core.search.dois import find_doi
from cytotheca.core.search.fields import DEFAULT_BOOSTS, TEXT_COLUMNS
from cytotheca.core.search.fulltext import Target, chunk_expression, match, text_expression
from cytotheca.core.search.leaves import Leaves
from cytotheca.core.search.patterns import parse_pattern
from cytotheca.core.search.query import LooseQuery, unescape
from cytotheca.core.search.translate import Translator, is_symbol

DEFAULT_MIN_MATCH: Final = "2<-1 5<80%"
MAX_BOOST: Final = 1e6
MAX_WORDS: Final = 100  # of a text that is pasted in; the rest of it is ignored
_MAX_COMBINATIONS: Final = 64
_BOOST: Final = re.compile(r"(?P<field>\w+)(?:\^(?P<boost>\d+(?:\.\d+)?))?")
_MIN_MATCH: Final = re.compile(r"(?:(?P<above>\d{1,9})<)?(?P<count>-?\d{1,9})(?P<percent>%?)")


def translate_loose(leaves: Leaves, query: LooseQuery, target: Target, mm: str) -> Condition:
    """Return the condition for a query without a colon."""
    doi = find_doi(query.words)
    if doi is not None:
        return _match_doi(target, doi)
    if query.root is None:
        return _match_plain(target, query.words.split(), mm)
    operands = _top_operands(query.root)
    if operands is None:
        return Translator(leaves).translate(query.root)
    return _match_operands(leaves, target, operands, mm)


def parse_boosts(qf: str) -> Mapping[str, float]:
    """Read ``name^4 title^4``; fields that hold no free text are ignored."""
    found = [_BOOST.fullmatch(part) for part in qf.split()]
    boosts = {m["field"]: min(float(m["boost"] or 1), MAX_BOOST) for m in found if m}
    return {name: boosts[name] for name in TEXT_COLUMNS if name in boosts} or DEFAULT_BOOSTS


def count_required(mm: str, words: int) -> int:
    """Return how many of so many words must occur, by a rule such as ``2<-1 5<80%``."""
    required = words
    for part in mm.split():
        rule = _MIN_MATCH.fullmatch(part)
        if rule is None:
            raise SearchError("The parameter 'mm' does not parse.")
        if rule["above"] is not None and words <= int(rule["above"]):
            break
        required = _apply_rule(int(rule["count"]), words, is_percent=bool(rule["percent"]))
    return max(1, min(required, words))


def _apply_rule(count: int, words: int, *, is_percent: bool) -> int:
    if is_percent:
        part = math.floor(abs(count) * words / 100)
        return words - part if count < 0 else part
    return words + count if count < 0 else count


def _match_doi(target: Target, doi: str) -> Condition:
    return any_of(
        [
            exact.equals("doi", doi),
            exact.equals("references_doi", doi),
            match(target, text_expression(doi), stemmed=True),
        ]
    )


def _match_plain(target: Target, chunks: Sequence[str], mm: str) -> Condition:
    expressions = [e for e in map(chunk_expression, dict.fromkeys(chunks)) if e]
    return _match_some(target, expressions[:MAX_WORDS], mm)


def _match_some(target: Target, expressions: Sequence[str], mm: str) -> Condition:
    """Return the condition that enough of the expressions match."""
    if not expressions:
        return NEVER
    count = len(expressions)
    required = count_required(mm, count)
    if math.comb(count, required) <= _MAX_COMBINATIONS:
        groups = itertools.combinations(expressions, required)
        combined = " OR ".join(f"({' AND '.join(group)})" for group in groups)
        return match(target, combined, stemmed=True)
    each = [match(target, expression, stemmed=True).scores[0] for expression in expressions]
    found = " UNION ALL ".join(score.text for score in each)
    values = (*(value for score in each for value in score.values), required)
    counted = f"FROM ({found}) GROUP BY doc HAVING count(*) >= ?"
    score = Sql(f"SELECT doc, sum(score) AS score {counted}", values)
    found_docs = doc_in(f"SELECT doc {counted}", *values)
    return Condition(found_docs.sql, scores=(score,), is_scored_fully=True)


def _top_operands(root: tree.Item) -> Sequence[tree.Item] | None:
    """Return what stands side by side, or None if it is not a plain row of words."""
    operands = root.operands if isinstance(root, tree.UnknownOperation) else (root,)
    if any(is_symbol(operand) for operand in operands):
        return None
    simple = (tree.Word, tree.Phrase, tree.Plus, tree.Not, tree.Prohibit, tree.Fuzzy, tree.Group)
    is_row = all(isinstance(operand, simple) for operand in operands)
    return operands if is_row else None


def _match_operands(
    leaves: Leaves, target: Target, operands: Sequence[tree.Item], mm: str
) -> Condition:
    """Ask for required words, refuse forbidden ones, and count the others."""
    translator = Translator(leaves)
    required = [translator.translate(o.a) for o in operands if isinstance(o, tree.Plus)]
    negations = (tree.Not, tree.Prohibit)
    forbidden = [translator.translate(o.a) for o in operands if isinstance(o, negations)]
    others = [o for o in operands if not isinstance(o, (tree.Plus, *negations))]
    parts = [*required, *map(none_of, forbidden)]
    expressions = [_plain_expression(operand) for operand in others]
    if all(expression is not None for expression in expressions):
        useful = [e for e in dict.fromkeys(expressions) if e]
        enough = [_match_some(target, useful[:MAX_WORDS], mm)] if useful or not parts else []
    else:
        enough = [_count_conditions([translator.translate(o) for o in others], mm)]
    return all_of([*enough, *parts])


def _count_conditions(conditions: Sequence[Condition], mm: str) -> Condition:
    required = count_required(mm, len(conditions))
    if required == len(conditions):
        return all_of(conditions)
    total = " + ".join(f"({c.sql.text})" for c in conditions)
    values = tuple(value for c in conditions for value in c.sql.values)
    return Condition(
        Sql(f"({total}) >= ?", (*values, required)),
        scores=tuple(score for c in conditions for score in c.scores),
    )


def _plain_expression(node: tree.Item) -> str | None:
    """Return the full-text expression of a plain word or phrase.

    Empty if it has no letters; None for what needs more than the stemmed text.
    """
    if isinstance(node, tree.Phrase):
        return text_expression(unescape(node.value[1:-1])) or ""
    if not isinstance(node, tree.Word) or node.value.startswith("!"):
        return None
    word = unescape(node.value)
    if parse_pattern(node.value).has_wildcards or exact.is_digest(word.lower()):
        return None
    return chunk_expression(word) or ""


def default_target(qf: str | None) -> Target:
    """Return where words without a field are looked for in a loose query."""
    return Target(boosts=parse_boosts(qf) if qf else DEFAULT_BOOSTS)
