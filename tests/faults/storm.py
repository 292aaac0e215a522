"""R1, R2 at scale: ``make storm``. Fifty uploads, a hundred kills; nothing may be missing.

Takes some ten minutes; ``--seed`` repeats the same choices.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from acceptance.site import found_site, raze_site
from acceptance.storm import Storm

BEADS = Path(__file__).resolve().parents[3] / "shared" / "data" / "calibration_beads_47.rtdc"


def main() -> None:
    """Run the storm and tell what came of it; exit with 1 if something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=BEADS, help="a measurement")
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pause", type=float, default=3, help="longest pause between kills, s")
    parser.add_argument("--patience", type=float, default=900, help="seconds until all is there")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    site = found_site({"cytotheca.jobs.lease_seconds": "8"})
    try:
        missing = weather(site, given)
        failed = site.cli("jobs", "failed")
    finally:
        raze_site(site)
    print("\n".join(missing), failed, sep="\n")  # noqa: T201
    sys.exit(1 if missing else 0)


def weather(site, given: argparse.Namespace) -> list[str]:
    """Let the storm go over a site; return what is missing when patience is at its end."""
    storm = Storm(
        site=site,
        client=site.people["ed"],
        path=given.file,
        seed=given.seed,
        longest_pause_s=given.pause,
        patience_s=given.patience,
    )
    print(f"seed {given.seed}", flush=True)  # noqa: T201
    begin = time.monotonic()
    storm.run(uploads=given.uploads, kills=given.kills)
    print(f"{time.monotonic() - begin:.0f} s of storm; killed: {storm.killed}", flush=True)  # noqa: T201
    end = time.monotonic() + given.patience
    while (missing := storm.missing()) and time.monotonic() < end:
        time.sleep(1)
    print(f"{time.monotonic() - begin:.0f} s until {len(missing)} things are missing")  # noqa: T201
    return missing


if __name__ == "__main__":
    main()
