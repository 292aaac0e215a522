"""Pages that show a measurement, and the field's words on all pages."""

import html
import re
import shutil

import h5py
import pytest


def visible_text(page):
    """Return what a reader sees of a page, blanks squeezed."""
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(bare))


def test_a_resource_page_tells_what_was_measured(nobody, public_beads):
    """dcor 45."""
    page = nobody.fetch(public_beads.page).text
    text = visible_text(page)
    for words in ("DC Info", "Sample name", "calibration_beads", "Channel width", "µm"):
        assert words in text
    assert public_beads.resource["sha256"] in text
    assert public_beads.resource["name"] in text
    assert f"{public_beads.page}/condensed.rtdc" in page
    assert "preview.jpg" in page


def test_a_sample_name_is_no_markup(ed, desk, beads, tmp_path):
    """dcor 45."""
    path = tmp_path / "bold.rtdc"
    shutil.copy(beads, path)
    path.chmod(0o600)
    with h5py.File(path, "a") as file:
        file.attrs["experiment:sample"] = "<b>bold</b><script>alert(1)</script>"
    deposit = desk.processed(ed, desk.direct(ed, desk.draft(ed), path))
    page = ed.fetch(deposit.page).text
    assert "<b>bold</b>" not in page
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


@pytest.mark.parametrize("path", ["/contact", "/imprint", "/privacy", "/about"])
def test_the_legal_pages_exist(nobody, path):
    """dcor 45."""
    assert nobody.fetch(path).status_code == 200


def test_the_home_page_speaks_the_fields_language(nobody):
    """dcor 45."""
    text = visible_text(nobody.fetch("/").text)
    assert "Circles" in text
    assert "Collections" in text
    assert "Organizations" not in text
