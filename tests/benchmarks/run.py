"""Run all benchmarks one after the other; ``make bench``, or ``make bench QUICK=1``."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = (
    "bench_search.py",
    "bench_datasets.py",
    "bench_opening.py",
    "bench_upload.py",
    "bench_memory.py",
    "bench_requests.py",
    "bench_readers.py",
)
QUICK_SIZES = ("200", "2000", "20000")


def main() -> None:
    """Run each script in a process of its own; exit with 1 if one of them failed."""
    quick = "--quick" in sys.argv[1:]
    failed = []
    for name in SCRIPTS:
        options = ["--quick"] if quick else []
        if name == "bench_search.py":
            options = list(QUICK_SIZES) if quick else []
        print(f"\n## {name}", flush=True)  # noqa: T201
        begin = time.monotonic()
        script = Path(__file__).with_name(name)
        if subprocess.run([sys.executable, script, *options], check=False).returncode:
            failed.append(name)
        print(f"({time.monotonic() - begin:.0f} s)", flush=True)  # noqa: T201
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
