"""The main job, done once: make measurements, upload them, publish them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn

from cytotheca.cli.demo.api import Api, ApiError
from cytotheca.cli.demo.measurements import SAMPLES, Sample, write_measurement

CIRCLE = "demo-lab"
TITLE = "HL60 cells: stiffness after cytochalasin D and differentiation (generated)"
NOTES = """\
Three **generated** measurements that show what a dataset looks like here: a control, cells softened
by cytochalasin D, and differentiated cells. No cells were measured.
"""
JOBS_SECONDS = 300
LOOK_SECONDS = 0.5

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A published dataset."""

    dataset_id: str
    name: str
    resource_ids: tuple[str, ...]


def find_deposit(api: Api) -> Deposit | None:
    """Return the published dataset of an earlier run; purge unfinished ones."""
    found = api.call("package_search", q=f'title:"{TITLE}"', include_drafts=True, rows=10)
    published = None
    for dataset in found["results"]:
        if dataset["state"] == "active":
            published = _deposit_of(dataset)
        else:
            api.call("package_delete", id=dataset["id"])
            api.call("dataset_purge", id=dataset["id"])
    return published


def make_deposit(api: Api, folder: Path, console: Console) -> Deposit:
    """Generate, upload, wait for the site's jobs, publish."""
    circle_id = _circle(api)
    files = generate(folder, console)
    dataset = api.call(
        "package_create",
        title=TITLE,
        notes=NOTES,
        authors="Cytotheca demo",
        license_id="CC0-1.0",
        owner_org=circle_id,
        private=False,
        state="draft",
        tags=[{"name": "HL60"}, {"name": "generated"}],
    )
    upload(api, dataset["id"], circle_id, files, console)
    await_jobs(api, dataset["id"], console)
    published = api.call("package_revise", match={"id": dataset["id"]}, update={"state": "active"})[
        "package"
    ]
    return _deposit_of(published)


def generate(folder: Path, console: Console) -> list[Path]:
    """Write the three measurements into a folder, with progress."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{sample.name.lower().replace(' ', '-')}.rtdc" for sample in SAMPLES]
    with _bars(console, MofNCompleteColumn(), TextColumn("events")) as bars:
        for file, sample in zip(files, SAMPLES, strict=True):
            _generate_one(bars, file, sample)
    return files


def _generate_one(bars: Progress, file: Path, sample: Sample) -> None:
    task = bars.add_task(f"measure {sample.name}", total=sample.events)
    write_measurement(file, sample, lambda count: bars.advance(task, count))


def upload(api: Api, dataset_id: str, circle_id: str, files: list[Path], console: Console) -> None:
    """Send the files and add them to the dataset, with progress."""
    with _bars(console, DownloadColumn()) as bars:
        for file in files:
            resource_id = _upload_one(bars, api, circle_id, file)
            api.call(
                "package_revise",
                match={"id": dataset_id},
                update__resources__extend=[
                    {"id": resource_id, "name": file.name, "s3_available": True}
                ],
            )


def _upload_one(bars: Progress, api: Api, circle_id: str, file: Path) -> str:
    task = bars.add_task(f"upload {file.name}", total=file.stat().st_size)
    return api.upload(file, circle_id, lambda count: bars.advance(task, count))


def await_jobs(api: Api, dataset_id: str, console: Console) -> None:
    """Wait until every file has its checksum, metadata, condensed file and preview.

    Raises
    ------
    ApiError
        If that takes too long; the text says what is missing.
    """
    deadline = time.monotonic() + JOBS_SECONDS
    with _bars(console, MofNCompleteColumn(), TextColumn("steps")) as bars:
        task = bars.add_task("checksums, metadata, condensed files, previews", total=None)
        while True:
            steps = _steps(api, api.call("package_show", id=dataset_id))
            done = sum(steps.values())
            bars.update(task, total=len(steps), completed=done)
            if done == len(steps):
                return
            if time.monotonic() > deadline:
                missing = ", ".join(name for name, is_done in steps.items() if not is_done)
                raise ApiError(f"not done after {JOBS_SECONDS} s: {missing}")
            time.sleep(LOOK_SECONDS)


def _steps(api: Api, dataset: Json) -> dict[str, bool]:
    steps: dict[str, bool] = {}
    for resource in dataset["resources"]:
        name, base = resource["name"], f"/dataset/{dataset['id']}/resource/{resource['id']}"
        steps[f"checksum of {name}"] = bool(resource.get("sha256"))
        steps[f"metadata of {name}"] = "dc:setup:channel width" in resource
        steps[f"condensed file of {name}"] = api.has(f"{base}/condensed.rtdc")
        steps[f"preview of {name}"] = api.has(f"{base}/preview.jpg")
    return steps


def _circle(api: Api) -> str:
    own = api.call("organization_list_for_user", permission="create_dataset")
    for circle in own:
        if circle["name"] == CIRCLE:
            return str(circle["id"])
    made = api.call("organization_create", name=CIRCLE, title="Demo laboratory")
    return str(made["id"])


def _deposit_of(dataset: Json) -> Deposit:
    return Deposit(
        dataset_id=dataset["id"],
        name=dataset["name"],
        resource_ids=tuple(resource["id"] for resource in dataset["resources"]),
    )


@contextmanager
def _bars(console: Console, *columns: Any) -> Iterator[Progress]:
    shown = (TextColumn("{task.description}"), BarColumn(), *columns)
    with Progress(*shown, console=console) as bars:
        yield bars
