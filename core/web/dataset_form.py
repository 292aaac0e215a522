"""The form of a dataset's metadata: what it holds, and what its values mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request

from cytotheca.core.runtime.context import Context
from cytotheca.core.web.forms import MAX_TEXT, Form, text_fields

Shown = Mapping[str, Any]

TEXTS: Final = ("title", "name", "notes", "tag_string", "license_id", "owner_org", "version",
                "url", "author", "author_email", "maintainer", "maintainer_email")  # fmt: skip
EMPTY_EXTRAS: Final = 3
MAX_EXTRAS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFormPage:
    """Variables of ``package/edit.html``; ``pkg`` is empty for a new dataset.

    ``added`` are texts that extensions have added to datasets.
    """

    pkg: Shown
    form: Form
    licenses: Sequence[tuple[str, str]]
    circles: Sequence[tuple[str, str]]
    added: Sequence[str]
    extras: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def form_page(context: Context, dataset: Shown, form: Form) -> DatasetFormPage:
    """Return the variables of the form."""
    licenses = [(one["id"], one["title"]) for one in context.call("license_list")]
    present = str(form.values.get("license_id") or "")
    if present not in dict(licenses):
        licenses.insert(0, (present, present))
    extras = form.values.get("extras") or ()
    free = [{"key": "", "value": ""}] * EMPTY_EXTRAS
    return DatasetFormPage(
        pkg=dataset,
        form=form,
        licenses=[("", "Not given"), *licenses] if present else licenses,
        circles=_circles(context, dataset),
        added=text_additions(context, dataset),
        extras=[*extras, *free],
    )


def text_additions(context: Context, dataset: Shown) -> list[str]:
    """Return the added fields that hold texts."""
    names = sorted(context.site.schemas.added)
    return [name for name in names if isinstance(dataset.get(name, ""), str | None)]


def values_of(dataset: Shown) -> dict[str, Any]:
    """Return what the form shows of a dataset."""
    names = ", ".join(tag["name"] for tag in dataset.get("tags", ()))
    return {**dataset, "tag_string": names, "private": "true" if dataset["private"] else "false"}


def sent_dataset(added: Sequence[str]) -> dict[str, Any]:
    """Return the values that the form was sent with, as it shows them."""
    given: dict[str, Any] = text_fields(*TEXTS, *added, "private")
    given["extras"] = _sent_extras()
    return given


def as_update(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's values as the actions take them."""
    words = str(given.get("tag_string", "")).split(",")
    tags = [{"name": word.strip()} for word in words if word.strip()]
    kept = {key: value for key, value in given.items() if key != "tag_string"}
    return {**kept, "tags": tags}


def differences(dataset: Shown, given: Mapping[str, Any]) -> dict[str, str]:
    """Return field → the stored text, where it is not what was typed."""
    stored = values_of(dataset)
    names = [name for name in given if name != "extras"]
    return {
        name: str(stored.get(name) or "")
        for name in names
        if str(stored.get(name) or "") != str(given[name] or "")
    }


def _sent_extras() -> list[dict[str, str]]:
    keys = request.form.getlist("extra_key")[:MAX_EXTRAS]
    values = request.form.getlist("extra_value")[:MAX_EXTRAS]
    pairs = zip(keys, values, strict=False)
    return [
        {"key": key.strip(), "value": value.replace("\r\n", "\n")[:MAX_TEXT]}
        for key, value in pairs
        if key.strip()
    ]


def _circles(context: Context, dataset: Shown) -> list[tuple[str, str]]:
    found = context.call("organization_list_for_user", {"permission": "create_dataset"})
    circles = {one["id"]: one["display_name"] for one in found}
    owner = dataset.get("organization")
    if owner:
        circles.setdefault(owner["id"], owner["title"] or owner["name"])
    return list(circles.items())
