"""A5: calls of the named clients are answered as they always were: no key renamed or retyped.

``recorded/answers.json`` has the shape of their answers. The answer to a new call is added to it
by the first test of that call, which fails for this once; what is recorded stays.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from pages_site import build_site

FILE = pathlib.Path(__file__).parent / "recorded" / "answers.json"
RECORDS = json.loads(FILE.read_text()) if FILE.exists() else {}

#: Client → its calls: user, method, action, parameters.
CALLS: dict[str, list[tuple[str | None, str, str, dict[str, Any]]]] = {
    "dcoraid": [
        ("ed", "GET", "status_show", {}),
        ("ed", "GET", "user_show", {"id": "ed"}),
        ("ed", "GET", "license_list", {}),
        ("ed", "GET", "organization_list_for_user", {"permission": "create_dataset"}),
        ("ed", "GET", "organization_show", {"id": "lab-a", "include_users": "false"}),
        ("ed", "GET", "group_list_authz", {"am_member": "true"}),
        ("ed", "GET", "resource_schema_supplements", {}),
        ("ed", "GET", "supported_resource_suffixes", {}),
        ("ed", "GET", "package_search", {"q": "*:*", "include_private": "True", "rows": "100"}),
        ("ed", "GET", "package_show", {"id": "DATASET"}),
        ("ed", "GET", "resource_show", {"id": "RESOURCE"}),
        (
            "ed",
            "GET",
            "resource_upload_s3_urls",
            {"organization_id": "lab-a", "file_size": "1000"},
        ),
        (
            "ed",
            "POST",
            "package_create",
            {
                "title": "new",
                "authors": "A",
                "license_id": "CC0-1.0",
                "owner_org": "lab-a",
                "state": "draft",
            },
        ),
        (
            "ed",
            "POST",
            "package_revise",
            {"match": {"id": "DATASET"}, "update": {"notes": "seen"}},
        ),
        ("ed", "POST", "package_revise", {"match": {"id": "NOWHERE"}}),
        ("ed", "POST", "package_create", {"title": "x", "owner_org": "nowhere"}),
    ],
    "ckanapi": [
        (None, "POST", "package_list", {}),
        (None, "POST", "package_show", {"id": "public"}),
        (None, "POST", "package_search", {"q": "beads", "facet.field": ["tags"], "rows": 5}),
        (None, "POST", "organization_list", {"all_fields": True}),
        (None, "POST", "organization_show", {"id": "lab-a"}),
        (None, "POST", "group_show", {"id": "fig-1"}),
        (None, "POST", "tag_list", {}),
        (None, "POST", "package_show", {"id": "nowhere"}),
        (None, "POST", "package_create", {"name": "x"}),
        ("ed", "POST", "user_list", {}),
    ],
    "dclab": [
        (None, "GET", "dcserv", {"id": "MEASUREMENT", "query": "valid"}),
        (None, "GET", "dcserv", {"id": "MEASUREMENT", "query": "basins", "version": "2"}),
        (None, "GET", "dcserv", {"id": "MEASUREMENT", "query": "nonsense", "version": "2"}),
        (None, "GET", "dcserv", {"id": "RESOURCE", "query": "valid", "version": "1"}),
    ],
}
STEPS = [
    pytest.param(client, number, id=f"{client}-{number}-{calls[number][2]}")
    for client, calls in CALLS.items()
    for number in range(len(calls))
]


def shape(value: Any) -> Any:
    """Return the shape of a JSON value: keys with the names of their types."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "null" if value is None else type(value).__name__


def lost(recorded: Any, now: Any, where: str = "") -> list[str]:
    """Return the places where an answer has less than was recorded, or another type."""
    if recorded in ("null", []):
        return []
    if isinstance(recorded, dict) and isinstance(now, dict):
        gone = [f"{where}.{key}" for key in recorded if key not in now]
        kept = [key for key in recorded if key in now]
        return gone + [
            one for key in kept for one in lost(recorded[key], now[key], f"{where}.{key}")
        ]
    if isinstance(recorded, list) and isinstance(now, list):
        return lost(recorded[0], now[0], f"{where}[]") if now else [f"{where}[] is empty"]
    return [] if recorded == now else [f"{where}: {now}, not {recorded}"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(
        tmp_path_factory.mktemp("a5"), {"ckan.plugins": "activity dc_view dc_serve dc_schemas"}
    )
    common = {"owner_org": "lab-a", "authors": "Ada Lovelace", "license_id": "CC0-1.0"}
    for name, state, private in (("draft", "draft", True), ("public", "active", False)):
        file = {"name": "a.rtdc", "url": "https://example.org/a.rtdc", "size": 10}
        built.call(
            "package_create", name=name, title="beads", state=state, private=private,
            tags=[{"name": "beads"}], resources=[file], **common,
        )  # fmt: skip
    yield built
    built.site.close()


@pytest.fixture(scope="module")
def ask(pages):
    """Make a recorded call; return status and shape of the answer."""
    shown = {name: pages.call("package_show", id=name) for name in ("draft", "public")}
    ids = {
        "DATASET": shown["draft"]["id"],
        "RESOURCE": shown["draft"]["resources"][0]["id"],
        "MEASUREMENT": shown["public"]["resources"][0]["id"],
    }
    token = pages.call("api_token_create", user="ed", name="t")["token"]

    def call(client, number):
        user, method, action, params = CALLS[client][number]
        text = json.dumps(params)
        for word, real in ids.items():
            text = text.replace(f'"{word}"', f'"{real}"')
        sent = json.loads(text)
        headers = {"Authorization": token} if user else {}
        options = {"query_string": sent} if method == "GET" else {"json": sent}
        answer = pages.browser().open(
            f"/api/3/action/{action}", method=method, headers=headers, **options
        )
        return {"status": answer.status_code, "answer": shape(answer.json)}

    return call


@pytest.mark.parametrize(("client", "number"), STEPS)
def test_answers_have_all_that_they_had(ask, client, number):
    now = ask(client, number)
    recorded = RECORDS.get(client, {}).get(str(number))
    if recorded is None:
        RECORDS.setdefault(client, {})[str(number)] = now
        FILE.write_text(json.dumps(RECORDS, indent=1, sort_keys=True) + "\n")
        pytest.fail("the answer is recorded now; look at it, and commit it")
    assert now["status"] == recorded["status"]
    assert lost(recorded["answer"], now["answer"]) == []


@pytest.mark.parametrize(
    ("recorded", "now", "said"),
    [
        ({"a": "str"}, {"b": "str"}, [".a"]),
        ({"a": "int"}, {"a": "str"}, [".a: str, not int"]),
        ([{"a": "int"}], [{}], ["[].a"]),
        ({"a": "int"}, {"a": "int", "b": "str"}, []),
    ],
)
def test_losses_are_noticed(recorded, now, said):
    assert lost(recorded, now) == said
