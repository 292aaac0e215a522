"""Resources are found by their fields, those of public datasets only."""

import pages_site
import pytest


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    built = pages_site.build_site(tmp_path_factory.mktemp("found"))
    for name, private in (("open", False), ("closed", True)):
        resources = [
            {"name": f"{name} Beads", "url": "http://example.org/100%_a", "hash": "abcdef"},
            {"name": f"{name} cells", "url": "http://example.org/100xxa", "hash": "fabc"},
        ]
        built.call(
            "package_create", "ada", name=name, owner_org="lab-a", private=private,
            resources=resources,
        )  # fmt: skip
    yield built
    built.site.close()


def search(shelf, **params):
    answer = shelf.browser().get("/api/3/action/resource_search", query_string=params)
    return answer.status_code, answer.json


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name:bEAD", ["open Beads"]),
        ("hash:ABC", ["open Beads"]),
        ("url:100%_", ["open Beads"]),
        ("name:open", ["open Beads", "open cells"]),
        (["name:open", "hash:fa"], ["open cells"]),
        ("name:closed", []),
    ],
)
@pytest.mark.parametrize("user", [None, "ada"])
def test_what_fits_in_public_datasets_is_found(shelf, user, query, names):
    answer = shelf.browser(user).post(
        "/api/3/action/resource_search", json={"query": query, "order_by": "name"}
    )
    result = answer.json["result"]
    assert [one["name"] for one in result["results"]] == names
    assert result["count"] == len(names)


def test_pages(shelf):
    status, body = search(shelf, query="name:open", order_by="name", offset=1, limit=1)
    assert status == 200
    assert [one["name"] for one in body["result"]["results"]] == ["open cells"]
    assert body["result"]["count"] == 2


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Missing value"),
        ({"query": "beads"}, "Must be <field>:<value> pair(s)"),
        ({"query": "secret:x"}, 'Field "secret" not recognised in resource_search.'),
        ({"query": "name:x", "order_by": "secret"}, "not recognised"),
    ],
)
def test_a_query_that_cannot_be_understood_is_explained(shelf, params, message):
    status, body = search(shelf, **params)
    assert status == 409
    assert message in body["error"]["query"][0]
