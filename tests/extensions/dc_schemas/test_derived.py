"""Files made of a measurement are those of its present file, however slow a job was.

dcor §7, §8.3, §9.
"""

import dataclasses
import io

import pytest
from field_files import bucket_of, deposit
from sqlalchemy import delete

from cytotheca.core.models.outbox import Outbox
from cytotheca.core.plugins.toolkit import Artifact, Resource, artifact_ref, list_unfinished_jobs
from cytotheca.extensions.dc_schemas import inspection
from cytotheca.extensions.dc_schemas.derived import find_made
from cytotheca.extensions.dc_schemas.deriving import make_derived
from cytotheca.extensions.dc_schemas.jobs import inspect_resource, update_resource
from cytotheca.extensions.dc_schemas.measurement.verdict import (
    Refused,
    Unreadable,
    Verdict,
    VerdictKind,
)
from cytotheca.extensions.dc_schemas.models import Measurement as Measured
from cytotheca.extensions.dc_view.drawing import PREVIEW
from cytotheca.extensions.dc_view.models import Preview

FACTS = {"panels": [], "notes": []}


class Measurement:
    """A measurement on a site in this process; its file can be replaced."""

    def __init__(self, field, content):
        self.field, self.site = field, field.site
        self.id = deposit(field, {"a.rtdc": content})["resources"][0]["id"]
        token = field.call("api_token_create", "ada", user="ada", name=self.id)["token"]
        self.as_ada = {"Authorization": token}
        self.preview = artifact_ref(bucket_of(field), Artifact.PREVIEW, self.id)

    def source(self):
        return inspection.find_source(self.site, self.id)

    def show(self):
        return self.field.call("resource_show", id=self.id)

    def replace(self, content):
        """Send another file, as a sysadmin may."""
        upload = {"id": self.id, "upload": (io.BytesIO(content), "a.rtdc")}
        path = "/api/3/action/resource_patch"
        answer = self.field.app.test_client().post(path, data=upload, headers=self.as_ada)
        assert answer.status_code == 200, answer.text

    def made(self):
        """Return what the preview holds, and of which bytes it was made."""
        with self.site.database.reading() as session:
            row = find_made(session, Preview, self.id)
        with self.site.store.open(self.preview) as file:
            return file.read(), row and row.etag


@pytest.fixture
def measurement(field_site, beads):
    return Measurement(field_site, beads.read_bytes())


def drawing(content, before_it_is_done=lambda: None):
    """Return a kind of preview that takes its time and shows a text."""

    def make(site, source, known, out):
        before_it_is_done()
        out.write_bytes(content)
        return {"generator": "test", "facts": FACTS}

    return dataclasses.replace(PREVIEW, make=make)


def test_a_slow_job_of_an_old_file_does_not_replace_what_the_new_one_has(measurement, beads):
    def meanwhile():
        measurement.replace(beads.read_bytes() + b"new")
        make_derived(drawing(b"of the new file"), measurement.site, measurement.id, {})

    slow = drawing(b"of the old file", meanwhile)
    make_derived(slow, measurement.site, measurement.id, {})
    assert measurement.made() == (b"of the new file", measurement.source().etag)


def test_what_was_made_of_a_replaced_file_is_not_shown(measurement, beads):
    make_derived(drawing(b"of the old file"), measurement.site, measurement.id, {})
    address = f"/dataset/{measurement.show()['package_id']}/resource/{measurement.id}/preview.jpg"
    browser = measurement.field.app.test_client()
    assert browser.get(address, headers=measurement.as_ada).status_code == 302
    measurement.replace(beads.read_bytes() + b"new")
    assert browser.get(address, headers=measurement.as_ada).status_code == 404


def test_nothing_is_made_for_a_file_that_went(measurement):
    dataset = measurement.show()["package_id"]

    def meanwhile():
        measurement.field.call("package_delete", id=dataset)
        measurement.field.call("dataset_purge", id=dataset)

    make_derived(drawing(b"late", meanwhile), measurement.site, measurement.id, {})
    assert measurement.site.store.stat(measurement.preview) is None
    with measurement.site.database.reading() as session:
        assert session.get(Preview, measurement.id) is None


def test_nothing_is_left_of_a_purged_dataset(measurement):
    """dcor 17."""
    make_derived(drawing(b"picture"), measurement.site, measurement.id, {})
    dataset = measurement.show()["package_id"]
    measurement.field.call("package_delete", id=dataset)
    measurement.field.call("dataset_purge", id=dataset)
    assert measurement.site.store.stat(measurement.preview) is None
    with measurement.site.database.reading() as session:
        assert session.get(Preview, measurement.id) is None
        assert session.get(Measured, measurement.id) is None


def test_a_made_file_stays_as_it_is_unless_it_is_forced(measurement):
    for content, payload, kept in (
        (b"one", {}, b"one"),
        (b"two", {}, b"one"),
        (b"three", {"force": True}, b"three"),
    ):
        make_derived(drawing(content), measurement.site, measurement.id, payload)
        assert measurement.made()[0] == kept


@pytest.mark.parametrize("private", [True, False])
def test_a_made_file_is_as_public_as_its_dataset(measurement, private):
    dataset = measurement.show()["package_id"]
    measurement.field.call("package_patch", id=dataset, private=private, state="active")
    make_derived(drawing(b"picture"), measurement.site, measurement.id, {})
    assert measurement.site.store.stat(measurement.preview).public is not private


def test_what_was_found_in_an_old_file_is_not_noted_of_the_new_one(measurement, beads):
    old = measurement.source()
    measurement.replace(beads.read_bytes() + b"new")
    inspection.inspect(measurement.site, old)
    update_resource(measurement.site, old, {"dc:experiment:event count": 47})
    with measurement.site.database.reading() as session:
        assert inspection.find_known(session, measurement.id) is None
        assert session.get(Resource, measurement.id).etag != old.etag
    assert "dc:experiment:event count" not in measurement.show()
    inspect_resource(measurement.site, measurement.id, {})
    assert measurement.show()["dc:experiment:event count"] == 47


def test_a_reader_that_breaks_down_fails_the_job(measurement):
    """dcor §16: failures of previews and condensing are visible."""

    def break_down():
        raise Unreadable("can't be read safely: its reader broke off")

    with pytest.raises(Unreadable):
        make_derived(drawing(b"", break_down), measurement.site, measurement.id, {})
    assert measurement.site.store.stat(measurement.preview) is None


def test_a_measurement_of_which_nothing_can_be_made_fails_nothing(measurement):
    def refuse():
        raise Refused(Verdict(kind=VerdictKind.REFUSED, reason="no events"))

    make_derived(drawing(b"", refuse), measurement.site, measurement.id, {})
    assert measurement.site.store.stat(measurement.preview) is None


def test_the_same_bytes_sent_again_are_worked_on_again(measurement, beads):
    """dcor §8.1: the condensed file names the object, which is another one now."""
    make_derived(drawing(b"of the first object"), measurement.site, measurement.id, {})
    with measurement.site.database.writing() as session:  # all its jobs are done
        session.execute(delete(Outbox).where(Outbox.subject == measurement.id))
        session.commit()
    measurement.replace(beads.read_bytes())
    with measurement.site.database.reading() as session:
        [job] = [
            row for row in list_unfinished_jobs(session, measurement.id) if row.name == "dc_preview"
        ]
    again = drawing(b"of the second object")
    make_derived(again, measurement.site, measurement.id, job.payload)
    assert measurement.made()[0] == b"of the second object"
