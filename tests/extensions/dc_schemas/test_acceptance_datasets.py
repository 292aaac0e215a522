"""The life of a dataset with measurements: draft, active for good."""

import pytest

KEPT = ["title", "notes", "authors", "state", "private", "license_id"]


def test_the_fields_of_a_dataset_are_put_in_order(ed):
    """dcor 4."""
    given = {
        "title": "Ä b",
        "authors": "P, , Q",
        "owner_org": "lab-a",
        "license_id": "CC-BY-4.0",
        "private": True,
        "state": "draft",
        "doi": "https://doi.org/10.1/x/",
        "references": "https://arxiv.org/abs/1507.00466,doi:10.2/y",
    }
    made = ed.post("package_create", given).result
    assert (made["name"], made["authors"], made["doi"]) == ("a-b", "P, Q", "10.1/x")
    assert made["references"] == "arXiv:1507.00466, doi:10.2/y"
    assert (made["state"], made["private"]) == ("draft", True)
    assert not {"author", "author_email", "maintainer", "url", "version"} & set(made)
    assert ed.post("package_create", given).result["name"].startswith("a-b-")


@pytest.mark.parametrize(
    ("field", "complaint"),
    [("authors", "Missing value"), ("license_id", "Please choose a license_id")],
)
@pytest.mark.parametrize("value", [None, ""])
def test_authors_and_licence_are_required(ed, field, complaint, value):
    """dcor 5."""
    given = {"title": "t", "authors": "P", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    answer = ed.post("package_create", given | {field: value})
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert answer.error[field][0].startswith(complaint)


def test_an_absent_field_is_a_missing_value(ed):
    """dcor 5."""
    answer = ed.post("package_create", title="t", license_id="CC0-1.0", owner_org="lab-a")
    assert answer.status == 409
    assert answer.error["authors"] == ["Missing value"]


def test_the_licence_none_is_no_choice(ed):
    """dcor §5.1."""
    answer = ed.post("package_create", title="t", authors="P", license_id="none", owner_org="lab-a")
    assert answer.status == 409
    assert answer.error["license_id"][0].startswith("Please choose a license_id")


def test_administrators_may_use_any_licence_but_need_one(admin):
    """dcor §5.1: datasets that move in bring licences that are not offered here."""
    given = {"title": "t", "authors": "P", "owner_org": "lab-a", "private": True}
    made = admin.post("package_create", given, license_id="cc-by").result
    assert made["license_id"] == "cc-by"
    assert "license_id" in admin.post("package_create", given).error


def test_a_dataset_without_state_is_a_draft(ed):
    """dcor 5."""
    given = {"title": "t", "authors": "P", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    assert ed.post("package_create", given).result["state"] == "draft"


def test_only_sysadmins_choose_ids(ed):
    """dcor 6."""
    given = {"title": "t", "authors": "P", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    answer = ed.post("package_create", given, id="89bf2177-ffeb-9893-83cc-b619fc2f6663")
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert "Only sysadmins may specify a dataset ID" in answer.message


@pytest.mark.parametrize("who", ["xi", "mo", "nobody"])
def test_who_does_not_belong_to_the_circle_creates_nothing(request, who):
    """dcor 6."""
    given = {"title": "t", "authors": "P", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    refused = request.getfixturevalue(who).post("package_create", given)
    assert (refused.status, refused.reason) == (403, "FORBIDDEN")
    assert refused.message.startswith("Access denied")


def test_there_is_no_form_for_new_datasets(ed):
    """dcor 6."""
    refused = ed.fetch("/dataset/new")
    assert (refused.status_code, refused.reason) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("CC-BY-4.0", "CC-BY-SA-4.0", False),
        ("CC-BY-4.0", "CC0-1.0", True),
        ("CC-BY-4.0", "CC-BY-4.0", True),
        ("CC0-1.0", "CC-BY-4.0", False),
        ("CC-BY-SA-4.0", "CC-BY-NC-4.0", False),
        ("CC-BY-NC-4.0", "CC-BY-4.0", True),
    ],
)
def test_a_licence_only_becomes_less_restrictive(ed, desk, old, new, allowed):
    """dcor 14."""
    draft = desk.draft(ed, license_id=old)
    answer = desk.revise(ed, draft, license_id=new)
    assert answer.status == (200 if allowed else 403)
    assert allowed or "Cannot switch to more-restrictive license" in answer.message
    shown = ed.get("package_show", id=draft["id"]).result
    assert shown["license_id"] == (new if allowed else old)


def test_an_empty_dataset_is_not_activated(ed, desk):
    """dcor 15."""
    answer = desk.revise(ed, desk.draft(ed), state="active")
    assert answer.status == 409
    assert "does not contain any resources" in answer.error["state"][0]


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.txt", b"beads"), ("bad.rtdc", b"no HDF5"), ("bad.rtdc", b"\x89HDF\r\n\x1a\n" * 99)],
)
def test_a_dataset_without_a_measurement_is_not_activated(ed, desk, name, content):
    """dcor 15."""
    draft = desk.draft(ed)
    assert desk.register(ed, draft, id=desk.put(ed, draft, content), name=name).status == 200
    answer = desk.revise(ed, draft, state="active")
    assert answer.status == 409
    [text] = answer.error["state"]
    assert "valid DC resource" in text
    if name == "bad.rtdc":
        assert "bad.rtdc: " in text
        assert "Delete this draft" in text
    else:
        assert "Add a file of type .rtdc" in text
    assert ed.get("package_show", id=draft["id"]).result["state"] == "draft"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": "New"}, "Changing 'title'"),
        ({"notes": "New"}, "Changing 'notes'"),
        ({"authors": "New"}, "Changing 'authors'"),
        ({"state": "draft"}, "Changing dataset state to draft not allowed"),
        ({"state": "deleted"}, "Changing dataset state to deleted not allowed"),
    ],
)
def test_an_active_dataset_stays_as_it_is(ed, desk, private_beads, changes, complaint):
    """dcor 16."""
    answer = desk.revise(ed, private_beads.dataset, **changes)
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert answer.message.startswith("Access denied")
    assert complaint in answer.message
    shown = ed.get("package_show", id=private_beads.dataset["id"]).result
    assert {key: shown[key] for key in KEPT} == {key: private_beads.dataset[key] for key in KEPT}


