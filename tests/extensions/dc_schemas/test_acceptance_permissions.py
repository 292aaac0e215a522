"""Who may do what: collections, collaborators, listings."""

import pytest


@pytest.fixture
def collection(ed, new_name):
    """A collection of ed's."""
    return ed.post("group_create", name=new_name("c")).result


@pytest.fixture
def draft(ed, desk):
    """A private draft of lab-a."""
    return desk.draft(ed)


@pytest.fixture
def put(collection):
    """Put a dataset into the collection."""

    def call(client, dataset, target=None):
        member = {"object": dataset["id"], "object_type": "package", "capacity": "member"}
        return client.post("member_create", member, id=(target or collection)["id"])

    return call


@pytest.mark.parametrize("role", ["member", "editor", "admin"])
def test_a_collection_shows_private_datasets_to_its_people(
    ed, xi, collection, private_beads, put, role
):
    """dcor 36."""
    rid, fq = private_beads.dataset["id"], f"id:{private_beads.dataset['id']}"
    assert put(ed, private_beads.dataset).status == 200
    assert xi.get("package_show", id=rid).status == 403
    joining = {"id": collection["id"], "object": xi.id, "object_type": "user", "capacity": role}
    assert ed.post("member_create", joining).status == 200
    assert xi.get("package_show", id=rid).status == 200
    assert xi.get("package_search", fq=fq, include_private=True).result["count"] == 1
    leaving = {"id": collection["id"], "username": "xi"}
    assert ed.post("group_member_delete", leaving).status == 200
    assert xi.get("package_show", id=rid).status == 403
    assert xi.get("package_search", fq=fq, include_private=True).result["count"] == 0


def test_nobody_collects_private_datasets_of_others(
    xi, new_name, put, private_beads, public_beads, draft
):
    """dcor 37."""
    own = xi.post("group_create", name=new_name("d")).result
    assert put(xi, private_beads.dataset, own).status == 403
    assert put(xi, draft, own).status == 403
    assert put(xi, public_beads.dataset, own).status == 200


def test_members_of_a_collection_only_read(ed, xi, collection, public_beads, put):
    """dcor 38."""
    joining = {"id": collection["id"], "username": "xi", "role": "member"}
    assert ed.post("group_member_create", joining).status == 200
    refused = put(xi, public_beads.dataset)
    assert refused.status == 403
    assert "not authorized to edit collection" in refused.message
    names = {one["name"] for one in xi.get("group_list_authz").result}
    assert collection["name"] not in names
    assert collection["name"] in {one["name"] for one in ed.get("group_list_authz").result}


@pytest.fixture
def share(ed, site, private_beads, new_name):
    """Let a new user collaborate on the private dataset."""

    def call(capacity):
        guest = site.hire(new_name("guest"))
        sharing = {"id": private_beads.dataset["id"], "user_id": guest.id, "capacity": capacity}
        # Editors of a circle do not share its datasets; its admins and sysadmins do.
        assert site.people["ada"].post("package_collaborator_create", sharing).status == 200
        return guest

    return call


def test_a_collaborating_member_reads(share, private_beads):
    """dcor 39."""
    guest = share("member")
    assert guest.get("package_show", id=private_beads.dataset["id"]).status == 200
    assert guest.post("package_patch", id=private_beads.dataset["id"], title="T").status == 403


def test_a_collaborating_editor_is_bound_by_the_rules_of_active_datasets(share, private_beads):
    """dcor 39."""
    refused = share("editor").post("package_patch", id=private_beads.dataset["id"], title="T")
    assert refused.status == 403
    assert "Changing 'title'" in refused.message


def test_users_are_not_listed(ed, admin):
    """dcor 40."""
    refused = ed.get("user_list")
    assert (refused.status, refused.reason) == (403, "FORBIDDEN")
    assert "Listing users is forbidden." in refused.message
    assert "ed" in {one["name"] for one in admin.get("user_list").result}


def test_a_user_sees_only_his_own_details(ed, xi, nobody):
    """dcor 40."""
    assert ed.get("user_show").result["name"] == "ed"
    assert ed.get("user_show", id="ed").result["email"] == "ed@example.org"
    for caller in (ed, nobody):
        refused = caller.get("user_show", id="xi")
        assert (refused.status, refused.reason) == (403, "FORBIDDEN")
        assert "Users may only view their own details" in refused.message


def test_users_are_completed_for_users_alone(ed, nobody):
    """dcor 40."""
    refused = nobody.get("user_autocomplete", q="")
    assert (refused.status, refused.reason) == (403, "FORBIDDEN")
    assert refused.message.startswith("Access denied")
    assert "ed" in {one["name"] for one in ed.get("user_autocomplete", q="").result}


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("resource_delete", {}),
        ("bulk_update_delete", {}),
        ("bulk_update_private", {}),
    ],
)
def test_only_admins_remove_and_hide_in_bulk(ed, private_beads, action, params):
    """dcor 42."""
    params = {
        "id": private_beads.resource["id"],
        "datasets": [private_beads.dataset["id"]],
        "org_id": private_beads.dataset["owner_org"],
    }
    refused = ed.post(action, params)
    assert refused.status == 403
    assert "Only admins may do so." in refused.message


def test_a_closed_site_lists_nothing_to_the_public(fresh_site):
    """dcor 41."""
    site = fresh_site(
        {
            "cytotheca.dc_schemas.allow_content_listing_for_anon": "false",
            "cytotheca.dc_schemas.allow_public_datasets": "false",
        }
    )
    ed, nobody = site.people["ed"], site.people[""]
    group = ed.post("group_create", name="c1").result["name"]
    for action, params in (
        ("organization_list", {}),
        ("group_show", {"id": group}),
        ("group_list", {}),
        ("tag_list", {}),
    ):
        refused = nobody.get(action, **params)
        assert (refused.status, refused.reason) == (403, "FORBIDDEN"), action
        assert ed.get(action, **params).status == 200, action
    given = {"title": "t", "authors": "P", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    refused = ed.post("package_create", given, private=False)
    assert (refused.status, refused.reason) == (403, "FORBIDDEN")
    assert "Creating public datasets has been disabled" in refused.message
    made = ed.post("package_create", given).result
    assert made["private"] is True
    refused = ed.post("package_patch", id=made["id"], private=False)
    assert "Public datasets have been disabled via the configuration option" in refused.message


def test_members_of_a_collection_are_told_among_those_with_access(site, ed, desk, beads, new_name):
    """S7."""
    admin, name = site.people["ada"], new_name("shelf")
    member = site.hire(new_name("reader"))
    users = [{"name": member.name, "capacity": "member"}]
    collection = admin.post("group_create", name=name, title="Shelf", users=users).result
    private = desk.measure(ed, beads).dataset
    adding = {"id": collection["id"], "object": private["id"], "object_type": "package"}
    assert admin.post("member_create", adding, capacity="public").status == 200
    assert member.get("package_show", id=private["id"]).status == 200
    listed = ed.get("dataset_access_list", id=private["id"]).result
    reasons = {(one["name"], one["reason"], one["circle"]) for one in listed}
    assert (member.name, "collection", "Shelf") in reasons
