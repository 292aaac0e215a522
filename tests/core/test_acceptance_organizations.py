"""Organizations, members, collaborators."""

import pytest


def test_an_editor_is_told_where_to_create_datasets(ed):
    """ckan-core 22."""
    found = ed.get("organization_list_for_user", permission="create_dataset").result
    assert [(one["name"], one["capacity"]) for one in found] == [("lab-a", "editor")]


@pytest.mark.parametrize("who", ["mo", "nobody"])
def test_who_may_create_nothing_is_told_of_no_organization(request, who):
    """ckan-core 22."""
    caller = request.getfixturevalue(who)
    assert caller.get("organization_list_for_user", permission="create_dataset").result == []


def test_a_sysadmin_is_admin_of_every_organization(admin, nobody):
    """ckan-core 22."""
    found = admin.get("organization_list_for_user", permission="create_dataset").result
    assert {one["name"] for one in found} == set(nobody.get("organization_list").result)
    assert {one["capacity"] for one in found} == {"admin"}


def test_organizations_are_listed_by_title(admin, nobody, new_name):
    """ckan-core 23."""
    early, late = new_name("z"), new_name("a")
    assert admin.post("organization_create", name=early, title="AAA lab").status == 200
    assert admin.post("organization_create", name=late, title="Zzz lab").status == 200
    names = nobody.get("organization_list").result
    assert names.index(early) < names.index(late)


def test_thirty_organizations_are_listed_in_full(admin, nobody, new_name):
    """ckan-core 23: dcoraid cannot page."""
    names = {new_name("many") for _ in range(30)}
    for name in names:
        assert admin.post("organization_create", name=name).status == 200
    found = nobody.get("organization_list", all_fields=True).result
    assert names <= {one["name"] for one in found}
    assert all(isinstance(one["package_count"], int) for one in found)


def test_an_organization_is_no_group(nobody):
    """ckan-core 23."""
    answer = nobody.get("group_show", id="lab-a")
    assert (answer.status, answer.reason) == (404, "NOT FOUND")


def test_who_founds_an_organization_is_its_admin(xi, new_name):
    """ckan-core 24."""
    made = xi.post("organization_create", name=new_name("new-lab")).result
    assert [(one["name"], one["capacity"]) for one in made["users"]] == [("xi", "admin")]
    listed = xi.get("member_list", id=made["name"], object_type="user").result
    assert listed == [[xi.id, "user", "Admin"]]


def test_an_unknown_role_is_refused(xi, new_name):
    """ckan-core 24."""
    name = new_name("new-lab")
    assert xi.post("organization_create", name=name).status == 200
    answer = xi.post("organization_member_create", id=name, username="mo", role="boss")
    assert answer.status == 409
    assert answer.error["role"] == ["role does not exist."]


@pytest.fixture
def foreign(admin, new_name, new_dataset):
    """A private dataset of an organization to which nobody belongs."""
    other = new_name("other")
    assert admin.post("organization_create", name=other).status == 200
    return new_dataset(admin, owner_org=other, private=True)


def find(client, dataset):
    query = {"fq": f"name:{dataset['name']}", "include_private": True}
    return client.get("package_search", **query).result["count"]


def test_a_collaborating_editor_reads_finds_and_changes(admin, mo, foreign):
    """ckan-core 34."""
    assert mo.get("package_show", id=foreign["id"]).status == 403
    share = {"id": foreign["id"], "user_id": mo.id, "capacity": "editor"}
    assert admin.post("package_collaborator_create", share).status == 200
    assert mo.get("package_show", id=foreign["id"]).status == 200
    assert find(mo, foreign) == 1
    assert mo.post("package_patch", id=foreign["id"], notes="n").status == 200
    listed = mo.get("package_collaborator_list_for_user", id="mo").result
    assert foreign["id"] in {one["package_id"] for one in listed}


