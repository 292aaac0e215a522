"""Organizations from inside."""

import pytest

from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError


def test_the_founder_is_admin_and_title_defaults_to_the_name(house):
    made = house.call(
        "xi", "organization_create", name="new-lab", extras=[{"key": "k", "value": 1}]
    )
    assert [(one["name"], one["capacity"]) for one in made["users"]] == [("xi", "admin")]
    assert (made["title"], made["display_name"]) == ("new-lab", "new-lab")
    assert (made["type"], made["is_organization"], made["state"]) == (
        "organization",
        True,
        "active",
    )
    assert made["extras"] == [{"key": "k", "value": "1"}]
    assert made["package_count"] == 0
    assert "email" not in made["users"][0]


@pytest.mark.parametrize("name", ["a", "A b", "new", "x" * 101, "lab-a"])
def test_bad_and_taken_names_are_refused(house, name):
    with pytest.raises(ValidationError) as refused:
        house.call("xi", "group_create", name=name)
    assert list(refused.value.errors) == ["name"]


def test_anonymous_callers_found_nothing(house):
    with pytest.raises(NotAuthorized):
        house.call("", "organization_create", name="new-lab")


def test_a_closed_site_lets_only_sysadmins_found(found_house):
    house = found_house(ckan__auth__user_create_organizations="false")
    with pytest.raises(NotAuthorized):
        house.call("xi", "organization_create", name="new-lab")
    assert house.call("ada", "organization_create", name="new-lab")["name"] == "new-lab"


def test_only_admins_change_an_organization(house):
    for who in ("ed", "mo", "xi", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "organization_patch", id="lab-a", title="X")
    assert house.call("ada", "organization_patch", id="lab-a", title="X")["title"] == "X"


def test_update_drops_extras_and_keeps_users_patch_keeps_both(house):
    house.call("ada", "organization_patch", id="lab-a", extras=[{"key": "k", "value": "v"}])
    patched = house.call("ada", "organization_patch", id="lab-a", description="d")
    assert patched["extras"] == [{"key": "k", "value": "v"}]
    updated = house.call("ada", "organization_update", id="lab-a", title="T")
    assert updated["extras"] == []
    assert updated["description"] == "d"
    assert {one["name"] for one in updated["users"]} == {"ada", "ed", "mo"}


def test_a_given_list_of_users_replaces_the_present_one(house):
    users = [{"name": "ada", "capacity": "admin"}, {"name": "xi", "capacity": "member"}]
    updated = house.call("ada", "organization_update", id="lab-a", users=users)
    assert [(u["name"], u["capacity"]) for u in updated["users"]] == [
        ("ada", "admin"),
        ("xi", "member"),
    ]


def test_unknown_users_and_roles_are_told_at_their_place(house):
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "organization_patch", id="lab-a", users=[{"name": "ed"}, {"name": "zz"}])
    assert refused.value.errors["users"] == [{}, {"name": ["User was not found."]}]
    with pytest.raises(ValidationError) as refused:
        house.call(
            "ada",
            "organization_patch",
            id="lab-a",
            users=[{"name": "ed"}, {"name": "mo", "capacity": "boss"}],
        )
    assert refused.value.errors["users"] == [{}, {"capacity": ["role does not exist."]}]


def test_extras_are_checked(house):
    with pytest.raises(ValidationError) as refused:
        house.call(
            "ada",
            "organization_patch",
            id="lab-a",
            extras=[{"key": "k"}, {"key": "k"}, {"key": "title"}],
        )
    assert refused.value.errors["extras_validation"] == ['Duplicate key "k"']
    assert refused.value.errors["extras"][2]["key"]


def test_the_type_stays(house):
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "organization_patch", id="lab-a", type="lab")
    assert refused.value.errors == {"type": ["Type cannot be updated"]}


