"""How the parts of the gate say no."""

from __future__ import annotations

from typing import NoReturn

from cytotheca.extensions.dc_schemas.measurement.verdict import Verdict, VerdictKind

REPACK = "Repack it with dclab-repack on the computer that has all the files."
COMPRESS = "Rewrite it with dclab-compress."
REWRITE = "Export the measurement again with dclab."


class Found(Exception):
    """The scan ends here; carries the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


def refuse(path: str, reason: str, way_out: str) -> NoReturn:
    """End the scan because of the object at ``path``."""
    raise Found(
        Verdict(
            kind=VerdictKind.REFUSED,
            reason=reason,
            object_path=_shorten(path),
            way_out=way_out,
        )
    )


def _shorten(path: str) -> str:
    """Keep messages readable, whatever names the file has."""
    printable = "".join(letter if letter.isprintable() else "�" for letter in path)
    return printable if len(printable) <= 200 else f"{printable[:120]}…{printable[-60:]}"  # noqa: PLR2004
