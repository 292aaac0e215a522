"""What the gate says about a file, and the errors that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """Why a file may be read, or not."""

    SAFE = "safe"
    """A measurement that refers to nothing outside itself."""

    NOT_HDF5 = "not_hdf5"
    """Not an HDF5 file at all (or truncated before its first group)."""

    NOT_A_MEASUREMENT = "not_a_measurement"
    """Harmless HDF5 without events."""

    DAMAGED = "damaged"
    """HDF5 that breaks off or contradicts itself."""

    REFUSED = "refused"
    """It points outside itself, or is built to exhaust its reader."""

    UNREADABLE = "unreadable"
    """Its reader crashed or hit a limit; nothing of it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer for one file.

    Attributes
    ----------
    kind:
        see :class:`VerdictKind`
    reason:
        one sentence for the uploader; empty if safe
    object_path:
        the HDF5 object concerned, such as ``/events/deform``; empty for the whole file
    way_out:
        what the uploader can do about it; empty if nothing
    """

    kind: VerdictKind
    reason: str = ""
    object_path: str = ""
    way_out: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether readers may open the file."""
        return self.kind is VerdictKind.SAFE

    @property
    def sentence(self) -> str:
        """Reason, place and way out as one text for people."""
        place = f" ({self.object_path})" if self.object_path else ""
        advice = f" {self.way_out}" if self.way_out else ""
        return f"{self.reason}{place}.{advice}" if self.reason else ""


class MeasurementError(Exception):
    """A file could not be used; the text is for the uploader."""


class Unreadable(MeasurementError):
    """The child that read the file crashed, ran out of a limit, or answered nonsense."""


class Refused(MeasurementError):
    """The gate does not let the file through."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


class SandboxUnavailable(Exception):
    """No child process could be started, or it was killed: not the file's fault; try again."""
