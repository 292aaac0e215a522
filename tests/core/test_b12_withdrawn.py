"""B12: a dataset that was public and was withdrawn says so, and what it was."""

from __future__ import annotations

import pytest
from pages_site import build_site, form_token

REASON = "The channel width was wrong; see <beads-2>."


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    yield built
    built.site.close()


@pytest.fixture
def publish(pages, new_name):
    """Make a dataset of lab-a."""

    def make(**fields):
        given = {"name": new_name("w"), "title": "Beads & <cells>", "author": "Ada Lovelace"}
        return pages.call("package_create", "ed", owner_org="lab-a", **(given | fields))

    return make


@pytest.fixture
def withdrawn(pages, publish):
    dataset = publish(resources=[{"name": "a.csv", "url": "https://example.org/a.csv"}])
    pages.call("package_delete", "ed", id=dataset["id"], reason=REASON)
    return dataset


def test_the_page_tells_what_was_there_why_it_is_gone_and_since_when(pages, withdrawn):
    answer = pages.browser().get(f"/dataset/{withdrawn['name']}")
    assert answer.status_code == 410
    assert "<h1>Beads &amp; &lt;cells&gt;</h1>" in answer.text
    assert "Ada Lovelace" in answer.text
    assert "see &lt;beads-2&gt;" in answer.text
    assert '<time datetime="' in answer.text
    assert "It was cited as" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_all_addresses_of_it_lead_there(pages, withdrawn):
    rid = withdrawn["resources"][0]["id"]
    for ref in (withdrawn["name"], withdrawn["id"]):
        for rest in ("", f"/resource/{rid}", f"/resource/{rid}/download", ".ttl", "/cite/bibtex"):
            assert pages.browser().get(f"/dataset/{ref}{rest}").status_code == 410, rest
    assert pages.browser().get(f"/{withdrawn['id']}").status_code == 410


def test_programs_are_told_in_their_words(pages, withdrawn):
    path = f"/dataset/{withdrawn['name']}"
    answer = pages.browser().get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 410
    assert answer.json["error"]["dataset"]["reason"] == REASON
    shown = pages.call("dataset_tombstone_show", "xi", id=withdrawn["id"])
    assert shown["authors"] == ["Ada Lovelace"]
    api = pages.browser().get(f"/api/3/action/package_show?id={withdrawn['id']}")
    assert api.status_code == 403


@pytest.mark.parametrize("fields", [{"private": True}, {"state": "draft"}], ids=str)
def test_what_was_never_public_leaves_nothing(pages, publish, fields):
    dataset = publish(**fields)
    pages.call("package_delete", "ed", id=dataset["id"])
    assert pages.browser().get(f"/dataset/{dataset['name']}").status_code == 404
    path = f"/api/3/action/dataset_tombstone_show?id={dataset['id']}"
    assert pages.browser().get(path).status_code == 404


def test_a_dataset_that_comes_back_is_no_longer_withdrawn(pages, withdrawn):
    pages.call("package_patch", "ada", id=withdrawn["id"], state="active")
    assert pages.browser().get(f"/dataset/{withdrawn['name']}").status_code == 200
    path = f"/api/3/action/dataset_tombstone_show?id={withdrawn['id']}"
    assert pages.browser().get(path).status_code == 404


def test_links_lead_there_also_after_the_purge(pages, withdrawn, publish):
    pages.call("dataset_purge", "ada", id=withdrawn["id"])
    answer = pages.browser().get(f"/dataset/{withdrawn['id']}")
    assert answer.status_code == 410
    assert "see &lt;beads-2&gt;" in answer.text
    publish(name=withdrawn["name"])  # another one takes the name
    assert pages.browser().get(f"/dataset/{withdrawn['name']}").status_code == 200
    assert pages.browser().get(f"/dataset/{withdrawn['id']}").status_code == 410


def test_a_purge_may_have_a_reason_of_its_own(pages, publish, withdrawn):
    for dataset in (publish(), withdrawn):
        pages.call("dataset_purge", "ada", id=dataset["id"], reason="On request")
        assert "On request" in pages.browser().get(f"/dataset/{dataset['id']}").text


def test_withdrawing_by_a_change_of_state_counts_too(pages, publish):
    dataset = publish()
    pages.call("package_patch", "ed", id=dataset["id"], state="deleted")
    assert pages.browser().get(f"/dataset/{dataset['name']}").status_code == 410


def test_the_form_asks_for_the_reason(pages, publish):
    dataset, editor = publish(), pages.browser("ed")
    path = f"/dataset/delete/{dataset['name']}"
    question = editor.get(path).text
    assert 'name="reason"' in question
    form = {"_csrf_token": form_token(question), "reason": f"{REASON} {'x' * 2000}"}
    refused = editor.post(path, data=form)
    assert refused.status_code == 400
    assert "see &lt;beads-2&gt;" in refused.text  # what was written is not lost
    form["reason"] = REASON
    assert editor.post(path, data=form).status_code == 303
    assert "see &lt;beads-2&gt;" in pages.browser().get(f"/dataset/{dataset['name']}").text
    private = publish(private=True)
    assert 'name="reason"' not in editor.get(f"/dataset/delete/{private['name']}").text
