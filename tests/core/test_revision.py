"""Revisions of a dataset, on plain data."""

import copy

import pytest

from cytotheca.core.domain.revision import apply_update

CURRENT = {
    "title": "Beads",
    "resources": [{"id": "b1404eb5", "name": "a.rtdc", "tags": ["x"]}],
    "extras": [],
}


@pytest.mark.parametrize(
    "flat",
    [
        {"update__resources__extend": [{"name": "b.rtdc"}]},
        {"update__resources__extend": [{"name": "b.rtdc"}], "update__resources__-1__upload": b"x"},
        {"update__resources__b1404__name": "c.rtdc"},
        {"update__resources__0__tags__extend": ["y"]},
        {"update__extras__extend": [{"key": "k"}]},
        {"update__title": "Cells"},
    ],
)
def test_what_was_there_before_is_not_changed(flat):
    """Rules compare the dataset before with the dataset after."""
    current = copy.deepcopy(CURRENT)
    assert apply_update(current, {}, flat) != current
    assert current == CURRENT


def test_an_item_just_added_can_be_addressed():
    flat = {
        "update__resources__-1__upload": b"x",
        "update__resources__extend": [{"name": "b.rtdc"}],
    }
    after = apply_update(CURRENT, {}, flat)["resources"]
    assert after == [*CURRENT["resources"], {"name": "b.rtdc", "upload": b"x"}]
