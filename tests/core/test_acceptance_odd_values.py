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


FAR = 10**30
LONG = "a" * 60_000  # more than SQLite takes as a pattern
MANY = [f"a{number}" for number in range(300_000)]  # more than a statement has parameters

REFUSED = [
    ("package_list", {"limit": "x"}),
    ("package_search", {"fl": [["a"]]}),
    ("resource_search", {"query": ["name:a"] * 3000}),
    ("resource_search", {"query": f"name:{LONG}"}),
    ("organization_list", {"q": LONG}),
    ("organization_list", {"organizations": MANY}),
    ("group_autocomplete", {"q": LONG}),
    ("tag_list", {"query": LONG}),
    ("package_resource_list", {"id": "x", "q": LONG}),
    ("user_list", {"q": LONG}),
    ("user_autocomplete", {"q": LONG}),
    ("package_create", {"name": "odd", "extras": [{"key": ["a"], "value": 1}, 5]}),
    ("package_create", {"name": "odd", "tags": [{"name": "abc", "vocabulary_id": "none"}]}),
    ("organization_create", {"name": "odd", "users": [{"name": name} for name in MANY]}),
]


@pytest.mark.parametrize(("action", "params"), REFUSED)
def test_what_no_list_or_text_is_like_is_refused(ed, action, params):
    """ckan-core 1.5, Z21."""
    body = params | ({"owner_org": "lab-a"} if action == "package_create" else {})
    answer = ed.post(action, body)
    assert (answer.status, answer.error["__type"]) == (409, "Validation Error")
    assert set(answer.error) - {"__type"} <= {*params, "message"} - {"name"}


FOUND = [
    ("package_list", {"limit": FAR}),
    ("package_list", {"offset": FAR}),
    ("group_list", {"offset": FAR, "sort": " "}),
    ("tag_search", {"query": "ab", "limit": FAR, "offset": FAR}),
    ("resource_search", {"query": "name:a", "offset": FAR, "limit": FAR}),
    ("package_search", {"rows": FAR, "start": FAR, "facet.mincount": FAR, "facet.limit": FAR}),
    ("package_search", {"facet.field": ["tags"], "facet.mincount": FAR}),
    ("package_search", {"q": "abc", "qf": "name^" + "9" * 400}),
]


@pytest.mark.parametrize(("action", "params"), FOUND)
def test_a_number_may_be_larger_than_anything(nobody, action, params):
    """ckan-core 5.1, Z21."""
    assert nobody.post(action, params).status == 200


@pytest.mark.parametrize("order", [[{"a": 1}], [1], "ab", None, ["no-such-id"]])
def test_an_order_is_a_list_of_ids(ed, new_dataset, order):
    """ckan-core 4.1."""
    answer = ed.post("package_resource_reorder", id=new_dataset(ed)["id"], order=order)
    assert (answer.status, set(answer.error)) == (409, {"__type", "order"})


@pytest.mark.parametrize("match", [{"match__foo": 1}, {"match__resources__0__foo": 1}])
def test_a_match_with_a_key_that_is_not_there_does_not_match(ed, new_dataset, match):
    """ckan-core 4.2."""
    dataset = new_dataset(ed, resources=[{"name": "a"}])
    answer = ed.post("package_revise", {"match": {"id": dataset["id"]}} | match)
    assert (answer.status, answer.error["match"]) == (409, [next(iter(match))[len("match__") :]])


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00", [1]])
def test_a_date_beyond_all_calendars_is_none(ed, new_dataset, date):
    """ckan-core 3.3."""
    resource = {"package_id": new_dataset(ed)["id"], "name": "a", "last_modified": date}
    answer = ed.post("resource_create", resource)
    assert (answer.status, answer.error["last_modified"]) == (409, ["Date format incorrect"])


@pytest.mark.parametrize("who", ["admin", "ed"])
@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("resource_create", "package_id"),
        ("resource_update", "id"),
        ("resource_patch", "id"),
        ("resource_delete", "id"),
        ("package_delete", "id"),
        ("package_revise", "match__id"),
    ],
)
def test_what_is_to_be_changed_must_be_named(request, who, action, key):
    """ckan-core 1.5: the rules are not asked about administrators, the bodies are."""
    answer = request.getfixturevalue(who).post(action, name="a")
    assert (answer.status, answer.error[key]) == (409, ["Missing value"])


def test_a_rule_for_words_with_endless_digits_does_not_parse(nobody):
    """ckan-core 5.1."""
    answer = nobody.post("package_search", q="a b", mm="9" * 5000)
    assert (answer.status, answer.error["__type"]) == (409, "Search Error")


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("package_patch", "title"),
        ("package_patch", "resources"),
        ("package_patch", "tags"),
        ("package_revise", "update__resources__0__note"),
        ("package_revise", "update__resources__0__name"),
        ("package_revise", "update__resources__9__upload"),
        ("package_revise", "match"),
        ("package_search", "q"),
    ],
)
def test_a_file_where_none_belongs_is_refused(ed, new_dataset, action, name):
    """ckan-core 1.2: file parts may have any name."""
    dataset = new_dataset(ed, resources=[{"name": "a"}])
    fields = {"id": dataset["id"]} if action == "package_patch" else {"match__id": dataset["id"]}
    if action == "package_search":
        fields = {"rows": "0"}
    answer = ed.form(action, fields, **{name: ("a.txt", b"text")})
    assert (answer.status, answer.error["__type"]) == (409, "Validation Error")
    assert ed.get("package_show", id=dataset["id"]).status == 200


@pytest.mark.parametrize("more", [b"", b'; filename="a.txt"'])
def test_a_part_of_a_form_has_a_name(ed, more):
    """ckan-core 1.2."""
    body = b"--b\r\nContent-Disposition: form-data" + more + b"\r\n\r\ntext\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = ed.fetch("/api/3/action/package_search", "POST", data=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json().startswith("Bad request")
