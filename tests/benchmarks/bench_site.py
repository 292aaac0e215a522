"""Sites that live as long as one benchmark, in a folder where every file of theirs is seen."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from acceptance.site import found_site, raze_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acceptance.site import Site


@contextmanager
def bench_folder() -> Iterator[Path]:
    """Give a folder that is also the temporary folder of all that is started inside."""
    before = os.environ.get("TMPDIR")  # noqa: TID251 - inherited by the site's processes
    folder = Path(tempfile.mkdtemp(prefix="cyt-bench-"))
    os.environ["TMPDIR"] = str(folder)  # noqa: TID251
    tempfile.tempdir = None
    try:
        yield folder
    finally:
        tempfile.tempdir = None
        os.environ.pop("TMPDIR")  # noqa: TID251
        if before is not None:
            os.environ["TMPDIR"] = before  # noqa: TID251
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_site(options: Mapping[str, str]) -> Iterator[Site]:
    """Give a running site; its object store and temporary files lie in the bench folder."""
    no_limits = dict.fromkeys(
        ("cytotheca.api.calls_per_minute", "cytotheca.api.anonymous_calls_per_minute"), "0"
    )
    site = found_site(no_limits | options)
    try:
        yield site
    finally:
        raze_site(site)
