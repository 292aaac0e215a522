"""Taking datasets over: fields, files, collaborators; each one whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from cytotheca.cli.importing.differences import lost_keys, missing_files
from cytotheca.cli.importing.downloads import Damaged, Promise, fetch, promise_of, take_in
from cytotheca.cli.importing.move import Move
from cytotheca.cli.importing.source import SourceBusy, SourceRefused
from cytotheca.core.domain.errors import ActionError
from cytotheca.core.schema.upload import UploadedFile

if TYPE_CHECKING:
    from cytotheca.core.storage.objects import IncomingFile

KIND = "dataset"
STORED = frozenset({"upload", "s3_upload"})
PLACES = frozenset({"s3_available", "s3_url"})
TROUBLE = (ActionError, SourceRefused, SourceBusy, httpx.HTTPError)


def take_dataset(move: Move, ref: str) -> None:
    """Take a dataset with its files; one that is here already stays as it is."""
    try:
        there = move.source.call("package_show", id=ref)
        here = move.find("package_show", there["id"])
        if here is not None:
            _compare(move, there, here)
            return
        if there.get("state") == "deleted":
            return
        values = _values(move, there)
        size = sum(promise_of(one).size_bytes or 0 for one in _files(there))
        proofs = sorted({promise_of(one).proof for one in _files(there)})
        if not move.dry_run:
            _create(move, there, values)
    except TROUBLE as error:
        move.report.refuse(KIND, ref, error)
        return
    count = sum(1 for _ in _files(there))
    detail = f"{count} files, {size} bytes, by {' '.join(proofs)}" if count else "no files"
    move.report.took(KIND, str(there["name"]), detail)


def _compare(move: Move, there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    missing = missing_files(there, here)
    if missing:
        why = f"is here, but its files differ: {', '.join(missing)}"
        move.report.refuse(KIND, str(there["name"]), why)
    else:
        move.report.found(KIND, str(there["name"]))


def _values(move: Move, there: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dataset as it is to be here. Raises ``SourceRefused`` without its circle."""
    owner = there.get("owner_org")
    if owner and owner not in move.circles:
        raise SourceRefused("its circle was not taken")
    groups = [one["id"] for one in there.get("groups") or () if one.get("id") in move.collections]
    tags = [{"name": tag["name"]} for tag in there.get("tags") or ()]
    values = dict(there) | {
        "owner_org": move.circles[owner] if owner else None,
        "groups": [{"id": move.collections[one]} for one in groups],
        "tags": tags,
        "creator_user_id": move.people.get(str(there.get("creator_user_id"))),
        "resources": [_resource(one) for one in there.get("resources") or ()],
    }
    if there.get("author") and not there.get("authors"):
        values["authors"] = there["author"]
    return values


def _resource(there: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in there.items() if key not in PLACES}


def _files(dataset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the resources whose files the other site keeps; links stay links."""
    return (one for one in dataset.get("resources") or () if one.get("url_type") in STORED)


def _create(move: Move, there: Mapping[str, Any], values: dict[str, Any]) -> None:
    by_id = {one["id"]: one for one in values["resources"]}
    parts = []
    with ExitStack() as stack:
        for resource in _files(there):
            part, upload = _bring(move, str(there["id"]), resource)
            stack.callback(upload.incoming.discard)
            parts.append(part)
            by_id[resource["id"]]["upload"] = upload
        saved = move.call("dataset_import", values)
    for part in parts:
        part.unlink(missing_ok=True)
    lost = lost_keys(there, saved)
    if lost:
        move.report.note(KIND, str(there["name"]), f"not kept: {', '.join(lost)}")
    _share(move, there)


def _bring(move: Move, dataset_id: str, resource: Mapping[str, Any]) -> tuple[Path, UploadedFile]:
    """Fetch a file; one that came damaged is fetched once more, from its beginning."""
    tail = str(resource.get("url") or "").rsplit("/", 1)[-1] or "file"
    path = f"/dataset/{dataset_id}/resource/{resource['id']}/download/{tail}"
    part = move.folder / f"{resource['id']}.part"
    name = str(resource.get("name") or tail)
    try:
        try:
            incoming = _fetch_whole(move, path, part, promise_of(resource))
        except Damaged:
            incoming = _fetch_whole(move, path, part, promise_of(resource))
    except SourceRefused as error:
        raise SourceRefused(f"{name}: {error}") from error
    return part, UploadedFile(filename=name, incoming=incoming)


def _fetch_whole(move: Move, path: str, part: Path, promise: Promise) -> IncomingFile:
    fetch(move.source, path, part)
    try:
        return take_in(move.site.store, part, promise)
    except Damaged:
        part.unlink()
        raise


def _share(move: Move, there: Mapping[str, Any]) -> None:
    """Give the dataset's collaborators their roles, where both sites know such."""
    try:
        listed = move.source.call("package_collaborator_list", id=there["id"])
    except SourceRefused:
        return
    for one in listed:
        problem = _share_with(move, there, one)
        if problem:
            text = f"collaborator {one['user_id']}: {problem}"
            move.report.note(KIND, str(there["name"]), text)


def _share_with(move: Move, there: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Give one collaborator the role; return what hinders it, if anything."""
    user_id = move.people.get(one["user_id"])
    if user_id is None:
        return "was not taken"
    given = {"id": there["id"], "user_id": user_id, "capacity": one["capacity"]}
    try:
        move.call("package_collaborator_create", given)
    except ActionError as error:
        return str(error)
    return ""