def test_a_collaborating_member_only_reads(admin, mo, foreign):
    """ckan-core 34."""
    share = {"id": foreign["id"], "user_id": mo.id, "capacity": "member"}
    assert admin.post("package_collaborator_create", share).status == 200
    assert mo.get("package_show", id=foreign["id"]).status == 200
    assert find(mo, foreign) == 1
    assert mo.post("package_patch", id=foreign["id"], notes="n").status == 403


def test_who_leaves_an_organization_loses_its_private_datasets_at_once(
    core_site, admin, ed, new_name, new_dataset
):
    """ckan-core 35."""
    leaver = core_site.hire(new_name("leaver"))
    joining = {"id": "lab-a", "username": leaver.name, "role": "member"}
    assert admin.post("organization_member_create", joining).status == 200
    private = new_dataset(ed, private=True)
    assert find(leaver, private) == 1
    leaving = {"id": "lab-a", "username": leaver.name}
    assert admin.post("organization_member_delete", leaving).status == 200
    assert find(leaver, private) == 0
    assert leaver.get("package_show", id=private["id"]).status == 403


def test_the_circles_of_others_are_shown_to_their_members_only(admin, ed, mo, xi, nobody):
    """S1, ckan-core 4.4: this site does not publish details of users."""

    def circles(caller, user):
        found = caller.get("organization_list_for_user", id=user).result
        return {one["name"]: one["capacity"] for one in found}

    for user in (ed.name, admin.name):
        assert circles(nobody, user) == {}
        assert "lab-a" not in circles(xi, user)
        assert "lab-a" in circles(mo, user)
    assert circles(mo, ed.name)["lab-a"] == "editor"
    assert circles(admin, ed.name)["lab-a"] == "editor"
    assert circles(ed, ed.id)["lab-a"] == "editor"


def test_a_circle_is_not_deleted_by_the_back_door(admin, xi, new_name):
    """ckan-core 4.4: this site lets only administrators delete circles, and only empty ones."""
    circle = xi.post("organization_create", name=new_name("o")).result
    assert xi.post("organization_patch", id=circle["id"], state="deleted").status == 403
    dataset = xi.post("package_create", name=new_name("t"), owner_org=circle["id"]).result
    answer = admin.post("organization_patch", id=circle["id"], state="deleted")
    assert answer.error["message"] == "Organization cannot be deleted while it still has datasets"
    assert xi.get("package_show", id=dataset["id"]).result["organization"]["state"] == "active"
    assert xi.post("package_delete", id=dataset["id"]).status == 200
    assert admin.post("organization_patch", id=circle["id"], state="deleted").status == 200
    assert admin.post("organization_patch", id=circle["id"], state="active").status == 200


def test_admins_change_many_datasets_of_their_circle(ed, xi, new_name, new_dataset):
    """ckan-core 4.1."""
    circle = xi.post("organization_create", name=new_name("o")).result
    own = xi.post("package_create", name=new_name("t"), owner_org=circle["id"]).result
    other = new_dataset(ed)
    both = {"datasets": [own["id"], other["id"]], "org_id": circle["name"]}
    assert xi.post("bulk_update_private", both).result is None
    assert xi.get("package_show", id=own["id"]).result["private"] is True
    assert xi.get("package_show", id=other["id"]).result["private"] is False
    assert xi.post("bulk_update_public", both).result is None
    assert xi.get("package_show", id=own["id"]).result["private"] is False
    assert xi.post("bulk_update_delete", both).result is None
    assert xi.get("package_show", id=own["id"]).result["state"] == "deleted"


@pytest.mark.parametrize("action", ["private", "public", "delete"])
@pytest.mark.parametrize("org", ["lab-a", "no-such-circle"])
def test_only_admins_of_a_circle_change_many_of_its_datasets(ed, new_dataset, action, org):
    """ckan-core 4.1: an editor is no admin."""
    many = {"datasets": [new_dataset(ed)["id"]], "org_id": org}
    assert ed.post(f"bulk_update_{action}", many).status == 403
