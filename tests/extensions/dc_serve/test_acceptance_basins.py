"""Basins inside a dataset: a filtered export finds the rest in the file it came from."""

import dclab
import h5py
import numpy as np
import pytest

OWN = ["area_um", "deform"]


@pytest.fixture(scope="module")
def upload(site, desk, beads, filtered, tmp_path_factory):
    """Upload the original under a name and then, at once, its export; return both, processed."""
    ed = site.people["ed"]

    def call(name):
        draft = desk.draft(ed)
        up = desk.direct(ed, draft, beads, name)
        down = desk.direct(ed, draft, filtered)
        return desk.processed(ed, up), desk.processed(ed, down)

    return call


@pytest.fixture(scope="module", params=["up.rtdc", "renamed.rtdc"])
def pair(request, upload):
    """The original under one of two names, and its export."""
    return upload(request.param)


@pytest.fixture(scope="module")
def condensed(site, pair, tmp_path_factory):
    """The condensed file of the export, downloaded."""
    path = tmp_path_factory.mktemp("condensed") / "condensed.rtdc"
    path.write_bytes(site.people["ed"].fetch(f"{pair[1].page}/condensed.rtdc").content)
    return path


def intra_dataset_basins(path):
    """Return the basins of a file that lead to another file of its dataset."""
    with dclab.new_dataset(path) as ds:
        return [one for one in ds.basins_get_dicts() if one["name"].startswith("DCOR intra")]


def test_an_export_leads_to_the_file_it_came_from(site, pair, condensed, beads):
    """dcor 31."""
    up, _ = pair
    [basin] = intra_dataset_basins(condensed)
    assert basin["name"] == f"DCOR intra-dataset for {up.resource['name']}"
    assert basin["urls"] == [f"{site.url}/api/3/action/dcserv?id={up.resource['id']}"]
    assert (basin["type"], basin["format"], basin["mapping"]) == ("remote", "dcor", "basinmap0")
    with dclab.new_dataset(beads) as ds:
        assert set(ds.features_innate) <= set(basin["features"])
    assert "volume" in basin["features"]  # only in the condensed file of the original


def test_the_events_are_found_in_the_file_it_came_from(condensed):
    """dcor 31: the mapping is the export's own."""
    with h5py.File(condensed) as file:
        assert np.array_equal(file["events/basinmap0"][:], np.arange(0, 47, 3))


def test_nothing_of_the_uploaders_computer_is_told(condensed, beads):
    """dcor §8.1."""
    assert str(beads.parent).encode() not in condensed.read_bytes()


def test_clients_are_told_of_the_features_behind_the_condensed_file(ed, pair):
    """dcor §3.6."""
    up, down = pair
    listed, original = ed.get("dcserv", id=down.resource["id"], query="basins").result
    assert {*OWN, "image", "volume"} <= set(listed["features"])
    assert "image" not in original["features"]
    own, _ = ed.get("dcserv", id=up.resource["id"], query="basins").result
    assert "image" not in own["features"]


def test_files_of_other_datasets_are_not_linked(ed, desk, pair, filtered, tmp_path):
    """dcor §8.2: only files of the same dataset."""
    alone = desk.processed(ed, desk.direct(ed, desk.draft(ed), filtered))
    path = tmp_path / "alone.rtdc"
    path.write_bytes(ed.fetch(f"{alone.page}/condensed.rtdc").content)
    assert intra_dataset_basins(path) == []