def test_renaming_is_seen_by_searches_at_once(house, dataset):
    dataset("d1")
    house.call("ada", "organization_patch", id="lab-a", name="lab-b", title="Beta")
    found = house.call("", "package_search", fq="organization:lab-b")["results"]
    assert [one["organization"]["title"] for one in found] == ["Beta"]
    assert house.call("", "package_search", fq="organization:lab-a")["count"] == 0


def test_an_organization_with_datasets_stays(house, dataset):
    made = dataset("d1", state="draft")
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "organization_delete", id="lab-a")
    assert refused.value.errors == {
        "message": "Organization cannot be deleted while it still has datasets"
    }
    house.call("ed", "package_delete", id=made["id"])
    assert house.call("ada", "organization_delete", id="lab-a") is None
    assert house.call("", "organization_list") == []


def test_a_deleted_organization_is_for_its_members_and_keeps_its_name(house):
    house.call("ada", "organization_delete", id="lab-a")
    assert house.call("mo", "organization_show", id="lab-a")["state"] == "deleted"
    for who in ("xi", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "organization_show", id="lab-a")
    with pytest.raises(ValidationError):
        house.call("xi", "organization_create", name="lab-a")
    house.call("ada", "organization_purge", id="lab-a")
    with pytest.raises(NotFound):
        house.call("ada", "organization_show", id="lab-a")
    assert house.call("xi", "organization_create", name="lab-a")["name"] == "lab-a"


def test_a_sysadmin_brings_a_deleted_organization_back(house):
    house.call("ada", "organization_delete", id="lab-a")
    back = house.call("ada", "organization_patch", id="lab-a", state="active")
    assert {one["name"] for one in back["users"]} == {"ada", "ed", "mo"}
    assert house.call("", "organization_list") == ["lab-a"]


def test_deletion_can_be_forbidden(found_house):
    house = found_house(ckan__auth__user_delete_organizations="false")
    house.call("xi", "organization_create", name="own")
    with pytest.raises(NotAuthorized):
        house.call("xi", "organization_delete", id="own")


def test_organization_and_group_are_not_the_same(house):
    house.call("xi", "group_create", name="c1")
    for action, name in [("group_show", "lab-a"), ("organization_show", "c1")]:
        with pytest.raises(NotFound):
            house.call("", action, id=name)


def test_lists_are_sorted_filtered_and_paged(house, dataset):
    house.call("ada", "organization_create", name="z-lab", title="aardvark")
    house.call("ada", "organization_create", name="b-lab", title="Bees_1")
    dataset("d1")
    dataset("d2", private=True)
    assert house.call("", "organization_list") == ["z-lab", "b-lab", "lab-a"]
    assert house.call("", "organization_list", sort="name desc") == ["z-lab", "lab-a", "b-lab"]
    assert house.call("", "organization_list", sort="package_count desc")[0] == "lab-a"
    assert house.call("", "organization_list", q="bees_") == ["b-lab"]
    assert house.call("", "organization_list", q="%") == []
    assert house.call("", "organization_list", organizations=["lab-a", "nope"]) == ["lab-a"]
    assert house.call("", "organization_list", limit=1, offset=1) == ["b-lab"]
    shown = house.call("", "organization_list", all_fields="True", organizations="lab-a")
    assert shown[0]["package_count"] == 1
    assert "users" not in shown[0]
    with pytest.raises(ValidationError) as refused:
        house.call("", "organization_list", sort="created")
    assert "sort" in refused.value.errors


def test_a_long_list_needs_no_more_statements_than_a_short_one(house):
    options = {
        "all_fields": True,
        "include_users": True,
        "include_extras": True,
        "include_groups": True,
        "include_member_count": True,
    }
    short = house.statements("", "organization_list", **options)
    for number in range(30):
        house.call("ada", "organization_create", name=f"many-{number}", users=[{"name": "ed"}])
    assert len(house.call("", "organization_list", all_fields=True)) == 31
    assert house.statements("", "organization_list", **options) == short


