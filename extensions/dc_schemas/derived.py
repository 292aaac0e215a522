"""Files made of a measurement: how a kind of them is declared, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from cytotheca.core.plugins.toolkit import Artifact, Resource, Site
from cytotheca.extensions.dc_schemas.inspection import Known, Source

Row = TypeVar("Row")
Make = Callable[[Site, Source, Known, Path], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A kind of file that is made of each measurement.

    Parameters
    ----------
    artifact:
        where such files are in the store
    row:
        mapped class that notes what was made; has ``resource_id`` (its key) and ``etag``, which
        names the original's bytes
    make:
        writes the file to a path in a folder of its own and returns the row's further columns;
        raises ``Refused`` if nothing can be made of the measurement
    job, queue, title:
        of the background job
    file_name:
        last part of the download's address
    suffix:
        of the download's name; None for that of the original
    missing:
        what is said where no file was made
    folder:
        returns where such files are made; None for the storage's own place
    """

    artifact: Artifact
    row: type[Any]
    make: Make
    job: str
    queue: str
    title: str
    file_name: str
    missing: str
    suffix: str | None = None
    folder: Callable[[Site], Path | None] = lambda site: None  # noqa: ARG005


def find_made(session: Session, row: type[Row], resource_id: str) -> Row | None:
    """Return the row of what was made of a resource's present file, or None; one statement.

    What was made of a file that has been replaced is nothing of the new one.
    """
    noted: Any = row
    return session.scalar(
        select(row)
        .join(Resource, Resource.id == noted.resource_id)
        .where(
            noted.resource_id == resource_id,
            or_(Resource.etag.is_(None), Resource.etag == noted.etag),
        )
    )


def forget_made(session: Session, row: Any, package_id: str) -> None:
    """Drop the rows of a dataset that goes; one statement."""
    gone = select(Resource.id).where(Resource.package_id == package_id)
    session.execute(delete(row).where(row.resource_id.in_(gone)))
