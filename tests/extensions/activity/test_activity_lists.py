"""ckan-core 4.1: the activity plugin notes who did what, and shows it to those who may know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from cytotheca.extensions.activity.models import Activity
from cytotheca.extensions.activity.pruning import activity


def types(found):
    """Return the types of activities, newest first."""
    return [one["activity_type"] for one in found]


@pytest.fixture
def dataset(logged, new_name):
    """A public dataset of ed's: drafted, published, changed."""
    name = new_name("act")
    draft = {"name": name, "title": "Beads", "owner_org": "lab-a", "state": "draft"}
    made = logged.call("package_create", draft, user="ed")
    logged.call("package_patch", {"id": name, "notes": "still a draft"}, user="ed")
    logged.call("package_patch", {"id": name, "state": "active"}, user="ed")
    logged.call("package_patch", {"id": name, "title": "More beads"}, user="ed")
    return made


def test_a_dataset_has_a_history_from_its_publication_on(logged, asked, dataset):
    found = asked(None, "package_activity_list", id=dataset["name"])
    assert types(found) == ["changed package", "new package"]
    newest = found[0]
    assert newest["object_id"] == dataset["id"]
    assert newest["data"]["package"] == {"id": dataset["id"], "title": "More beads"}
    assert newest["data"]["actor"] == "ed"
    assert newest["data"]["version"] == "1.1"
    logged.call("package_delete", {"id": dataset["id"]}, user="ed")
    assert asked(None, "package_activity_list", id=dataset["id"])[0] == 403
    assert types(asked("ed", "package_activity_list", id=dataset["id"]))[0] == "deleted package"
    logged.call("dataset_purge", {"id": dataset["id"]})
    seen = asked("ed", "user_activity_list", id="ed", limit=100)
    assert dataset["id"] not in {one["object_id"] for one in seen}


def test_saving_nothing_new_is_no_activity(logged, asked, dataset):
    logged.call("package_patch", {"id": dataset["id"], "title": "More beads"}, user="ed")
    assert len(asked("ed", "package_activity_list", id=dataset["id"])) == 2


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"limit": 1}, ["changed package"]),
        ({"offset": 1}, ["new package"]),
        ({"activity_types": ["new package"]}, ["new package"]),
        ({"activity_types": "new package"}, ["new package"]),
        ({"exclude_activity_types": ["new package"]}, ["changed package"]),
        ({"before": "2001-01-01"}, []),
        ({"after": 1_000_000_000, "limit": 1}, ["new package"]),
    ],
)
def test_lists_are_cut_and_filtered_as_asked(asked, dataset, filters, wanted):
    assert types(asked(None, "package_activity_list", id=dataset["id"], **filters)) == wanted


def test_only_administrators_see_hidden_activity(asked, dataset):
    hidden = {"id": dataset["id"], "include_hidden_activity": True}
    assert asked("ed", "package_activity_list", **hidden)[0] == 403
    assert len(asked("ada", "package_activity_list", **hidden)) == 2
    both = {"activity_types": ["new package"], "exclude_activity_types": ["new user"]}
    assert asked("ed", "package_activity_list", id=dataset["id"], **both)[0] == 409


LISTS = (
    ("user_activity_list", {"id": "ed"}),
    ("organization_activity_list", {"id": "lab-a"}),
    ("recently_changed_packages_activity_list", {}),
)


@pytest.mark.parametrize(("action", "params"), LISTS)
def test_private_datasets_are_told_of_only_in_their_circle(logged, asked, new_name, action, params):
    private = {"name": new_name("act"), "title": "Hush", "owner_org": "lab-a", "private": True}
    made = logged.call("package_create", private, user="ed")

    def told(user):
        found = asked(user, action, limit=100, **params)
        return types([one for one in found if one["object_id"] == made["id"]])

    assert told("mo") == told("ed") == ["new package"]
    assert told("xi") == told(None) == []
    logged.call("package_patch", {"id": made["id"], "private": False, "title": "Ah"}, user="ed")
    assert told("mo") == ["changed package", "new package"]
    assert told(None) == ["changed package"]


@pytest.mark.parametrize(("action", "params"), LISTS)
def test_pages_are_cut_after_private_ones_are_left_out(logged, asked, dataset, action, params):
    for number in range(3):
        private = {"name": f"{dataset['name']}-{number}", "owner_org": "lab-a", "private": True}
        logged.call("package_create", private, user="ed")
    (first,) = asked(None, action, limit=1, **params)
    assert first["object_id"] == dataset["id"]


def test_circles_and_collections_have_a_history(logged, asked, new_name):
    for kind in ("organization", "group"):
        name = new_name("act")
        made = logged.call(f"{kind}_create", {"name": name, "title": "T"}, user="ada")
        logged.call(f"{kind}_patch", {"id": name, "title": "T"}, user="ada")
        logged.call(f"{kind}_patch", {"id": name, "title": "U"}, user="ada")
        found = asked(None, f"{kind}_activity_list", id=name)
        assert types(found) == [f"changed {kind}", f"new {kind}"]
        data = asked(None, "activity_data_show", id=found[0]["id"], object_type=kind)
        assert data["title"] == "U"
        assert "users" not in data
        logged.call(f"{kind}_delete", {"id": name}, user="ada")
        assert types(asked("ada", f"{kind}_activity_list", id=name))[0] == f"deleted {kind}"
        logged.call(f"{kind}_purge", {"id": name})
        mine = asked("ada", "user_activity_list", id="ada", limit=100)
        assert made["id"] not in {one["object_id"] for one in mine}


