"""Five lines for the user's own Python, printed and, with ``--once``, run as printed."""

from __future__ import annotations

import subprocess
import sys
from string import Template
from urllib.parse import urlsplit

TEXT = Template("""\
import dclab
with dclab.new_dataset("$resource_id", host="$host", use_ssl=$use_ssl) as ds:
    print(len(ds), "events of", ds.config["experiment"]["sample"])
    print("mean deformation", round(float(ds["deform"][:].mean()), 4))
    print("image of the first event", ds["image"][0].shape)
""")


def snippet_for(url: str, resource_id: str) -> str:
    """Return the lines that open a resource of the site at ``url``."""
    parts = urlsplit(url)
    return TEXT.substitute(
        resource_id=resource_id, host=parts.netloc, use_ssl=parts.scheme == "https"
    )


def run_snippet(text: str) -> str:
    """Run the lines in a Python of their own and return what they print.

    Raises
    ------
    RuntimeError
        If they fail; the text holds the last line of the failure.
    """
    done = subprocess.run(  # noqa: S603 - the lines are ours
        [sys.executable, "-P", "-c", text], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"the snippet failed: {last[0]}")
    return done.stdout
