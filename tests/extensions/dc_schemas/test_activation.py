"""Activating looks at the present files, by whichever way it is asked for; dcor 15, §6.1."""

import json

import pytest
from field_files import deposit

from cytotheca.core.plugins.toolkit import ValidationError
from cytotheca.extensions.dc_schemas.inspection import list_problems
from cytotheca.extensions.dc_schemas.jobs import inspect_resource


@pytest.fixture
def draft(field_site, beads):
    """A draft with a measurement that no job has looked into."""
    return deposit(field_site, {"a.rtdc": beads.read_bytes()})


@pytest.fixture
def as_ada(field_site, draft):
    """Send a form as a sysadmin."""
    token = field_site.call("api_token_create", "ada", user="ada", name=draft["id"])["token"]

    def send(action, fields):
        return field_site.app.test_client().post(
            f"/api/3/action/{action}", data=fields, headers={"Authorization": token}
        )

    return send


@pytest.mark.parametrize(
    "activate",
    [
        lambda did: ("package_patch", {"id": did, "state": "active"}),
        lambda did: ("package_revise", {"match__id": did, "update__state": "active"}),
        lambda did: (
            "package_revise",
            {"match": json.dumps({"id": did}), "update": json.dumps({"state": "active"})},
        ),
    ],
    ids=["patch", "flat", "json"],
)
def test_a_file_is_looked_into_when_nobody_has(draft, as_ada, activate):
    answer = as_ada(*activate(draft["id"]))
    assert answer.status_code == 200, answer.text


def test_a_file_that_was_replaced_is_looked_into_again(field_site, draft, as_ada, beads, tmp_path):
    rid = draft["resources"][0]["id"]
    inspect_resource(field_site.site, rid, {})
    with field_site.site.database.reading() as session:
        assert list_problems(session, draft["id"]) == {rid: None}
    broken = tmp_path / "a.rtdc"
    broken.write_bytes(beads.read_bytes()[:1000])
    with broken.open("rb") as upload:
        answer = as_ada("resource_patch", {"id": rid, "upload": (upload, "a.rtdc")})
    assert answer.status_code == 200, answer.text
    with pytest.raises(ValidationError) as refused:
        field_site.call("package_patch", "ada", id=draft["id"], state="active")
    assert "make sure that it contains a valid DC resource!" in refused.value.errors["state"][0]
    with field_site.site.database.reading() as session:
        assert list_problems(session, draft["id"])[rid]
