"""B5, B6, B7: measurements are found by what they are, however it is written."""

from __future__ import annotations

import re

import pytest
from pages_site import build_site

RATES = {"slow": 0.02, "low": 0.04, "middle": 0.08, "high": 0.16, "fast": 0.32}
SHA = "c0ffee" + "0" * 58
ADDRESS = "/dataset/?res_dc_setup_flow_rate_min={}&res_dc_setup_flow_rate_max={}"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """One public dataset for each flow rate."""
    built = build_site(
        tmp_path_factory.mktemp("b5"), {"ckan.plugins": "dc_view dc_serve dc_schemas"}
    )
    for name, rate in RATES.items():
        built.call(
            "package_create",
            name=name,
            title=f"Müller {name} 5 µm",
            authors="Ada Lovelace",
            license_id="CC0-1.0",
            owner_org="lab-a",
            doi="10.5072/AbC" if name == "slow" else "",
            state="active",
            private=False,
            resources=[
                {
                    "name": f"{name}.rtdc",
                    "url": "https://example.org/x.rtdc",
                    "dc:setup:flow rate": rate,
                    "dc:setup:channel width": 20.0,
                    "dc:experiment:run identifier": f"run-{name}",
                    "sha256": SHA if name == "fast" else "",
                }
            ],
        )
    yield built
    built.site.close()


def found(pages, address):
    """Return the names of the datasets that a page of results links to."""
    page = pages.browser().get(address)
    assert page.status_code == 200
    return set(re.findall(r'<h2[^>]*>\s*<a href="/dataset/([a-z]+)"', page.text))


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [
        ("0.04", "0.16", {"low", "middle", "high"}),
        ("", "0.04", {"slow", "low"}),
        ("0.3", "", {"fast"}),
        ("5", "6", set()),
    ],
)
def test_a_range_of_flow_rates_finds_exactly_those(pages, low, high, names):
    """B5."""
    assert found(pages, ADDRESS.format(low, high)) == names


def test_a_result_tells_whether_it_is_ones_kind_of_data(pages):
    """B5."""
    page = pages.browser().get("/dataset/?q=name:middle").text
    for fact in ("0.08 µL/s", "20 µm", "Lab A"):
        assert fact in page


@pytest.mark.parametrize(
    "words",
    ["10.5072/abc", "doi:10.5072/abc", "https://doi.org/10.5072/ABC", "slow.rtdc", "run-slow"],
)
def test_dois_in_any_spelling_file_names_and_runs_are_found(pages, words):
    """B6."""
    assert found(pages, f"/dataset/?q={words}") == {"slow"}


def test_the_beginning_of_a_digest_is_found(pages):
    """B6."""
    assert found(pages, f"/dataset/?q={SHA[:8]}") == {"fast"}


@pytest.mark.parametrize("words", ["muller", "MÜLLER", "Mu%CC%88ller", "5 µm", "5 μm"])
def test_case_accents_and_both_signs_of_micro_are_folded(pages, words):
    """B7."""
    assert found(pages, f"/dataset/?q={words}") == set(RATES)
