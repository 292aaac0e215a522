"""Expectation A1: what the main actions return is what the document says."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from pages_site import build_site


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A site with the field's extensions in this process, and a dataset with a resource."""
    built = build_site(
        tmp_path_factory.mktemp("site"), {"ckan.plugins": "dc_schemas dc_serve activity"}
    )
    built.call(
        "package_create", "ada", name="beads", owner_org="lab-a", license_id="CC0-1.0",
        authors="A. Author", state="draft", tags=[{"name": "beads"}], groups=[{"name": "fig-1"}],
    )  # fmt: skip
    built.call("resource_create", package_id="beads", name="map", url="https://example.org/a.csv")
    yield built
    built.site.close()


@pytest.fixture(scope="module")
def token(pages):
    return pages.call("api_token_create", user="ada", name="shapes")["token"]


@pytest.fixture(scope="module")
def document(pages):
    return pages.app.test_client().get("/api/openapi.json").json


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("package_show", {"id": "beads"}),
        ("package_patch", {"id": "beads", "title": "Beads"}),
        ("package_search", {"include_drafts": True}),
        ("current_package_list_with_resources", {}),
        ("organization_show", {"id": "lab-a", "include_users": True}),
        ("organization_list", {"all_fields": True}),
        ("group_show", {"id": "fig-1", "include_datasets": True}),
        ("group_list", {}),
        ("user_show", {"id": "ed"}),
        ("user_list", {}),
        ("api_token_create", {"user": "ada", "name": "more"}),
        ("api_token_list", {"user_id": "ada"}),
        ("member_list", {"id": "lab-a"}),
        ("status_show", {}),
        ("license_list", {}),
    ],
)
def test_results_have_the_shape_described(pages, token, document, action, params):
    answer = pages.app.test_client().post(
        f"/api/3/action/{action}", json=params, headers={"Authorization": token}
    )
    assert answer.status_code == 200, answer.text
    described = document["paths"][f"/api/3/action/{action}"]["post"]["responses"]["200"]
    schema = described["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json)


def test_a_dataset_is_described_by_its_fields(document):
    dataset = document["components"]["schemas"]["Dataset"]
    assert {"id", "name", "resources", "organization"} <= set(dataset["required"])
    assert dataset["properties"]["private"]["type"] == "boolean"