@pytest.mark.parametrize("action", ["package_patch", "package_update"])
def test_other_ways_do_not_change_an_active_dataset_either(ed, private_beads, action):
    """dcor 16."""
    whole = ed.get("package_show", id=private_beads.dataset["id"]).result
    answer = ed.post(action, whole | {"title": "New"})
    assert answer.status == 403
    assert "Changing 'title'" in answer.message
    assert ed.post(action, whole).status == 200


def test_an_active_dataset_takes_no_more_files(ed, desk, private_beads):
    """dcor 16."""
    rid = desk.put(ed, private_beads.dataset, b"late")
    answer = desk.register(ed, private_beads.dataset, id=rid, name="late.txt")
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert "Changing 'resources' not allowed for non-draft datasets!" in answer.message
    late = {"package_id": private_beads.dataset["id"], "name": "late.txt"}
    with private_beads.path.open("rb") as upload:
        answer = ed.form("resource_create", late, upload=("late.txt", upload))
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert "Editing resources for non-draft datasets not allowed!" in answer.message
    shown = ed.get("package_show", id=private_beads.dataset["id"]).result
    assert [one["name"] for one in shown["resources"]] == [private_beads.resource["name"]]


def test_an_active_dataset_is_neither_deleted_nor_purged(ed, private_beads):
    """dcor 16."""
    for action, complaint in (
        ("package_delete", "Only draft datasets can be deleted!"),
        ("dataset_purge", "Only deleted datasets can be purged!"),
    ):
        refused = ed.post(action, id=private_beads.dataset["id"])
        assert (refused.status, refused.reason) == (403, "FORBIDDEN")
        assert complaint in refused.message
    assert ed.get("package_show", id=private_beads.dataset["id"]).result["state"] == "active"


def test_a_purged_draft_leaves_nothing(site, ed, desk, beads, wait_until):
    """dcor 17."""
    deposit = desk.processed(ed, desk.direct(ed, desk.draft(ed), beads))
    stored = {name for name in site.objects() if deposit.key in name}
    assert len(stored) >= 3
    assert ed.post("package_delete", id=deposit.dataset["id"]).status == 200
    assert ed.post("dataset_purge", id=deposit.dataset["id"]).status == 200
    gone = ed.get("package_show", id=deposit.dataset["id"])
    assert (gone.status, gone.reason) == (404, "NOT FOUND")
    wait_until(lambda: not stored & site.objects())
