"""The index document: which field of a dataset goes where."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from cytotheca.core.search.document import build_document
from cytotheca.core.search.fields import Kind, kind_of

DATASET: dict[str, Any] = {
    "id": "b1404eb5-f661-4920-be79-5ff4e85915d5",
    "name": "reference-beads",
    "title": "Reference beads",
    "type": "dataset",
    "state": "active",
    "private": False,
    "owner_org": "6d8b",
    "creator_user_id": "f2c0",
    "authors": "Paul Müller, Ada L.",
    "license_id": "CC0-1.0",
    "license_title": "CC0 1.0",
    "notes": "Some *notes*",
    "url": None,
    "doi": "10.5072/ABC",
    "references": "https://arxiv.org/abs/1507.00466, doi:10.2/y",
    "metadata_created": "2026-03-01T09:12:33.123456",
    "metadata_modified": "2026-03-01T10:00:00.000001",
    "organization": {"id": "6d8b", "name": "lab-a", "title": "Lab A"},
    "groups": [{"name": "figure-1", "title": "Figure 1"}],
    "tags": [
        {"name": "beads", "vocabulary_id": None},
        {"name": "blood", "vocabulary_id": "v1", "vocabulary_name": "tissue"},
    ],
    "extras": [
        {"key": "subject", "value": "science"},
        {"key": "measured_date", "value": "2026-01-31"},
        {"key": "other_date", "value": "last week"},
        {"key": "capacity", "value": "forged"},
    ],
    "resources": [
        {
            "id": "5c8f",
            "name": "M1 beads.rtdc",
            "format": "RT-DC",
            "url_type": "upload",
            "url": "https://site/dataset/b1404eb5/resource/5c8f/download/m1-beads.rtdc",
            "sha256": "AB12" * 16,
            "etag": "0123-4",
            "dc:setup:channel width": 20.0,
            "dc:setup:flow rate": "0.04",
            "dc:setup:chip region": "channel",
            "dc:experiment:run identifier": "run-77",
            "sp:cells:organism": "human",
        },
        {"id": "5c90", "name": "M2.rtdc", "dc:setup:channel width": 30.0},
    ],
}


@pytest.fixture
def document() -> dict[str, Any]:
    return build_document(
        DATASET, labels=["public", "a"], site_id="site", resource_fields=["sha256", "etag"]
    )


def test_the_document_says_where_it_belongs(document: dict[str, Any]) -> None:
    assert document["index_id"] == hashlib.md5(f"{DATASET['id']}site".encode()).hexdigest()
    assert document["entity_type"] == "package"
    assert document["dataset_type"] == "dataset"
    assert document["capacity"] == "public"
    assert document["permission_labels"] == ["a", "public"]


def test_lists_of_names(document: dict[str, Any]) -> None:
    assert document["tags"] == ["beads"]
    assert document["vocab_tissue"] == ["blood"]
    assert document["groups"] == ["figure-1"]
    assert document["organization"] == "lab-a"


def test_dates_are_utc(document: dict[str, Any]) -> None:
    assert document["metadata_modified"] == "2026-03-01T10:00:00.000001Z"
    assert document["measured_date"] == "2026-01-31T00:00:00Z"
    assert "other_date" not in document


def test_extras_are_text_and_value_but_not_over_a_field_of_ours(document: dict[str, Any]) -> None:
    assert document["extras_subject"] == document["subject"] == "science"
    assert document["extras_capacity"] == "forged"
    assert document["capacity"] == "public"


def test_metadata_of_measurements_is_typed(document: dict[str, Any]) -> None:
    assert document["res_dc_setup_channel_width"] == [20.0, 30.0]
    assert document["res_dc_setup_flow_rate"] == [0.04]
    assert document["res_dc_setup_chip_region"] == ["channel"]
    assert document["res_sp_cells_organism"] == ["human"]
    assert kind_of("res_dc_setup_channel_width") is Kind.VALUE


def test_resources(document: dict[str, Any]) -> None:
    assert document["res_name"] == ["M1 beads.rtdc", "M2.rtdc"]
    assert document["res_format"] == ["RT-DC"]
    assert document["res_extras_etag"] == ["0123-4"]
    assert document["sha256"] == ["ab12" * 16]


def test_dois(document: dict[str, Any]) -> None:
    assert document["doi"] == ["10.5072/abc"]
    assert document["references_doi"] == ["10.2/y"]


def test_text_holds_what_people_look_for(document: dict[str, Any]) -> None:
    text = "\n".join(document["text"])
    for expected in ("Reference beads", "Müller", "lab-a", "Lab A", "Figure 1", "m1-beads.rtdc"):
        assert expected in text
    assert "run-77" in text
    assert "download" not in text


def test_the_dataset_is_stored_whole(document: dict[str, Any]) -> None:
    assert json.loads(document["validated_data_dict"]) == DATASET


def test_a_bare_dataset_will_do() -> None:
    document = build_document(
        {"id": "x", "name": "y", "organization": None}, labels=[], site_id="s"
    )
    assert document["text"] == ["y"]
    assert document["title_string"] == "y"
