"""What counts as a change of a dataset or resource."""

from __future__ import annotations

import pytest

from cytotheca.extensions.dc_schemas.changes import changed_resource_keys, resources_differ


@pytest.mark.parametrize("value", [False, 0, 0.0, "text"])
def test_a_supplement_that_comes_or_goes_is_a_change(value):
    before, after = {"id": "r"}, {"id": "r", "sp:chip:measurement count": value}
    assert changed_resource_keys(before, after) == {"sp:chip:measurement count": value}
    assert changed_resource_keys(after, before) == {"sp:chip:measurement count": None}
    assert resources_differ({"resources": [before]}, {"resources": [after]})


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_value_equals_an_absent_one(empty):
    assert changed_resource_keys({"id": "r"}, {"id": "r", "description": empty}) == {}
