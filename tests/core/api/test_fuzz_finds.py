"""Faults that the fuzzer found once (expectation A1)."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("action", "nothing", "fields"),
    [
        ("group_create", "type", {}),
        ("group_list", "type", {}),
        (
            "task_status_update",
            "state",
            {"entity_id": "x", "entity_type": "resource", "task_type": "t"},
        ),
    ],
)
def test_a_text_with_a_limit_may_be_null(admin, new_name, action, nothing, fields):
    """A limit of characters once made null a fault of the site."""
    name = new_name("fuzz")
    answer = admin.post(action, {"name": name, "key": name, **fields, nothing: None})
    assert answer.status == 200, answer
