"""The core's own ways to look at a file: picture, text, table.

Pictures are shown by their address; texts and tables are read here, no further
than a page can show. Nothing of a file ever becomes part of a page as HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from cytotheca.core.actions.resource_files import locate_file
from cytotheca.core.domain.downloads import content_type
from cytotheca.core.domain.table_preview import decode_text, preview_table, whole_lines
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.views import ViewSpec

MAX_BYTES: Final = 256 * 1024
TABLE_ENDINGS: Final = (".csv", ".tsv", ".tab")
TEXT_ENDINGS: Final = (".txt", ".log", ".md", ".rst", ".json", ".xml", ".yaml", ".yml", ".toml",
                       ".ini", ".cfg", ".py", ".r", ".m")  # fmt: skip

Shown = Mapping[str, Any]


def is_picture(resource: Shown, dataset: Shown) -> bool:
    """Tell whether a file is a picture that browsers show in place; drawings can hold scripts."""
    del dataset
    return _is_here(resource) and content_type(_name(resource)).startswith("image/")


def is_table(resource: Shown, dataset: Shown) -> bool:
    """Tell whether a file is a table in a text file."""
    del dataset
    return _is_here(resource) and _name(resource).endswith(TABLE_ENDINGS)


def is_text(resource: Shown, dataset: Shown) -> bool:
    """Tell whether a file is a text to be read."""
    del dataset
    return _is_here(resource) and _name(resource).endswith(TEXT_ENDINGS)


def show_picture(context: Context, resource: Shown, dataset: Shown) -> dict[str, Any]:
    """Return the address of a picture."""
    del context
    base = f"/dataset/{dataset['id']}/resource/{resource['id']}/download"
    return {"address": f"{base}/{quote(_name(resource))}"}


def show_text(context: Context, resource: Shown, dataset: Shown) -> dict[str, Any]:
    """Return the beginning of a text."""
    data, is_cut = _read_head(context, resource, dataset)
    text = decode_text(data)
    return {"text": whole_lines(text) if is_cut else text, "is_cut": is_cut}


def show_table(context: Context, resource: Shown, dataset: Shown) -> dict[str, Any]:
    """Return the beginning of a table."""
    data, is_cut = _read_head(context, resource, dataset)
    return {"table": preview_table(decode_text(data), is_cut=is_cut)}


def _read_head(context: Context, resource: Shown, dataset: Shown) -> tuple[bytes, bool]:
    """Return the first bytes of a file, and whether there are more."""
    found = locate_file(context, dataset["id"], resource["id"])
    if found.ref is None:
        raise LookupError("the file is not on the site")
    with context.site.store.open(found.ref) as file:
        data = file.read(MAX_BYTES + 1)
    return data[:MAX_BYTES], len(data) > MAX_BYTES


def _is_here(resource: Shown) -> bool:
    return bool(resource.get("url_type"))


def _name(resource: Shown) -> str:
    return str(resource.get("name") or resource.get("url") or "").lower()


FILE_VIEWS = (
    ViewSpec(
        name="image_view",
        title="Picture",
        template="package/views/image.html",
        icon="image",
        applies=is_picture,
        variables=show_picture,
    ),
    ViewSpec(
        name="datatables_view",
        title="Table",
        template="package/views/table.html",
        icon="table",
        applies=is_table,
        variables=show_table,
    ),
    ViewSpec(
        name="text_view",
        title="Text",
        template="package/views/text.html",
        icon="text",
        applies=is_text,
        variables=show_text,
    ),
)
