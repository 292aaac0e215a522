"""Pairs of timings, and how they are printed.

The machine is rarely quiet. Two things are compared by doing them in turns, and by the median of
the pairs' ratios: what slows one of a pair down usually slows down the other.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MB = 1_000_000
GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Seconds of two things that were done in turns."""

    ours: tuple[float, ...]
    peers: tuple[float, ...]

    @property
    def our_s(self) -> float:
        """The median of ours."""
        return statistics.median(self.ours)

    @property
    def peer_s(self) -> float:
        """The median of the peer's."""
        return statistics.median(self.peers)

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios, ours to the peer's."""
        pairs = zip(self.ours, self.peers, strict=True)
        return statistics.median(our / peer for our, peer in pairs)


def seconds_of(work: Callable[[], object]) -> float:
    """Do something once and return how long it took."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_turns(
    ours: Callable[[], float], peer: Callable[[], float], pairs: int, *, warm: bool = True
) -> Pairs:
    """Take both timings in turns; the order within a pair alternates."""
    if warm:
        ours(), peer()
    taken: list[tuple[float, float]] = []
    for turn in range(pairs):
        if turn % 2:
            second = peer()
            taken.append((ours(), second))
        else:
            taken.append((ours(), peer()))
    return Pairs(ours=tuple(one for one, _ in taken), peers=tuple(other for _, other in taken))


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that is legible in a terminal and in Markdown."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n### {title}\n")  # noqa: T201
    for number, line in enumerate(lines):
        cells = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print(f"| {' | '.join(cells)} |")  # noqa: T201
        if number == 0:
            print(f"|{'|'.join('-' * (width + 2) for width in widths)}|")  # noqa: T201
    print(flush=True)  # noqa: T201


def milliseconds(seconds: float) -> str:
    """Return a short time as text."""
    return f"{1000 * seconds:.1f} ms"


def times(ratio: float) -> str:
    """Return a ratio as text."""
    return f"x{ratio:.2f}"


def quick_wanted(description: str | None) -> bool:
    """Read the command line that all benchmarks share: ``--quick`` takes smaller sizes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer pairs")
    return bool(parser.parse_args().quick)
