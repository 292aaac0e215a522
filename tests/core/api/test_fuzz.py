"""Expectation A1: a fuzzer over the document finds no fault and no answer it does not tell of."""

from __future__ import annotations

import pytest
from fuzzing import Fuzzer
from pages_site import build_site
from schemathesis import GenerationMode

PLUGINS = "dc_schemas dc_serve dc_view activity"


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory):
    """A site of its own in this process: whatever is called may destroy it."""
    built = build_site(tmp_path_factory.mktemp("site"), {"ckan.plugins": PLUGINS})
    tokens = {
        name: built.call("api_token_create", user=name, name="fuzz")["token"]
        for name in ("ada", "ed")
    }
    dataset = built.call(
        "package_create", "ed", name="beads", owner_org="lab-a", license_id="CC0-1.0",
        authors="A. Author", state="draft",
    )  # fmt: skip
    resource = built.call(
        "resource_create", package_id="beads", name="map.csv", url="https://example.org/map.csv"
    )
    circles = ["lab-a", "lab-b"]
    yield Fuzzer(
        pages=built,
        tokens={**tokens, "": ""},
        known={
            "id": ["beads", dataset["id"], resource["id"], *circles, "fig-1", "mo", "xi"],
            "name": ["beads", "fig-1", "package_show"],
            "package_id": ["beads"],
            "resource_id": [resource["id"]],
            "owner_org": circles,
            "organization_id": circles,
            "org_id": circles,
            "group_id": circles,
            "user_id": ["mo", "xi"],
            "username": ["mo", "xi"],
            "user": ["mo", "xi"],
            "object": ["mo", "xi", "beads"],
            "object_type": ["user", "package"],
            "capacity": ["editor", "member"],
            "role": ["editor", "member"],
            "query": ["metadata", "name:map"],
        },
    )
    built.site.close()


@pytest.mark.parametrize(
    ("caller", "mode"),
    [
        ("", GenerationMode.POSITIVE),
        ("ed", GenerationMode.POSITIVE),
        ("ada", GenerationMode.POSITIVE),
        ("ada", GenerationMode.NEGATIVE),  # others are mostly refused before it matters
    ],
)
def test_every_answer_is_one_of_those_described(fuzzer, caller, mode):
    """Expectation A1: no 5xx; status, type and shape are those of the document."""
    faults = fuzzer.run(caller, mode)
    assert not faults, "\n\n".join(faults)
