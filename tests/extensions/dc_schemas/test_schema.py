"""How a proposed dataset is brought into shape and checked, without a server."""

from __future__ import annotations

import io
import uuid

import pydantic
import pytest

from cytotheca.core.plugins.toolkit import NotAuthorized, ValidationError
from cytotheca.extensions.dc_schemas.schema import FieldDataset, allowed_suffixes
from cytotheca.extensions.dc_schemas.settings import SchemaSettings
from cytotheca.extensions.dc_schemas.supplements import load_supplements

USUAL = {"title": "Beads", "authors": "Ada", "license_id": "CC0-1.0", "owner_org": "lab-a"}


@pytest.fixture
def with_file(field_site):
    """Make a draft of ed's with a text by ``resource_create``, as scripts do (dcor §2.5)."""
    token = field_site.call("api_token_create", "ed", user="ed", name=uuid.uuid4().hex)["token"]

    def create(**keys):
        did = field_site.call("package_create", "ed", **USUAL)["id"]
        sent = {"package_id": did, "name": "a.txt", "upload": (io.BytesIO(b"text"), "a.txt")}
        answer = field_site.app.test_client().post(
            "/api/3/action/resource_create", data=sent | keys, headers={"Authorization": token}
        )
        assert answer.status_code == 200, answer.text
        return did, answer.json["result"]

    return create


@pytest.mark.parametrize("authors", [None, "", " , ,"])
def test_nobody_is_no_author(authors):
    """dcor 5."""
    with pytest.raises(pydantic.ValidationError, match="Missing value"):
        FieldDataset(authors=authors)
    with pytest.raises(pydantic.ValidationError):
        FieldDataset()


@pytest.mark.parametrize("allowed", [True, False])
def test_old_measurements_are_taken_where_the_site_says_so(allowed):
    """dcor §5.3."""
    assert (".dc" in allowed_suffixes(SchemaSettings(allow_dc_suffix=allowed))) is allowed


def test_a_proposal_is_brought_into_shape(field_site):
    """dcor 4."""
    texts = {
        "authors": "P, , Q",
        "doi": "https://doi.org/10.1/x/",
        "references": "İ doi.org/10.2/y",
    }
    made = field_site.call("package_create", "ed", **(USUAL | texts))
    assert {key: made[key] for key in texts} == {
        "authors": "P, Q",
        "doi": "10.1/x",
        "references": "doi:10.2/y",
    }
    assert (made["state"], made["private"]) == ("draft", False)


def test_only_a_sysadmin_chooses_a_name(field_site):
    """dcor §5.1."""
    chosen = f"n-{uuid.uuid4().hex[:8]}"
    assert field_site.call("package_create", "ed", **USUAL, name=chosen)["name"] != chosen
    assert field_site.call("package_create", "ada", **USUAL, name=chosen)["name"] == chosen


def test_datasets_are_private_where_public_ones_are_not_allowed(field_site, with_settings):
    """dcor 41."""
    with_settings(SchemaSettings, allow_public_datasets=False)
    assert field_site.call("package_create", "ed", **USUAL)["private"] is True
    with pytest.raises(NotAuthorized, match="Creating public datasets has been disabled"):
        field_site.call("package_create", "ed", **USUAL, private=False)


def test_the_key_that_does_not_convert_is_named_at_its_file(field_site, with_file):
    """dcor 13."""
    did, resource = with_file()
    change = {f"update__resources__{resource['id']}": {"sp:chip:measurement count": 3.7}}
    with pytest.raises(ValidationError) as refused:
        field_site.call("package_revise", "ed", match={"id": did}, **change)
    text = "Invalid value for 'sp:chip:measurement count': '3.7'!"
    assert refused.value.errors == {"resources": [{"sp:chip:measurement count": [text]}]}


def test_values_that_are_there_stay_when_the_site_becomes_strict(
    field_site, with_file, with_settings
):
    """dcor §5.3: unchanged values sent back are always accepted."""
    did, resource = with_file(**{"sp:chip:channel width": "-1"})
    assert resource["sp:chip:channel width"] == -1.0
    with_settings(SchemaSettings, strict_supplements=True)
    whole = field_site.call("package_show", "ed", id=did)
    assert field_site.call("package_update", "ed", **whole, notes_more="n")["id"] == did
    change = {f"update__resources__{resource['id']}": {"sp:chip:channel width": -2}}
    with pytest.raises(ValidationError):
        field_site.call("package_revise", "ed", match={"id": did}, **change)


def test_sections_of_the_sites_own_are_shown(field_site, with_settings, tmp_path):
    """dcor §5.6."""
    (tmp_path / "supplement1_mood.json").write_text(
        '{"key": "mood", "name": "Mood", "requires": {}, "items": []}'
    )
    with_settings(SchemaSettings, json_resource_schema_dir=str(tmp_path))
    assert list(field_site.call("resource_schema_supplements")) == ["mood"]
    assert "mood" not in load_supplements("package")
