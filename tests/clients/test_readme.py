"""The first upload of the README, as printed: its blocks, one after the other, in one shell."""

import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
INSTALL = "python3.11 -m venv tools && tools/bin/pip install dclab dcoraid ckanapi\n"


@pytest.fixture
def blocks(site):
    """The blocks of "First upload", for this site; its programs are installed already."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = text.split("## First upload in five minutes\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^```sh\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)
    assert INSTALL in found[1]
    return [one.replace("127.0.0.1:5000", site.url.removeprefix("http://")) for one in found]


@pytest.fixture
def place(beads, tmp_path):
    """A folder with the measurement, and the programs under the README's name."""
    shutil.copyfile(beads, tmp_path / "cells.rtdc")
    (tmp_path / "tools").symlink_to(sys.prefix)
    return tmp_path


def run(script, place, token):
    return subprocess.run(
        ["bash", "-c", script.replace(INSTALL, "")],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "HOME": str(place), "TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_blocks_upload_open_and_upload_again(site, blocks, place):
    first, opening, task, search, _ = blocks
    done = run(f"{first}{first}{opening}{task}{search}", place, site.people["ed"].token)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = re.findall(r"^published (\S+)$", done.stderr, re.MULTILINE)
    assert len(set(pages)) == 2
    assert "the measurement is resource " in done.stdout
    assert re.search(r"^47 0\.\d+ \(80, 250\)$", done.stdout, re.MULTILINE)
    assert '"title": "More cells"' in done.stdout
    found = site.people[""].get("package_search", q="title:(First OR More) AND organization:my-lab")
    states = [one["state"] for one in found.result["results"]]
    assert states == ["active"] * 3
    for one in found.result["results"]:
        site.people["ada"].post("dataset_purge", id=one["id"])


def test_r_reads_what_there_is(site, desk, blocks, beads, place, program):
    """A9."""
    program("Rscript")
    made = desk.measure(site.people["ed"], beads, title="Cells for R", private=False)
    done = run(blocks[-1], place, "")
    assert done.returncode == 0, done.stderr
    assert "Cells for R" in done.stdout
    assert made.dataset["id"] in done.stdout


def test_a_refusal_is_printed_and_stops_the_block(blocks, place):
    done = run(blocks[0], place, "not-a-token")
    assert done.returncode != 0
    assert "refused: " in done.stderr
    assert "Access denied" in done.stderr
    assert "the API token sent is unknown, revoked or expired" in done.stderr
    assert "Traceback" not in done.stderr
    assert "published" not in done.stderr
    assert "the measurement" not in done.stdout
