"""A temporary site with the extension; no server and no queue are needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cytotheca.core.testing import TemporarySite, temporary_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[TemporarySite]:
    """A site of the test's own, with a circle named ``lab``."""
    with temporary_site(tmp_path, "sampleshelf") as made:
        made.call("organization_create", {"name": "lab"})
        yield made
