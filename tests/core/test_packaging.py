"""The package as it is installed: every folder, and every file that is not Python."""

from __future__ import annotations

import configparser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest

ROOT = pathlib.Path(__file__).parents[2]
ROOMS = ("core", "extensions", "cli", "migrations", "themes")


def listed_packages() -> set[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return set(parser["options"]["packages"].split())


def packages_on_disk() -> set[str]:
    return {
        "cytotheca." + ".".join(folder.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for folder in (ROOT / room).rglob("__init__.py")
        if "data" not in folder.parts[len(ROOT.parts) :]  # the model of an extension
    }


def test_the_listed_packages_are_those_on_disk():
    assert listed_packages() == packages_on_disk()


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ()), ("requirements-dev.lock", ("test", "dev"))]
)
def test_the_lock_files_hold_every_dependency(lock, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    locked = {name_of(line) for line in (ROOT / lock).read_text().splitlines() if "==" in line}
    assert {name_of(one) for one in wanted} - locked == set(), "run: make lock"


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0].lower().replace("_", "-") if found else ""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """The wheel of a copy of the sources, built without the network."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    source.mkdir()
    for name in (*ROOMS, "setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", place, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = place.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_every_file_of_every_room(wheel):
    packed = {name.removeprefix("cytotheca/") for name in wheel.namelist()}
    sources = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    documents = {name for name in sources if pathlib.Path(name).name == "README.md"}
    assert sources - documents - packed == set()


def test_the_wheel_works_without_the_sources(wheel, tmp_path):
    wheel.extractall(tmp_path / "installed")
    program = (
        "from importlib.resources import files; import cytotheca.core as core;"
        "assert 'installed' in core.__path__[0], core.__path__;"
        "assert (files('cytotheca.migrations') / 'script.py.mako').is_file();"
        "assert (files('cytotheca.themes') / 'default' / 'templates').is_dir();"
        "from cytotheca.core.site_factory import create_site"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", program],
        env={"PYTHONPATH": os.pathsep.join([str(tmp_path / "installed"), *site_packages()])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def site_packages() -> list[str]:
    """Return the folders of the libraries; without the hook of an editable install."""
    return [path for path in sys.path if path.endswith("site-packages")]