def test_organizations_for_a_user(house):
    create = {"permission": "create_dataset"}

    def listed(who, **params):
        found = house.call(who, "organization_list_for_user", **params)
        return [(one["name"], one["capacity"]) for one in found]

    assert listed("ed", **create) == [("lab-a", "editor")]
    assert listed("mo", **create) == listed("", **create) == []
    assert listed("mo") == [("lab-a", "member")]
    assert listed("ada", **create) == [("lab-a", "admin")]
    assert listed("xi", id="ed") == [("lab-a", "editor")]


def test_the_datasets_shown_are_those_the_caller_may_see(house, dataset):
    dataset("d1")
    dataset("d2", private=True)

    def names(who):
        shown = house.call(who, "organization_show", id="lab-a", include_datasets=True)
        return {one["name"] for one in shown["packages"]}

    assert names("") == {"d1"}
    assert names("mo") == {"d1", "d2"}


def test_names_are_completed(house):
    found = house.call("", "organization_autocomplete", q="LAB")
    assert [(one["name"], one["title"]) for one in found] == [("lab-a", "Lab A")]
    assert set(found[0]) == {"id", "name", "title"}


def test_closed_sites_show_members_to_members_only(found_house):
    house = found_house(ckan__auth__public_user_details="false")
    assert "users" not in house.call("", "organization_show", id="lab-a")
    assert house.call("mo", "organization_show", id="lab-a", include_users=True)["users"]
    for who in ("", "xi"):
        with pytest.raises(NotAuthorized):
            house.call(who, "organization_show", id="lab-a", include_users=True)
        with pytest.raises(NotAuthorized):
            house.call(who, "member_list", id="lab-a", object_type="user")
    with pytest.raises(NotAuthorized):
        house.call("xi", "organization_list", all_fields=True, include_users=True)


def test_an_image_address_must_be_a_web_address(house):
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "organization_patch", id="lab-a", image_url="javascript:alert(1)")
    assert "image_url" in refused.value.errors
    shown = house.call("ada", "organization_patch", id="lab-a", image_url="https://e.org/x.png")
    assert shown["image_display_url"] == "https://e.org/x.png"


def test_only_sysadmins_choose_ids(house):
    chosen = "6d8b0000-0000-4000-8000-000000000001"
    with pytest.raises(ValidationError) as refused:
        house.call("xi", "organization_create", name="o2", id=chosen)
    assert refused.value.errors == {"id": ["The input field id was not expected."]}
    assert house.call("ada", "organization_create", name="o2", id=chosen)["id"] == chosen


def test_admins_of_a_circle_are_admins_of_those_below(house):
    """ckan-core §6.2: the role cascades, over several levels, and ends with the membership."""
    for name, above in (("faculty", None), ("institute", "faculty"), ("group-a", "institute")):
        parents = [{"name": above}] if above else []
        house.call("ada", "organization_create", name=name, groups=parents)
    join = {"id": "faculty", "username": "xi", "role": "admin"}
    house.call("ada", "organization_member_create", **join)
    listed = house.call("xi", "organization_list_for_user", permission="create_dataset")
    assert {one["name"]: one["capacity"] for one in listed}["group-a"] == "admin"
    hidden = house.call("xi", "package_create", name="deep", owner_org="group-a", private=True)
    house.call("xi", "package_patch", id=hidden["id"], title="changed")
    house.call("ada", "organization_member_create", **join | {"role": "editor"})
    with pytest.raises(NotAuthorized):
        house.call("xi", "package_create", name="deeper", owner_org="group-a")
    with pytest.raises(NotAuthorized):
        house.call("xi", "package_show", id=hidden["id"])


def test_a_ring_of_circles_gives_no_endless_roles(house):
    house.call("ada", "organization_create", name="ring-a")
    house.call("ada", "organization_create", name="ring-b", groups=[{"name": "ring-a"}])
    house.call("ada", "organization_patch", id="ring-a", groups=[{"name": "ring-b"}])
    house.call("ada", "organization_member_create", id="ring-a", username="xi", role="admin")
    listed = house.call("xi", "organization_list_for_user", permission="admin")
    assert {"ring-a", "ring-b"} <= {one["name"] for one in listed}
