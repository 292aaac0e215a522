"""The parent side of the measurement room: one method a task, plain values back.

A process keeps one :class:`MeasurementRoom`; worker processes that fork a child per job call
:meth:`MeasurementRoom.warm_up` before the first fork, so that all jobs share one prepared zygote.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from cytotheca.extensions.dc_schemas.measurement.results import (
    BasinLink,
    CondensedFacts,
    Inspection,
    PreviewFacts,
)
from cytotheca.extensions.dc_schemas.measurement.sandbox import Answer, Sandbox
from cytotheca.extensions.dc_schemas.measurement.verdict import (
    Refused,
    Unreadable,
    Verdict,
    VerdictKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cytotheca.extensions.dc_schemas.measurement.limits import Limits

CONDENSE_GENERATOR = "cytotheca-condense/1"
PREVIEW_GENERATOR = "cytotheca-preview/1"
_BLOCK_BYTES = 1024**2

T = TypeVar("T")


class MeasurementRoom:
    """Reads uploads in confined child processes.

    Parameters
    ----------
    limits:
        of a child; the defaults suit files of 100 000 events with images
    run_dir:
        where sockets and caches of the zygote live; the temporary folder by default. Keep it
        short: a socket's address has at most 107 bytes.

    Notes
    -----
    Safe to use from several threads and after ``fork``. A zygote that died is replaced.
    """

    def __init__(self, *, limits: Limits | None = None, run_dir: Path | None = None) -> None:
        self._sandbox = Sandbox(limits=limits, run_dir=run_dir)

    def warm_up(self) -> None:
        """Start the zygote now (about two seconds) instead of at the first task."""
        self._sandbox.start()

    def close(self) -> None:
        """End the zygote, if this process started it."""
        self._sandbox.close()

    def inspect(self, path: Path, *, with_sha256: bool = False) -> Inspection:
        """Scan a file and collect its facts.

        Never raises because of the file: a crash, a limit or a refusal is in the verdict.

        Raises
        ------
        SandboxUnavailable
            if no child could be started
        FileNotFoundError
            if there is no file
        """
        try:
            with self._sandbox.run("inspect", path, {"with_sha256": with_sha256}) as answer:
                return _checked(Inspection, answer)
        except Unreadable as error:
            return _describe_unreadable(path, error)

    def condense(
        self,
        path: Path,
        out: Path,
        *,
        basins: Sequence[BasinLink],
        source_name: str = "",
        expect_sha256: str | None = None,
    ) -> CondensedFacts:
        """Write the condensed file of a measurement to ``out`` (replaced atomically).

        Parameters
        ----------
        source_name:
            file name noted in the log ``dclab-condense``
        expect_sha256:
            condense these bytes or none; costs reading the file once more

        Raises
        ------
        Refused
            by the gate, or because the bytes are not those of ``expect_sha256``
        Unreadable
            if the child crashed, hit a limit, or dclab failed on the file
        SandboxUnavailable
            if no child could be started
        """
        params = {
            "basins": [asdict(link) for link in basins],
            "source_name": Path(source_name).name or "measurement.rtdc",
            "expect_sha256": expect_sha256,
        }
        with self._sandbox.run("condense", path, params, workdir=out.parent) as answer:
            _raise_refusal(answer)
            collected = _collect(answer, "condensed.rtdc", out)
            return _checked(
                CondensedFacts, answer, extra={**collected, "generator": CONDENSE_GENERATOR}
            )

    def draw_preview(
        self, path: Path, out: Path, *, expect_sha256: str | None = None
    ) -> PreviewFacts:
        """Draw ``preview.jpg`` of a measurement to ``out`` (replaced atomically).

        Raises
        ------
        Refused, Unreadable, SandboxUnavailable
            as :meth:`condense`
        """
        params = {"expect_sha256": expect_sha256}
        with self._sandbox.run("preview", path, params, workdir=out.parent) as answer:
            _raise_refusal(answer)
            collected = _collect(answer, "preview.jpg", out)
            return _checked(
                PreviewFacts, answer, extra={**collected, "generator": PREVIEW_GENERATOR}
            )


def dcor_basins(site_url: str, resource_id: str, s3_url: str) -> tuple[BasinLink, ...]:
    """Return the three basins of a condensed file that lead to its original."""
    dcserv = f"{site_url.rstrip('/')}/api/3/action/dcserv?id={resource_id}"
    return (
        BasinLink(
            name="DCOR dcserv",
            format="dcor",
            url=dcserv,
            description="Original access via DCOR API",
        ),
        BasinLink(
            name="DCOR direct S3",
            format="s3",
            url=s3_url,
            description="Direct access via S3",
        ),
        BasinLink(
            name="DCOR public S3 via HTTP",
            format="http",
            url=s3_url,
            description="Public resource access via HTTP",
        ),
    )


def _describe_unreadable(path: Path, error: Unreadable) -> Inspection:
    verdict = Verdict(kind=VerdictKind.UNREADABLE, reason=str(error))
    return Inspection(
        verdict=verdict,
        size_bytes=path.stat().st_size,
        sha256=None,
        facts=None,
        valid=False,
        problem=verdict.sentence,
        cues=[],
        sandbox_layers=[],
    )


def _raise_refusal(answer: Answer) -> None:
    """Raise ``Refused`` if the gate said no."""
    try:
        verdict = TypeAdapter(Verdict).validate_python(answer.result["verdict"])
    except (ValidationError, KeyError, TypeError) as error:
        raise Unreadable("can't be read safely: its reader broke off") from error
    if not verdict.is_safe:
        raise Refused(verdict)


def _checked(kind: type[T], answer: Answer, extra: Mapping[str, Any] | None = None) -> T:
    """Build a result from what the child wrote; a child is believed in nothing, not even shape."""
    try:
        values = {**answer.result, **(extra or {}), "sandbox_layers": answer.layers}
        return TypeAdapter(kind).validate_python(values)
    except (ValidationError, TypeError) as error:
        raise Unreadable("can't be read safely: its reader broke off") from error


def _collect(answer: Answer, name: str, out: Path) -> dict[str, Any]:
    """Take a file out of the scratch folder; return its size and digest.

    Only a plain file with one name is taken: a child could leave a link to anything.
    """
    try:
        fd = os.open(answer.scratch / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable("can't be read safely: its reader broke off") from error
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise Unreadable("can't be read safely: its reader broke off")
        digest = hashlib.sha256()
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
        os.fsync(fd)
    shutil.move(answer.scratch / name, out)
    return {"size_bytes": found.st_size, "sha256": digest.hexdigest()}
