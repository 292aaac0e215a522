"""Entries for bibliographies: BibTeX, RIS, CSL-JSON, and a line of text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import rispy

from cytotheca.core.citation.names import Creator
from cytotheca.core.citation.record import Citable

_LATEX: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"\{",
        "}": r"\}",
        "^": r"{\textasciicircum}",
        "~": r"{\textasciitilde}",
        **{char: f"\\{char}" for char in "&%$_#"},
    }
)


_BRACES: Final = {r"\{": r"{\textbraceleft}", r"\}": r"{\textbraceright}"}


def as_text(record: Citable) -> str:
    """Return the citation as people write it."""
    names = ", ".join(one.name for one in record.creators)
    version = f" Version {record.version}." if record.version else ""
    year = f"({record.year})."
    said = f"{names} {year} {record.title}.{version} {record.publisher}. {record.identifier}"
    return said.strip()


def as_bibtex(record: Citable) -> str:
    """Return a BibTeX entry; texts are LaTeX, accents stay as they are."""
    fields = {
        "title": record.title,
        "year": record.year,
        "publisher": record.publisher,
        "version": record.version,
        "keywords": ", ".join(record.keywords),
    }
    lines = [f"  author = {{{' and '.join(map(_bibtex_name, record.creators))}}}"]
    lines += [f"  {key} = {{{_latex(text)}}}" for key, text in fields.items() if text]
    if record.doi:
        lines.append(f"  doi = {{{record.doi}}}")
    lines.append(f"  url = {{{record.identifier}}}")
    return f"@misc{{{record.key},\n" + ",\n".join(lines) + "\n}\n"


def _latex(text: str) -> str:
    """Return a text as LaTeX; BibTeX counts braces, also those that are escaped."""
    written = text.translate(_LATEX)
    if _is_balanced(text):
        return written
    for brace, word in _BRACES.items():
        written = written.replace(brace, word)
    return written


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _bibtex_name(creator: Creator) -> str:
    if not creator.is_person:
        return f"{{{_latex(creator.name)}}}"
    parts = (creator.family, creator.given)
    return ", ".join(_bibtex_part(part) for part in parts if part)


def _bibtex_part(part: str) -> str:
    """Return a part of a name that neither a comma nor the word that joins names divides."""
    text = _latex(part)
    return f"{{{text}}}" if "," in text or " and " in f" {text} " else text


def as_ris(record: Citable) -> str:
    """Return a RIS entry."""
    entry: dict[str, Any] = {
        "type_of_reference": "DATA",
        "authors": [one.sorted_name for one in record.creators],
        "title": record.title,
        "year": record.year,
        "date": record.published[:10].replace("-", "/"),
        "publisher": record.publisher,
        "edition": record.version,
        "doi": record.doi,
        "urls": [record.identifier],
        "abstract": record.description,
        "keywords": list(record.keywords),
    }
    text: str = rispy.dumps([{key: value for key, value in entry.items() if value}])
    return text.removeprefix("1.\n")


def as_csl(record: Citable) -> str:
    """Return CSL-JSON, the form that citation processors read."""
    item = {
        "id": record.key,
        "type": "dataset",
        "title": record.title,
        "author": [_csl_name(one) for one in record.creators],
        "issued": {"date-parts": [_date_parts(record.published)]},
        "publisher": record.publisher,
        "version": record.version,
        "DOI": record.doi,
        "URL": record.identifier,
        "abstract": record.description,
        "keyword": ", ".join(record.keywords),
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False)


def _csl_name(creator: Creator) -> Mapping[str, str]:
    if not creator.is_person:
        return {"literal": creator.name}
    parts = {"family": creator.family, "given": creator.given}
    return {key: part for key, part in parts.items() if part}


def _date_parts(text: str) -> list[int]:
    return [int(part) for part in text[:10].split("-") if part.isdigit()]
