"""The tables, facts and sentences of a measurement, as people read them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.extensions.dc_view.listing import (
    dataset_facts,
    dataset_picture,
    name_media,
    resource_facts,
)
from cytotheca.extensions.dc_view.panel import as_json, as_tsv, format_value, list_tables, make_row
from cytotheca.extensions.dc_view.view import last_line, show_drawn

RESOURCE = {
    "id": "r", "mimetype": "RT-DC", "name": "a.rtdc",
    "dc:setup:medium": "CellCarrierB", "dc:setup:channel width": 20.0,
    "dc:setup:flow rate": 0.0400001, "dc:experiment:event count": 234567,
    "dc:experiment:sample": "<b>x</b>", "dc:experiment:date": "2018-12-11",
    "dc:imaging:pixel size": 0.34, "dc:zebra:own key": "kept", "dc:user:my:key": 1,
    "sp:chip:channel width": 21.0, "sha256": "ab",
}  # fmt: skip
SUPPLEMENTS = {
    "chip": {
        "key": "chip",
        "name": "Microfluidic chip",
        "items": [{"key": "channel width", "name": "Channel width", "type": "float", "unit": "µm"}],
    }
}


def rows(resource):
    return {row.key: row for table in list_tables(resource, SUPPLEMENTS) for row in table.rows}


@pytest.mark.parametrize(
    ("key", "label", "value", "unit"),
    [
        ("dc:setup:channel width", "Channel width", "20", "µm"),
        ("dc:setup:flow rate", "Flow rate in channel", "0.04", "µL/s"),
        ("dc:setup:medium", "Medium used", "0.59% MC-PBS", ""),
        ("dc:experiment:event count", "Number of recorded events", "234567", ""),
        ("dc:experiment:sample", "Sample name", "<b>x</b>", ""),
        ("dc:experiment:date", "Date of measurement", "2018-12-11", ""),
        ("dc:zebra:own key", "Own key", "kept", ""),
        ("dc:user:my:key", "My:key", "1", ""),
        ("sp:chip:channel width", "Channel width", "21", "µm"),
    ],
)
def test_a_key_is_shown_with_label_value_and_unit(key, label, value, unit):
    row = rows(RESOURCE)[key]
    assert (row.label, row.value, row.unit) == (label, value, unit)


def test_the_usual_sections_come_first_and_supplements_last():
    titles = [table.title for table in list_tables(RESOURCE, SUPPLEMENTS)]
    assert titles[:3] == ["Experiment", "Setup", "Imaging"]
    assert titles[-1] == "Microfluidic chip"


def test_rows_are_sorted_by_what_is_read():
    for table in list_tables(RESOURCE):
        labels = [row.label.lower() for row in table.rows]
        assert labels == sorted(labels)


def test_copies_hold_the_stored_values_by_key():
    tables = list_tables(RESOURCE)
    copied = json.loads(as_json(tables))
    assert copied["dc:setup:flow rate"] == 0.0400001
    assert "dc:setup:channel width\t20.0\tµm" in as_tsv(tables).splitlines()


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_four_digits_are_enough_for_any_number(value):
    shown = float(format_value(value))
    assert shown == pytest.approx(value, rel=1e-3)


@given(st.text(), st.text() | st.integers() | st.booleans() | st.lists(st.floats()))
def test_any_key_and_value_makes_a_row(name, value):
    assert isinstance(make_row(f"dc:setup:{name}", value).value, str)


def test_a_dataset_says_what_kind_of_data_it_holds():
    other = {**RESOURCE, "dc:setup:channel width": 30.0, "dc:experiment:date": "2019-03-06"}
    facts = dict(dataset_facts({"id": "d", "resources": [RESOURCE, other, {"name": "b.txt"}]}))
    assert facts["Events"] == "469\u202f134"
    assert facts["Channel"] == "20, 30 µm"
    assert facts["Medium"] == "0.59% MC-PBS"
    assert facts["Measured"] == "2018-12-11 to 2019-03-06"


def test_datasets_without_measurements_say_nothing_and_have_no_picture():
    dataset = {"id": "d", "resources": [{"id": "r", "name": "b.txt", "mimetype": None}]}
    assert list(dataset_facts(dataset)) == []
    assert dataset_picture(dataset) == ""


def test_a_resource_row_names_events_and_sample():
    assert resource_facts(RESOURCE)[:2] == [
        ("Events", "234\u202f567 events"),
        ("Sample", "<b>x</b>"),
    ]


def test_the_picture_says_how_many_events_it_shows_and_how_many_it_cannot():
    facts = {
        "width_px": 320,
        "height_px": 720,
        "panels": ["scatter", "image"],
        "notes": [],
        "events_total": 234567,
        "events_drawn": 5000,
        "events_not_drawn": 3,
        "event_index": 47,
    }
    picture = show_drawn(facts, "/p.jpg")
    assert picture.caption.startswith("5\u202f000 of 234\u202f567 events. 3 have no value")
    assert "event 47" in picture.caption
    assert "scatter plot" in picture.alt


def test_of_an_error_only_the_last_sentence_is_shown():
    assert last_line("Traceback …\n  File x\nOSError: disk full\n") == "OSError: disk full"
    assert last_line(None) == ""


def test_media_have_one_name_in_the_index():
    document = {"res_dc_setup_medium": ["CellCarrier", "0.49% MC-PBS", "my own"]}
    name_media(document)
    assert document["res_dc_setup_medium"] == ["0.49% MC-PBS", "my own"]
