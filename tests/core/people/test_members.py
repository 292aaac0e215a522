"""Memberships of users and datasets, and collaborators."""

import pytest

from cytotheca.core.actions import group_reindex
from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError


@pytest.fixture
def collection(house):
    """A collection of xi with ed as member."""
    made = house.call("xi", "group_create", name="c1", title="Figure 1")
    house.call("xi", "group_member_create", id="c1", username="ed", role="member")
    return made


def put(house, who, dataset, group="c1"):
    return house.call(
        who,
        "member_create",
        id=group,
        object=dataset["name"],
        object_type="package",
        capacity="member",
    )


def test_members_are_listed_with_display_words(house):
    listed = house.call("", "member_list", id="lab-a", object_type="user")
    assert sorted(listed) == sorted(
        [
            (house.ids["ada"], "user", "Admin"),
            (house.ids["ed"], "user", "Editor"),
            (house.ids["mo"], "user", "Member"),
        ]
    )
    admins = house.call("", "member_list", id="lab-a", capacity="Admin")
    assert admins == [(house.ids["ada"], "user", "Admin")]


def test_roles_are_listed(house):
    listed = house.call("", "member_roles_list")
    assert listed == [
        {"text": word, "value": word.lower()} for word in ("Admin", "Editor", "Member")
    ]
    groups = house.call("", "member_roles_list", group_type="group")
    assert [one["value"] for one in groups] == ["admin", "member"]


def test_an_unknown_role_is_refused(house):
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "organization_member_create", id="lab-a", username="xi", role="boss")
    assert refused.value.errors == {"role": ["role does not exist."]}


def test_only_admins_change_members(house):
    for who in ("ed", "mo", "xi", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "organization_member_create", id="lab-a", username="xi", role="admin")
        with pytest.raises(NotAuthorized):
            house.call(who, "organization_member_delete", id="lab-a", username="mo")


def test_a_new_role_counts_at_once_and_a_lost_one_too(house, dataset):
    made = dataset("d1", private=True)
    with pytest.raises(NotAuthorized):
        house.call("xi", "package_show", id="d1")
    given = house.call(
        "ada", "organization_member_create", id="lab-a", username="xi", role="member"
    )
    assert (given["table_name"], given["table_id"], given["capacity"]) == (
        "user",
        house.ids["xi"],
        "member",
    )
    assert house.call("xi", "package_show", id="d1")["id"] == made["id"]
    assert house.call("xi", "package_search", include_private=True)["count"] == 1
    assert house.call("ada", "organization_member_delete", id="lab-a", username="xi") is None
    assert house.call("xi", "package_search", include_private=True)["count"] == 0
    assert house.call("ada", "organization_member_delete", id="lab-a", username="xi") is None


def test_an_admin_does_not_lower_itself(house, collection):
    for action, params in [
        ("group_member_create", {"username": "xi", "role": "member"}),
        ("member_create", {"object": "xi", "object_type": "user", "capacity": "editor"}),
    ]:
        with pytest.raises(NotAuthorized, match="own admin status"):
            house.call("xi", action, id="c1", **params)


def test_members_of_a_collection_add_and_remove_datasets(house, dataset, collection):
    made = dataset("d1")
    assert put(house, "ed", made)["table_id"] == made["id"]
    assert house.call("", "package_search", fq="groups:c1")["count"] == 1
    assert [one["name"] for one in house.call("", "group_package_show", id="c1")] == ["d1"]
    assert house.call("", "group_show", id="c1")["package_count"] == 1
    removal = {"id": "c1", "object": made["id"], "object_type": "package"}
    with pytest.raises(NotAuthorized):
        house.call("mo", "member_delete", **removal)
    assert house.call("ed", "member_delete", **removal) is None
    assert house.call("", "package_search", fq="groups:c1")["count"] == 0


def test_nobody_passes_on_private_datasets_of_others(house, dataset, collection):
    made = dataset("d1", private=True)
    for who in ("xi", "mo"):
        house.call("ada", "group_member_create", id="c1", username="mo", role="member")
        with pytest.raises(NotAuthorized):
            put(house, who, made)
    assert put(house, "ed", made)


def test_private_datasets_of_a_collection_are_not_listed_to_strangers(house, dataset, collection):
    made = dataset("d1", private=True)
    put(house, "ed", made)
    listed = {
        who: house.call(who, "member_list", id="c1", object_type="package") for who in ("", "ed")
    }
    assert listed[""] == []
    assert listed["ed"] == [(made["id"], "package", "member")]


def test_datasets_of_an_organization_are_listed_but_not_moved(house, dataset):
    made = dataset("d1")
    listed = house.call("", "member_list", id="lab-a", object_type="package")
    assert listed == [(made["id"], "package", "organization")]
    with pytest.raises(ValidationError) as refused:
        put(house, "ada", made, group="lab-a")
    assert "object_type" in refused.value.errors


