"""Rules for names of files and datasets, references and DOIs.

Source: the conventions of DCOR, whose clients decide on these texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from slugify import slugify

SUFFIXES = (
    ".rtdc", ".ini", ".csv", ".tsv", ".pdf", ".txt", ".jpg", ".png", ".tif", ".py", ".ipynb",
    ".poly", ".sof", ".so2",
)  # fmt: skip
MIMETYPES = {".rtdc": "RT-DC", ".dc": "DC"}
NAME_CHARACTERS = re.compile(r"[a-zA-Z0-9.,\-_+()\[\]]")
RESERVED = frozenset({"edit", "new", "search"})
REFERENCES = tuple(
    (prefix, re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL))
    for prefix, pattern in (
        ("doi", r"doi\.org/(?P<rest>.*)"),
        ("arXiv", r"arxiv\.org/(?:.*/)?(?P<rest>[^/]+)/*$"),
        ("arXiv", r"arxiv:(?P<rest>.*)"),
        ("bioRxiv", r"biorxiv\.org/content/(?P<rest>.*?)(?:\.full\.pdf(?:\+html)?)?$"),
        ("bioRxiv", r"biorxiv:(?P<rest>.*)"),
    )
)
MIN_NAME, CUT_NAME, MAX_NAME = 2, 90, 100


def lower_suffix(name: str) -> str:
    """Return the file name with its suffix in lower case."""
    suffix = PurePosixPath(name).suffix
    return name[: len(name) - len(suffix)] + suffix.lower() if suffix else name


def file_name_problem(name: str, suffixes: tuple[str, ...]) -> str | None:
    """Return what is wrong with the name of a file, if anything."""
    suffix = PurePosixPath(name).suffix
    if suffix not in suffixes:
        return (
            f"Unsupported file extension '{suffix}'. Allowed file extensions are {list(suffixes)}."
        )
    bad = sorted({char for char in name if not NAME_CHARACTERS.match(char)})
    if bad:
        return f"Invalid characters in file name: {''.join(bad)}"
    return None


def mimetype_of(name: str | None) -> str | None:
    """Return ``RT-DC`` or ``DC`` for measurements, None for all other files."""
    return MIMETYPES.get(PurePosixPath(name or "").suffix)


def is_measurement(mimetype: str | None, name: str | None) -> bool:
    """Tell whether a resource is deformability-cytometry data."""
    return mimetype in MIMETYPES.values() or mimetype_of(name) is not None


def split_authors(text: str) -> str:
    """Return comma-separated authors, trimmed, without empty entries."""
    return ", ".join(part for word in text.split(",") if (part := word.strip()))


def clean_doi(text: str) -> str:
    """Return a DOI without the address of a resolver."""
    if "://" in text:
        text = text.split("://", 1)[1].partition("/")[2]
    return text.strip(" /")


def clean_reference(text: str) -> str:
    """Return a reference in its short form: ``doi:``, ``arXiv:``, ``bioRxiv:`` or as it is."""
    text = text.strip()
    for prefix, pattern in REFERENCES:
        if found := pattern.search(text):
            return f"{prefix}:{found['rest'].strip('/ ')}"
    return text


def clean_references(text: str) -> str:
    """Return comma-separated references in their short forms."""
    return ", ".join(clean_reference(word) for word in text.split(",") if word.strip())


def dataset_name(title: str, characters: str, is_taken: Callable[[str], bool]) -> str:
    """Return a free name made from the title.

    ``characters`` (of the dataset's id) are appended one by one until the name
    is free; a title too long is cut first.
    """
    for candidate in _candidates(slugify(title), characters):
        usable = MIN_NAME <= len(candidate) <= MAX_NAME and candidate not in RESERVED
        if usable and not is_taken(candidate):
            return candidate
    raise ValueError("no free name can be made from these characters")


def _candidates(slug: str, characters: str) -> Iterator[str]:
    if len(slug) <= MAX_NAME:
        yield slug
    stem = f"{slug[:CUT_NAME]}-" if slug else ""
    for length in range(1, len(characters) + 1):
        yield stem + characters[:length]
