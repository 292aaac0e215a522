"""Markdown of users to HTML that is safe to show.

Raw HTML is not passed on, what is rendered is cleaned by an allow-list, and
pictures become links: pages load nothing from other hosts.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

MAX_CHARACTERS: Final = 100_000
MAX_MARKS: Final = 6000  # the parser's effort grows with their square
MAX_NESTING: Final = 20
_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
     "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_MARKS: Final = "[*_`~<>!"
_SHIFT: Final = 2  # the page has an h1 and the section an h2 already


@cache
def _parser() -> MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": MAX_NESTING}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("image")


def render_markdown(text: str | None) -> Markup:
    """Return Markdown as safe HTML; links open in place and lend no reputation."""
    if not text:
        return Markup("")
    text = text[:MAX_CHARACTERS]
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        return Markup("<p>{}</p>").format(text)
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + _SHIFT, 6)}"
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(  # noqa: S704 - cleaned by the allow-list
        nh3.clean(
            html,
            tags=set(_TAGS),
            attributes={k: set(v) for k, v in _ATTRIBUTES.items()},
            url_schemes=set(_SCHEMES),
            link_rel="nofollow ugc noopener noreferrer",
        )
    )


def plain_excerpt(text: str | None, length: int = 240) -> str:
    """Return the first words of a Markdown text without its marks."""
    if not text:
        return ""
    html = str(render_markdown(text[: 8 * length]))
    words = " ".join(Markup(html).striptags().split())  # noqa: S704 - cleaned just before
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(",.;:") + " …"
