"""When a condensed file gets its links to other files of the dataset; dcor §7, §8.2."""

import h5py
import pytest
from field_files import deposit
from sqlalchemy import delete, update

from cytotheca.core.models.outbox import JobState, Outbox
from cytotheca.core.plugins.toolkit import Postpone
from cytotheca.extensions.dc_schemas.deriving import make_derived
from cytotheca.extensions.dc_schemas.jobs import inspect_resource
from cytotheca.extensions.dc_serve.condensing import CONDENSED
from cytotheca.extensions.dc_serve.settings import ServeSettings


class Pair:
    """An original and its export in one dataset, not condensed yet."""

    def __init__(self, field, files):
        self.site, self.field = field.site, field
        self.ids = [one["id"] for one in deposit(field, files)["resources"]]

    def inspect(self, position):
        inspect_resource(self.site, self.ids[position], {})
        self.finish(position, "dc_inspect")

    def condense(self, position):
        make_derived(CONDENSED, self.site, self.ids[position], {})
        self.finish(position, "dc_condense")

    def finish(self, position, job):
        """Remove the row of a job, as its worker does."""
        with self.site.database.writing() as session:
            session.execute(delete(Outbox).where(*self.row(position, job)))
            session.commit()

    def fail(self, position, job):
        """Mark a job as failed for good."""
        with self.site.database.writing() as session:
            row = update(Outbox).where(*self.row(position, job))
            session.execute(row.values(state=JobState.FAILED))
            session.commit()

    def row(self, position, job):
        return Outbox.subject == self.ids[position], Outbox.name == job

    def features(self, position):
        """Return what clients are told of the condensed file."""
        answer = self.field.call("dcserv", id=self.ids[position], query="basins")
        return set(answer[0]["features"])


@pytest.fixture
def pair(field_site, beads, filtered):
    return Pair(field_site, {"up.rtdc": beads.read_bytes(), "down.rtdc": filtered.read_bytes()})


def test_an_export_waits_for_what_it_came_from(pair):
    pair.inspect(1)
    with pytest.raises(Postpone):
        pair.condense(1)
    pair.inspect(0)
    with pytest.raises(Postpone):
        pair.condense(1)
    pair.condense(0)
    pair.condense(1)
    assert {"image", "volume"} <= pair.features(1)


def test_an_export_does_not_wait_for_what_failed(pair):
    pair.inspect(0)
    pair.inspect(1)
    pair.fail(0, "dc_condense")
    pair.condense(1)
    assert "image" in pair.features(1)
    assert "volume" not in pair.features(1)


def test_nothing_waits_for_files_that_come_after_it(field_site, beads, filtered):
    pair = Pair(field_site, {"down.rtdc": filtered.read_bytes(), "up.rtdc": beads.read_bytes()})
    pair.inspect(0)
    pair.condense(0)
    assert "image" not in pair.features(0)


def test_a_basin_whose_mapping_is_missing_is_left_out(field_site, beads, filtered, tmp_path):
    """dcor §8.2: and the file is condensed all the same."""
    torn = tmp_path / "torn.rtdc"
    torn.write_bytes(filtered.read_bytes())
    with h5py.File(torn, "a") as file:
        del file["events/basinmap0"]
    pair = Pair(field_site, {"up.rtdc": beads.read_bytes(), "down.rtdc": torn.read_bytes()})
    pair.inspect(0)
    pair.inspect(1)
    pair.condense(1)
    assert {"deform", "area_um"} <= pair.features(1)
    assert "image" not in pair.features(1)


def test_a_site_may_do_without_links(pair, with_settings):
    """dcor 31: none when switched off."""
    with_settings(ServeSettings, enable_intra_dataset_basins=False)
    pair.inspect(0)
    pair.inspect(1)
    pair.condense(1)
    assert "image" not in pair.features(1)
    with_settings(ServeSettings, enable_intra_dataset_basins=True)
    assert "image" not in pair.features(1)