def test_people_have_a_history_without_their_addresses(logged, asked, new_name):
    name = new_name("act").replace("-", "")
    logged.add_user(name)
    logged.call("user_patch", {"id": name, "fullname": "A B"}, user="ada")
    found = asked("xi", "user_activity_list", id=name)
    assert types(found) == ["changed user", "new user"]
    assert "@" not in str(found)
    whole = asked("xi", "activity_show", id=found[0]["id"], include_data=True)
    assert "@" not in str(whole)


def test_an_activity_shows_the_dataset_as_it_was(asked, dataset):
    newest, oldest = asked(None, "package_activity_list", id=dataset["id"])
    shown = asked(None, "activity_show", id=oldest["id"], include_data=True)
    assert shown["data"]["package"]["title"] == "Beads"
    assert asked(None, "activity_show", id=oldest["id"])["data"]["package"]["title"] == "Beads"
    whole = asked(None, "activity_data_show", id=newest["id"], object_type="package")
    assert (whole["title"], whole["notes"]) == ("More beads", "still a draft")


@pytest.mark.parametrize(
    ("kind", "sign"), [("unified", "+"), ("context", "!"), ("html", 'class="diff"')]
)
def test_an_activity_is_compared_with_the_one_before(asked, dataset, kind, sign):
    newest, oldest = asked(None, "package_activity_list", id=dataset["id"])
    diff = asked(None, "activity_diff", id=newest["id"], object_type="package", diff_type=kind)
    assert [one["id"] for one in diff["activities"]] == [oldest["id"], newest["id"]]
    assert sign in diff["diff"]
    assert "More" in diff["diff"]
    first = asked(None, "activity_diff", id=oldest["id"], object_type="package")
    assert first[0] == 404


def test_private_activities_are_not_found_by_their_ids(logged, asked, new_name):
    private = {"name": new_name("act"), "owner_org": "lab-a", "private": True}
    made = logged.call("package_create", private, user="ed")
    (activity,) = asked("mo", "package_activity_list", id=made["id"])
    for action in ("activity_show", "activity_data_show"):
        assert asked("xi", action, id=activity["id"])[0] == 404
    assert asked("mo", "activity_data_show", id=activity["id"])["package"]["id"] == made["id"]


def test_administrators_note_activities_of_other_systems(asked, dataset):
    note = {"user_id": "ed", "object_id": dataset["name"], "activity_type": "changed package"}
    assert asked("ed", "activity_create", **note)[0] == 403
    made = asked("ada", "activity_create", **note, data={"package": {"title": "Elsewhere"}})
    shown = asked(None, "activity_show", id=made["id"], include_data=True)
    assert shown["data"]["package"]["title"] == "Elsewhere"
    note["activity_type"] = "eaten package"
    assert asked("ada", "activity_create", **note)[0] == 409


def test_the_dashboard_tells_news_of_what_one_follows(logged, asked, dataset):
    def news():
        found = asked("xi", "dashboard_activity_list")
        return [one for one in found if one["object_id"] == dataset["id"]]

    asked("xi", "dashboard_mark_activities_old")
    assert news() == []
    asked("xi", "follow_dataset", id=dataset["id"])
    assert [one["is_new"] for one in news()] == [False, False]
    assert asked("xi", "dashboard_new_activities_count") == 0
    logged.call("package_patch", {"id": dataset["id"], "notes": "news"}, user="ed")
    assert [one["is_new"] for one in news()] == [True, False, False]
    assert asked("xi", "dashboard_new_activities_count") == 1
    asked("xi", "dashboard_mark_activities_old")
    assert asked("xi", "dashboard_new_activities_count") == 0
    logged.call("package_patch", {"id": dataset["id"], "private": True}, user="ed")
    assert asked("xi", "dashboard_new_activities_count") == 0
    assert news() == []
    assert asked(None, "dashboard_activity_list")[0] == 403


@pytest.mark.parametrize(("action", "ref"), [("follow_user", "ed"), ("follow_group", "lab-a")])
def test_following_people_and_circles_brings_their_datasets(
    logged, asked, dataset, new_name, action, ref
):
    name = new_name("act").replace("-", "")
    logged.add_user(name)
    asked(name, action, id=ref)
    found = asked(name, "dashboard_activity_list")
    assert dataset["id"] in {one["object_id"] for one in found}


def test_old_activities_are_removed_versions_stay(logged, dataset):
    """L11."""
    with logged.site.database.writing() as session:
        session.add(
            Activity(
                object_id=dataset["id"],
                object_type="package",
                activity_type="changed package",
                timestamp=datetime.now(UTC) - timedelta(days=100),
            )
        )
        session.commit()
    command = ["prune", "--older-than", "99"]
    done = CliRunner().invoke(activity, command, obj=logged.access())
    assert done.output == "removed 1 activities\n"
    assert logged.call("dataset_version_list", {"id": dataset["id"]})["count"] == 2
    assert len(logged.call("package_activity_list", {"id": dataset["id"]})) == 2
