"""The action API over HTTP: addresses, envelope, errors, credentials."""

import concurrent.futures
import re

import pytest
from packaging.version import Version


@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize(
    ("path", "version"), [("/api", 1), ("/api/1", 1), ("/api/2", 2), ("/api/3", 3)]
)
def test_the_api_tells_its_version(nobody, path, ending, version):
    """ckan-core 1: at once, since ckanapi follows no redirect."""
    response = nobody.fetch(path + ending, allow_redirects=False)
    assert response.status_code == 200
    assert response.json() == {"version": version}


@pytest.mark.parametrize("path", ["/api/4", "/api/0", "/api/3.5", "/api/x"])
def test_there_is_no_other_version(nobody, path):
    """ckan-core 1: a page for people says so."""
    response = nobody.fetch(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("version", ["1", "2"])
def test_only_version_3_has_actions(nobody, method, version):
    """ckan-core §1.1."""
    response = nobody.fetch(f"/api/{version}/action/status_show", method)
    assert response.status_code == 404


def test_other_methods_are_refused(nobody):
    """ckan-core §1.1."""
    path = "/api/3/action/status_show"
    for method in ("PUT", "PATCH", "DELETE"):
        assert nobody.fetch(path, method).status_code == 405
    asked = nobody.fetch(path, "OPTIONS")
    assert (asked.status_code, asked.content) == (200, b"")
    assert {"GET", "POST"} <= set(asked.headers["Allow"].split(", "))


def test_both_addresses_of_an_action_give_the_same_envelope(nobody):
    """ckan-core 2."""
    versioned = nobody.fetch("/api/3/action/status_show")
    plain = nobody.fetch("/api/action/status_show")
    assert versioned.status_code == plain.status_code == 200
    assert versioned.json() == plain.json()
    assert versioned.headers["Content-Type"] == "application/json;charset=utf-8"
    assert versioned.json()["help"].endswith("/api/3/action/help_show?name=status_show")


def test_the_status_names_a_ckan_version_that_dcoraid_accepts(core_site, nobody):
    """ckan-core 2."""
    status = nobody.get("status_show").result
    assert Version(status["ckan_version"]) >= Version("2.10.3")
    assert status["site_url"] == core_site.url


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_action_is_a_bare_string(nobody, method):
    """ckan-core 3."""
    response = nobody.fetch("/api/3/action/nope", method)
    assert response.status_code == 400
    assert response.text.strip() == '"Bad request: Action name not known: nope"'


@pytest.mark.parametrize("caller", ["nobody", "ed"])
def test_a_writing_action_refuses_get(request, caller):
    """ckan-core 4: a bare JSON string, whoever asks. Of HEAD see test_acceptance_jobs."""
    answer = request.getfixturevalue(caller).get("package_create", name="t-1")
    assert answer.status == 400
    assert isinstance(answer.body, str)
    assert "Please use POST method" in answer.body


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("{bad", r"Bad request: JSON Error"),
        ("[1]", r"Bad request: JSON Error: .*\[1\] but it needs to be a dictionary"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(nobody, body, complaint):
    """ckan-core 5."""
    headers = {"Content-Type": "application/json"}
    response = nobody.fetch("/api/3/action/package_show", "POST", data=body, headers=headers)
    assert response.status_code == 400
    assert re.match(complaint, response.json())


@pytest.mark.parametrize("document", ['{"id":"x-unknown"}', '{"id":"a=b&c"}'])
def test_json_in_an_urlencoded_body_is_understood(nobody, document):
    """ckan-core 6: what ``curl -d`` sends without a header."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = nobody.fetch("/api/3/action/package_show", "POST", data=document, headers=headers)
    assert response.json()["error"]["__type"] == "Not Found Error"
    assert (response.raw.version, response.status_code) == (11, 404)
    assert response.reason == "NOT FOUND"


def test_a_missing_parameter_is_a_conflict(nobody):
    """ckan-core 7."""
    answer = nobody.post("package_show", {})
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert answer.error == {"__type": "Validation Error", "name_or_id": ["Missing value"]}


def test_the_public_creates_nothing(nobody):
    """ckan-core 8."""
    answer = nobody.post("package_create", name="t-1")
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert answer.error["__type"] == "Authorization Error"
    assert answer.message.startswith("Access denied")


@pytest.mark.parametrize("token", ["garbage", "Basic dTpw", "a.b.c", "tökén".encode(), b"\xff"])
def test_a_bad_token_makes_an_anonymous_caller(nobody, token):
    """ckan-core 9."""
    headers = {"Authorization": token}
    assert nobody.fetch("/api/3/action/status_show", headers=headers).status_code == 200
    own = nobody.fetch("/api/3/action/user_show", headers=headers)
    assert own.status_code in {403, 404}


@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_a_token_may_come_with_the_word_bearer(core_site, ed, nobody, prefix):
    """ckan-core §1.6."""
    headers = {"Authorization": prefix + ed.token}
    assert nobody.fetch("/api/3/action/user_show", headers=headers).json()["result"]["name"] == "ed"


def test_the_old_header_carries_the_token_too(ed, nobody):
    """ckan-core 10."""
    headers = {"X-CKAN-API-Key": ed.token}
    own = nobody.fetch("/api/3/action/user_show", headers=headers).json()["result"]
    assert (own["name"], own["email"]) == ("ed", "ed@example.org")
    other = nobody.fetch("/api/3/action/user_show?id=mo", headers=headers).json()["result"]
    assert other["name"] == "mo"
    assert not {"email", "apikey", "password"} & set(other)


def test_every_success_has_a_result_even_if_it_is_null(ed, new_dataset):
    """ckan-core §1.3: ckanapi reads it unconditionally."""
    answer = ed.post("package_delete", id=new_dataset(ed)["id"])
    assert answer.status == 200
    assert answer.body["result"] is None


def test_each_action_explains_itself(nobody):
    """ckan-core §1.9."""
    assert "id" in nobody.get("help_show", name="package_show").result
    missing = nobody.get("help_show", name="nope")
    assert missing.status == 404
    assert missing.message == "Not found: Action function not found"


def test_the_ids_of_requests_need_not_differ(ed, new_dataset):
    """ckan-core 1.4: a client may send one id with all that it asks for."""
    dataset = new_dataset(ed)
    headers = {"X-Request-Id": "one-id-for-all"}

    def patch(number):
        body = {"id": dataset["id"], "notes": f"Note {number}"}
        return ed.fetch("/api/3/action/package_patch", "POST", json=body, headers=headers)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(patch, range(40)))
    assert {answer.status_code for answer in answers} == {200}


def test_an_answer_that_is_known_is_not_sent_again(ed, nobody, new_dataset):
    """expectations A8: also for private ones, which each caller may know or not."""
    dataset = new_dataset(ed, private=True)
    path = f"/api/3/action/package_show?id={dataset['id']}"
    tag = {"If-None-Match": ed.fetch(path).headers["ETag"]}
    again = ed.fetch(path, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert nobody.fetch(path, headers=tag).status_code == 403
    assert ed.post("package_patch", id=dataset["id"], notes="changed").status == 200
    changed = ed.fetch(path, headers=tag)
    assert changed.status_code == 200
    assert changed.json()["result"]["notes"] == "changed"
