"""The client most scripts use, unmodified: ckanapi."""

import ckanapi
import pytest


def test_ckanapi_recognizes_a_missing_dataset(ckan, ed):
    """ckan-core 11."""
    with pytest.raises(ckanapi.NotFound):
        ckan(ed).action.package_show(id="nope")


def test_ckanapi_names_the_bad_field(ckan, ed):
    """ckan-core 11."""
    with pytest.raises(ckanapi.ValidationError) as refusal:
        ckan(ed).action.package_create(name="A b", owner_org="lab-a")
    assert "lowercase alphanumeric" in refusal.value.error_dict["name"][0]


def test_ckanapi_recognizes_a_refusal(ckan, nobody):
    """ckan-core 11."""
    with pytest.raises(ckanapi.NotAuthorized):
        ckan(nobody).action.package_create(name="t-1", owner_org="lab-a")


def test_ckanapi_searches_by_get(ckan, nobody):
    """ckan-core 11."""
    found = ckan(nobody, get_only=True).action.package_search(q="x")
    assert {"count", "results"} <= set(found)


def test_ckanapi_uploads_a_file(ckan, ed, new_dataset, tmp_path):
    """ckan-core §1.2: multipart values are strings, files are streamed."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n1,2\n" * 100_000)
    dataset = new_dataset(ed)
    with path.open("rb") as stream:
        made = ckan(ed).action.resource_create(
            package_id=dataset["id"], name="table.csv", upload=stream
        )
    assert (made["size"], made["url_type"], made["format"]) == (800_000, "upload", "CSV")
    assert ed.fetch(made["url"]).content == path.read_bytes()
