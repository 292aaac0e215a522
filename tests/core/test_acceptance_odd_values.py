"""Values that no client should send are answered, never a fault of ours."""

import json

import pytest

HALF = '"\\ud800"'  # JSON, but no character


def send(caller, action, body):
    headers = {"Content-Type": "application/json"}
    answer = caller.fetch(f"/api/3/action/{action}", "POST", data=body, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", HALF, "9" * 400])
@pytest.mark.parametrize(
    "action", ["package_show", "package_search", "package_create", "package_revise", "user_show"]
)
def test_json_that_could_not_be_answered_is_not_json(ed, action, value):
    """ckan-core 1.4, Z21."""
    status, body = send(ed, action, f'{{"id": {value}, "rows": {value}}}')
    assert status == 400
    assert body.startswith("Bad request: JSON Error: Error decoding JSON data.")


@pytest.mark.parametrize("value", ["NaN", HALF, "1e999", "[" * 900 + "]" * 900])
def test_a_dataset_can_be_shown_whatever_text_a_form_sends(ed, new_dataset, value):
    """ckan-core 4.2: what does not parse stands for itself."""
    dataset = new_dataset(ed, resources=[{"name": "a.txt"}])
    fields = {"match__id": dataset["id"], "update__resources__0__note": value}
    assert ed.form("package_revise", fields).status == 200
    resource = ed.get("package_show", id=dataset["id"]).result["resources"][0]
    assert resource["note"] == value


@pytest.mark.parametrize("value", ["[" * 100_000, json.dumps([0] * 3) + "]", "NaN"])
def test_a_list_as_text_is_json(nobody, value):
    """ckan-core 5.1."""
    error = nobody.post("package_search", {"facet.field": value}).error
    assert error["facet.field"] == ["Could not parse as valid JSON"]
