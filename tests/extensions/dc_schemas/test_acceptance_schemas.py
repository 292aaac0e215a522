"""What DCOR-Aid asks before it shows its forms."""

LICENCES = {"none", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0"}
SUFFIXES = [
    ".rtdc",
    ".ini",
    ".csv",
    ".tsv",
    ".pdf",
    ".txt",
    ".jpg",
    ".png",
    ".tif",
    ".py",
    ".ipynb",
    ".poly",
    ".sof",
    ".so2",
]


def test_supplements_come_in_order(nobody):
    """dcor 1."""
    sections = nobody.get("resource_schema_supplements").result
    assert list(sections) == [
        "general",
        "cells",
        "artificial",
        "chip",
        "experiment",
        "identifiers",
    ]
    width = sections["chip"]["items"][0]
    assert (width["key"], width["type"], width["unit"]) == ("channel width", "float", "µm")
    assert width["options"] == [">0"]


def test_supplements_may_depend_on_each_other(nobody):
    """dcor §5.6."""
    cells = nobody.get("resource_schema_supplements").result["cells"]
    assert cells["requires"] == {"general": {"sample type": ["primary cells", "cell line"]}}


def test_the_suffixes_of_resources_are_listed(nobody):
    """dcor 2."""
    assert nobody.get("supported_resource_suffixes").result == SUFFIXES


def test_five_licences_are_offered(nobody):
    """dcor 3."""
    licences = nobody.get("license_list").result
    assert {one["id"] for one in licences} == LICENCES
    assert len(licences) == 5


def test_the_site_names_the_extensions_clients_look_for(nobody):
    """dcor, opening."""
    known = {"dcor_depot", "dcor_schemas", "dc_serve", "dc_view", "dcor_theme"}
    assert known <= set(nobody.get("status_show").result["extensions"])
