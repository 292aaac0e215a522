"""Expectations A1 and A9: what the site says about its own actions."""

from __future__ import annotations

import html
import re
import subprocess

import ckanapi
import pytest
import requests
from openapi_spec_validator import validate
from pages_site import build_site


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader of a site without extensions, in this process."""
    built = build_site(tmp_path_factory.mktemp("site"))
    yield built.browser()
    built.site.close()


@pytest.fixture(scope="module")
def document(reader):
    return reader.get("/api/openapi.json").json


@pytest.fixture(scope="module")
def page(reader):
    return reader.get("/api/docs").text


def test_the_document_is_valid_openapi(document):
    """Expectation A1: a validator passes."""
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_action_has_a_path(document):
    """Expectation A1: reading actions answer GET and POST, all others only POST."""
    shown = document["paths"]["/api/3/action/package_show"]
    made = document["paths"]["/api/3/action/package_create"]
    assert set(shown) == {"get", "post"}
    assert set(made) == {"post"}
    assert "id" in {one["name"] for one in shown["get"]["parameters"]}
    assert made["post"]["requestBody"]["content"]["application/json"]["example"]["name"]
    assert made["post"]["security"] == [{"token": []}]
    assert {} in shown["post"]["security"]


def test_files_are_sent_in_forms(document):
    body = document["paths"]["/api/3/action/resource_create"]["post"]["requestBody"]
    assert "multipart/form-data" in body["content"]
    name = body["content"]["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
    upload = document["components"]["schemas"][name]["properties"]["upload"]
    assert upload["contentMediaType"] == "application/octet-stream"


def test_actions_of_extensions_are_described(tmp_path, document):
    """Expectation A1: enabling an extension adds its paths."""
    built = build_site(tmp_path, {"ckan.plugins": "activity"})
    client = built.app.test_client()
    described = client.get("/api/openapi.json").json
    built.site.close()
    added = set(described["paths"]) - set(document["paths"])
    assert "/api/3/action/activity_show" in added
    validate(described)


def test_a_known_document_is_not_sent_again(reader):
    """Expectation A8."""
    first = reader.get("/api/openapi.json")
    again = reader.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_the_page_tells_of_every_action(document, page):
    for path in document["paths"]:
        name = path.rpartition("/")[2]
        assert f'<h3 id="{name}">' in page, name
    assert 'src="http' not in page


def test_the_page_shows_one_subject_alone(reader):
    page = reader.get("/api/docs?subject=keywords").text
    assert '<h3 id="tag_show">' in page
    assert '<h3 id="package_show">' not in page


def test_the_page_links_to_nothing_it_lacks(page):
    targets = set(re.findall(r'<a href="(?:/api/docs)?#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


@pytest.fixture(scope="module")
def printed(core_site):
    """What the page of a running site prints."""
    page = requests.get(f"{core_site.url}/api/docs", timeout=60).text
    return [html.unescape(one) for one in re.findall(r"<pre[^>]*><code>([^<]*)</code>", page)]


def test_printed_commands_run(printed):
    """Expectation A9: examples run as printed."""
    command = next(one for one in printed if "/status_show " in one and one.startswith("curl"))
    said = subprocess.run(["sh", "-c", f"{command} -s"], capture_output=True, check=True)
    assert b'"success":true' in said.stdout


def test_printed_lines_of_python_run(printed):
    """Expectation A9: examples run as printed."""
    setup, call = next(one for one in printed if "site.action.help_show(" in one).splitlines()
    names = {"ckanapi": ckanapi}
    exec(setup, names)  # noqa: S102 - what a reader of the page would type
    assert "dataset" in eval(call, names)  # noqa: S307
