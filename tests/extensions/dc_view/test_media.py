"""Media have the names that dclab gives them, and saving does not wait for dclab."""

from __future__ import annotations

import subprocess
import sys

from dclab.features.emodulus.viscosity import ALIAS_MEDIA

from cytotheca.extensions.dc_view.media import medium_name

SAVES = """
import sys
from cytotheca.extensions.dc_view.listing import MEDIUM, name_media

document = {MEDIUM: ["CellCarrierB", "0.6% MC-PBS", "alginate"]}
name_media(document)
assert document[MEDIUM] == ["0.59% MC-PBS", "alginate"], document
assert "dclab" not in sys.modules
"""


def test_all_names_that_dclab_knows_are_known():
    assert {alias: medium_name(alias) for alias in ALIAS_MEDIA} == ALIAS_MEDIA


def test_other_media_keep_their_names():
    assert medium_name("Alginate 2%") == "Alginate 2%"


def test_a_document_is_made_without_loading_dclab():
    subprocess.run([sys.executable, "-c", SAVES], check=True, timeout=60)
