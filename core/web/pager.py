"""Pages of a long list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NEAR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link to a page; ``number`` None is a gap."""

    number: int | None
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where in a list a page is, and the links to the others."""

    page: int
    pages: int
    first_row: int
    last_row: int
    count: int
    links: tuple[PageLink, ...]
    previous: str = ""
    next: str = ""


def make_pager(count: int, page: int, per_page: int, url_of: Callable[[int], str]) -> Pager:
    """Return the pager of a list with ``count`` rows; ``page`` begins at 1."""
    pages = max(1, -(-count // per_page))
    return Pager(
        page=page,
        pages=pages,
        first_row=min((page - 1) * per_page + 1, count),
        last_row=min(page * per_page, count),
        count=count,
        links=tuple(_links(page, pages, url_of)),
        previous=url_of(min(page - 1, pages)) if page > 1 else "",
        next=url_of(page + 1) if page < pages else "",
    )


def parse_page(text: str | None) -> int:
    """Return the page number of a text, 1 if it is none."""
    if text and text.isascii() and text.isdecimal() and len(text) < 8:  # noqa: PLR2004
        return max(1, int(text))
    return 1


def _links(page: int, pages: int, url_of: Callable[[int], str]) -> list[PageLink]:
    shown = sorted({1, pages, *(n for n in range(page - NEAR, page + NEAR + 1) if 1 <= n <= pages)})
    links: list[PageLink] = []
    for number in shown:
        if links and links[-1].number is not None and number - links[-1].number > 1:
            links.append(PageLink(number=None))
        links.append(PageLink(number=number, url=url_of(number), current=number == page))
    return links