def test_collections_of_the_caller_are_listed(house, collection):
    house.call("mo", "group_create", name="c2")

    def listed(who, **params):
        found = house.call(who, "group_list_authz", **params)
        return {one["name"]: one["capacity"] for one in found}

    assert listed("") == {}
    assert listed("xi") == {"c1": "admin"}
    assert listed("ed") == {"c1": "member"}
    assert set(listed("ada")) == {"c1", "c2"}
    assert listed("ada", am_member=True) == {}


def test_a_group_is_made_with_its_datasets(house, dataset):
    dataset("d1")
    made = house.call("xi", "group_create", name="c3", packages=[{"id": "d1"}])
    assert made["package_count"] == 1
    house.call("xi", "group_update", id="c3", title="New")
    assert house.call("", "package_search", fq="groups:c3")["count"] == 1
    house.call("xi", "group_update", id="c3", packages=[])
    assert house.call("", "package_search", fq="groups:c3")["count"] == 0


def test_a_deleted_collection_leaves_its_datasets(house, dataset, collection):
    put(house, "ed", dataset("d1"))
    house.call("xi", "group_delete", id="c1")
    assert house.call("", "package_show", id="d1")["groups"] == []
    assert house.call("", "package_search", fq="groups:c1")["count"] == 0


def test_many_datasets_of_a_renamed_collection_are_left_to_a_job(
    house, dataset, collection, monkeypatch
):
    monkeypatch.setattr(group_reindex, "AT_ONCE", 1)
    monkeypatch.setattr(house.site.transport, "ping", lambda: True)  # job_list asks it
    for name in ("d1", "d2"):
        put(house, "ed", dataset(name))
    house.call("xi", "group_patch", id="c1", name="c9")
    assert house.call("", "package_search", fq="groups:c9")["count"] == 0
    jobs = house.call("ada", "job_list")
    assert [job["title"] for job in jobs] == [group_reindex.REINDEX.title]
    group_reindex.run_reindex(house.site, collection["id"], {})
    assert house.call("", "package_search", fq="groups:c9")["count"] == 2


def test_groups_stand_above_groups(house):
    house.call("xi", "group_create", name="top")
    made = house.call("xi", "group_create", name="below", groups=[{"name": "top"}])
    assert [one["name"] for one in made["groups"]] == ["top"]
    with pytest.raises(ValidationError):
        house.call("xi", "group_patch", id="below", groups=[{"name": "below"}])


@pytest.fixture
def foreign(house):
    """A private dataset of an organization of ada's alone."""
    house.call("ada", "organization_create", name="other")
    return house.call("ada", "package_create", name="p4", owner_org="other", private=True)


def share(house, capacity, who="ada", **params):
    return house.call(
        who,
        "package_collaborator_create",
        **({"id": "p4", "user_id": "mo", "capacity": capacity} | params),
    )


def test_collaborators_read_and_editors_change(house, foreign):
    shared = share(house, "member")
    assert set(shared) == {"package_id", "user_id", "capacity", "modified"}
    assert house.call("mo", "package_show", id="p4")
    assert house.call("mo", "package_search", include_private=True, fq="name:p4")["count"] == 1
    with pytest.raises(NotAuthorized):
        house.call("mo", "package_patch", id="p4", notes="n")
    share(house, "editor", id=foreign["id"], user_id=house.ids["mo"])
    assert house.call("mo", "package_patch", id="p4", notes="n")["notes"] == "n"
    assert [c["capacity"] for c in house.call("ada", "package_collaborator_list", id="p4")] == [
        "editor"
    ]
    mine = house.call("mo", "package_collaborator_list_for_user", id="mo")
    assert [(one["package_id"], one["capacity"]) for one in mine] == [(foreign["id"], "editor")]


def test_sharing_ends_by_name(house, foreign):
    share(house, "member")
    assert house.call("ada", "package_collaborator_delete", id="p4", user_id="mo") is None
    with pytest.raises(NotAuthorized):
        house.call("mo", "package_show", id="p4")
    with pytest.raises(NotFound):
        house.call("ada", "package_collaborator_delete", id="p4", user_id="mo")


def test_sharing_is_for_admins_and_has_known_roles(house, foreign):
    with pytest.raises(NotAuthorized):
        share(house, "member", who="ed")
    with pytest.raises(NotAuthorized):
        house.call("ed", "package_collaborator_list_for_user", id="mo")
    for capacity in ("boss", "admin"):
        with pytest.raises(ValidationError) as refused:
            share(house, capacity)
        assert "capacity" in refused.value.errors


def test_sharing_can_be_off_for_all(found_house):
    house = found_house(ckan__auth__allow_dataset_collaborators="false")
    with pytest.raises(ValidationError, match="not enabled"):
        house.call("ada", "package_collaborator_list_for_user", id="ada")


def test_no_group_stands_above_itself(house):
    with pytest.raises(ValidationError) as refused:
        house.call(
            "ada", "member_create", id="lab-a", object="lab-a", object_type="group", capacity="x"
        )
    assert refused.value.errors == {"object": ["A group cannot stand above itself"]}
