"""Keywords, vocabularies, licences, jobs, task states, help."""

import json

import pytest
from packaging.version import Version

from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.runtime.unit_of_work import unit_of_work


def test_public_keywords_are_listed(house, dataset):
    dataset("d1", tags=[{"name": "beads"}, {"name": "blood"}])
    dataset("d2", private=True, tags=[{"name": "secret"}])
    assert house.call("", "tag_list") == ["beads", "blood"]
    assert house.call("", "tag_list", query="EAD") == ["beads"]
    (shown,) = house.call("", "tag_list", query="bead", all_fields=True)
    assert set(shown) == {"id", "name", "display_name", "vocabulary_id"}
    assert house.call("", "tag_autocomplete", q="b", limit=1) == ["beads"]
    assert house.call("", "tag_autocomplete", query="") == []
    found = house.call("", "tag_search", query="b", limit=1)
    assert (found["count"], [one["name"] for one in found["results"]]) == (2, ["beads"])
    tag = house.call("", "tag_show", id="beads", include_datasets=True)
    assert [one["name"] for one in tag["packages"]] == ["d1"]
    with pytest.raises(NotFound):
        house.call("", "tag_show", id="nope")


def test_vocabularies_are_kept_by_sysadmins(house):
    with pytest.raises(NotAuthorized):
        house.call("ed", "vocabulary_create", name="cells")
    made = house.call("ada", "vocabulary_create", name="cells", tags=[{"name": "blood"}])
    assert [tag["name"] for tag in made["tags"]] == ["blood"]
    with pytest.raises(ValidationError):
        house.call("ada", "vocabulary_create", name="cells")
    added = house.call("ada", "tag_create", name="yeast", vocabulary_id="cells")
    assert added["vocabulary_id"] == made["id"]
    assert house.call("", "tag_list", vocabulary_id="cells") == ["blood", "yeast"]
    assert house.call("", "tag_list") == []
    with pytest.raises(ValidationError):
        house.call("ada", "tag_create", name="yeast", vocabulary_id=made["id"])
    with pytest.raises(ValidationError):
        house.call("ada", "vocabulary_delete", id="cells")
    changed = house.call("ada", "vocabulary_update", id="cells", tags=[{"name": "hl60"}])
    assert [tag["name"] for tag in changed["tags"]] == ["hl60"]
    house.call("ada", "tag_delete", id="hl60", vocabulary_id="cells")
    house.call("ada", "vocabulary_delete", id="cells")
    assert house.call("", "vocabulary_list") == []
    with pytest.raises(NotFound):
        house.call("", "vocabulary_show", id="cells")


def test_the_built_in_licences_are_texts(house):
    listed = {one["id"]: one for one in house.call("", "license_list")}
    assert len(listed) == 15
    assert listed["cc-by"]["domain_content"] == "True"
    assert all(isinstance(value, str) for one in listed.values() for value in one.values())


def test_licences_come_from_a_file(found_house, tmp_path):
    path = tmp_path / "own licences.json"
    path.write_text(json.dumps({"a": {"id": "CC0-1.0", "title": "Zero", "domain_data": True}}))
    house = found_house(licenses_group_url=path.as_uri())
    (one,) = house.call("", "license_list")
    assert (one["id"], one["domain_data"], one["status"]) == ("CC0-1.0", True, "active")


def test_the_site_tells_its_level(house):
    status = house.call("", "status_show")
    assert Version(status["ckan_version"]) >= Version("2.10.3")
    assert status["site_url"] == "http://data.example.org"
    assert status["extensions"] == []
    assert status["error_emails_to"] is None


def test_every_action_is_documented_with_an_example(house):
    for name in house.site.actions.names():
        text = house.call("", "help_show", name=name)
        assert text, name
    with pytest.raises(NotFound, match="Action function not found"):
        house.call("", "help_show", name="nope")


@pytest.fixture
def jobs(house, monkeypatch):
    """Two jobs that wait, since no worker takes them."""
    monkeypatch.setattr(house.site.transport, "ping", lambda: True)
    for name, queue in [("first", "dcor-short"), ("second", "dcor-long")]:
        spec = JobSpec(name=name, function=print, queue=queue, title=f"The {name}")
        with unit_of_work(house.site) as context:
            context.enqueue(spec, "00000000-0000-4000-8000-000000000000")


def test_jobs_are_shown_in_their_order(house, jobs):
    listed = house.call("ada", "job_list")
    assert [(one["title"], one["queue"]) for one in listed] == [
        ("The first", "dcor-short"),
        ("The second", "dcor-long"),
    ]
    assert set(listed[0]) == {"id", "title", "created", "queue"}
    assert "." not in listed[0]["created"]
    assert house.call("ada", "job_list", queues="long", ids_only=True) == [listed[1]["id"]]
    assert house.call("ada", "job_list", limit=1) == listed[:1]
    assert house.call("ada", "job_show", id=listed[0]["id"]) == listed[0]
    for action in ("job_list", "job_clear"):
        with pytest.raises(NotAuthorized):
            house.call("ed", action)


def test_jobs_are_cancelled_and_cleared(house, jobs):
    first = house.call("ada", "job_list")[0]["id"]
    assert house.call("ada", "job_cancel", id=first) is None
    with pytest.raises(NotFound):
        house.call("ada", "job_show", id=first)
    assert house.call("ada", "job_clear", queues=["short"]) == ["dcor-short"]
    assert len(house.call("ada", "job_list")) == 1
    assert house.call("ada", "job_clear") == ["dcor-long"]
    assert house.call("ada", "job_list") == []


def test_task_states_are_seen_with_their_object(house, dataset):
    made = dataset("d1", private=True)
    task = {"entity_id": made["id"], "entity_type": "package", "task_type": "t", "key": "k"}
    noted = house.call("ada", "task_status_update", **task, state="running")
    again = house.call("ada", "task_status_update_many", data=[{**task, "state": "complete"}])
    assert [(one["id"], one["state"]) for one in again["results"]] == [(noted["id"], "complete")]
    key = {name: task[name] for name in ("entity_id", "task_type", "key")}
    assert house.call("mo", "task_status_show", **key)["state"] == "complete"
    for who in ("xi", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "task_status_show", id=noted["id"])
    with pytest.raises(NotAuthorized):
        house.call("ed", "task_status_update", **task)
    house.call("ada", "task_status_delete", id=noted["id"])
    with pytest.raises(NotFound):
        house.call("mo", "task_status_show", **key)
