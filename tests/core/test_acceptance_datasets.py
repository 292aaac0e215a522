"""Datasets from birth to death, and what their fields may hold."""

import re

import pytest

LOWERCASE = "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"


def test_an_editor_makes_a_draft(ed, new_name):
    """ckan-core 12."""
    name = new_name("t")
    made = ed.post(
        "package_create",
        name=name,
        owner_org="lab-a",
        state="draft",
        tags=[{"name": "beads"}],
        extras=[{"key": "k", "value": "v"}],
    ).result
    assert (made["state"], made["type"], made["title"]) == ("draft", "dataset", name)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["owner_org"])
    assert made["num_tags"] == 1
    assert made["extras"] == [{"key": "k", "value": "v"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+", made["metadata_created"])
    assert made["organization"]["name"] == "lab-a"


def test_a_name_is_used_once(ed, new_dataset):
    """ckan-core 13."""
    name = new_dataset(ed)["name"]
    answer = ed.post("package_create", name=name, owner_org="lab-a")
    assert answer.status == 409
    assert answer.error == {
        "__type": "Validation Error",
        "name": ["That URL is already in use."],
    }


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a", "Must be at least 2 characters long"),
        ("A", "Must be at least 2 characters long"),
        ("Ab", LOWERCASE),
        ("new", "That name cannot be used"),
        ("edit", "That name cannot be used"),
        ("search", "That name cannot be used"),
        ("a" * 101, "Name must be a maximum of 100 characters long"),
        ("a\nb", LOWERCASE),
        ("ab\n", LOWERCASE),
    ],
)
def test_a_bad_name_is_refused_with_the_reason(ed, name, complaint):
    """ckan-core 13."""
    answer = ed.post("package_create", name=name, owner_org="lab-a")
    assert answer.status == 409
    assert complaint in answer.error["name"]


def test_the_same_extra_twice_is_refused(ed, new_name):
    """ckan-core 13."""
    twice = [{"key": "x", "value": "1"}, {"key": "x", "value": "2"}]
    answer = ed.post("package_create", name=new_name("t"), owner_org="lab-a", extras=twice)
    assert answer.status == 409
    assert answer.error["extras_validation"] == ['Duplicate key "x"']


def test_an_extra_named_like_a_field_is_refused_at_its_place(ed, new_name):
    """ckan-core 13."""
    extras = [{"key": "good", "value": "1"}, {"key": "title", "value": "2"}]
    answer = ed.post("package_create", name=new_name("t"), owner_org="lab-a", extras=extras)
    assert answer.status == 409
    assert answer.error["extras"] == [
        {},
        {"key": ["There is a schema field with the same name"]},
    ]


def test_without_an_organization_there_is_no_privacy(fresh_site):
    """ckan-core 13."""
    site = fresh_site({"ckan.plugins": "", "ckan.auth.create_unowned_dataset": "true"})
    answer = site.people["ed"].post("package_create", name="alone", private=True)
    assert answer.status == 409
    assert answer.error["private"] == ["Datasets with no organization can't be private."]
    assert site.people["ed"].post("package_create", name="alone").result["owner_org"] is None


def test_a_dataset_needs_an_organization(admin, new_name):
    """ckan-core §3.3."""
    answer = admin.post("package_create", name=new_name("t"))
    assert answer.status == 409
    assert answer.error["owner_org"] == ["An organization must be provided"]


def test_activating_a_draft_shows_it_to_all(ed, xi, nobody, new_dataset):
    """ckan-core 18."""
    draft = new_dataset(ed, state="draft")
    assert nobody.get("package_show", id=draft["id"]).status == 403
    assert xi.get("package_show", id=draft["id"]).status == 403
    change = {"match": {"id": draft["id"]}, "update": {"state": "active"}}
    assert ed.post("package_revise", change).result["package"]["state"] == "active"
    assert nobody.get("package_show", id=draft["name"]).result["id"] == draft["id"]


def test_a_patch_keeps_the_rest_and_the_same_patch_changes_nothing(ed, new_dataset):
    """ckan-core 19."""
    made = new_dataset(ed, tags=[{"name": "beads"}], resources=[{"url": "http://x.example/a"}])
    patched = ed.post("package_patch", id=made["id"], notes="n").result
    assert patched["notes"] == "n"
    assert [tag["name"] for tag in patched["tags"]] == ["beads"]
    assert patched["resources"][0]["id"] == made["resources"][0]["id"]
    assert patched["metadata_modified"] > made["metadata_modified"]
    again = ed.post("package_patch", id=made["id"], notes="n").result
    assert again["metadata_modified"] == patched["metadata_modified"]


def test_an_update_clears_what_it_does_not_name_save_resources(ed, new_dataset):
    """ckan-core 19."""
    made = new_dataset(
        ed, notes="n", tags=[{"name": "beads"}], resources=[{"url": "http://x.example/a"}]
    )
    updated = ed.post("package_update", id=made["id"], title="T2").result
    assert (updated["title"], updated["name"]) == ("T2", made["name"])
    assert len(updated["resources"]) == 1
    assert updated["tags"] == []
    assert not updated["notes"]


def test_an_update_with_an_empty_list_removes_all_resources(ed, new_dataset):
    """ckan-core 19."""
    made = new_dataset(ed, resources=[{"url": "http://x.example/a"}])
    emptied = ed.post("package_update", id=made["id"], title="T2", resources=[]).result
    assert emptied["resources"] == []
    assert emptied["num_resources"] == 0


def test_a_deleted_dataset_is_gone_and_its_name_is_free(ed, nobody, new_dataset):
    """ckan-core 20."""
    made = new_dataset(ed)
    assert made["name"] in nobody.get("package_list").result
    answer = ed.post("package_delete", id=made["name"])
    assert (answer.status, answer.body["result"]) == (200, None)
    assert made["name"] not in nobody.get("package_list").result
    assert nobody.get("package_show", id=made["id"]).status == 403
    anew = new_dataset(ed, name=made["name"])
    assert anew["id"] != made["id"]
    assert nobody.get("package_show", id=made["name"]).result["id"] == anew["id"]


def test_an_editor_purges_a_draft_that_never_was_active(ed, mo, new_dataset):
    """ckan-core 21."""
    draft = new_dataset(ed, state="draft")
    assert mo.post("package_delete", id=draft["id"]).status == 403
    assert ed.post("package_delete", id=draft["id"]).status == 200
    assert mo.post("dataset_purge", id=draft["id"]).status == 403
    assert ed.post("dataset_purge", id=draft["id"]).status == 200
    assert ed.get("package_show", id=draft["id"]).status == 404
