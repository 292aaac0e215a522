"""A measurement and what was exported from it."""

import dclab
import pytest


@pytest.fixture(scope="session")
def filtered(beads, tmp_path_factory):
    """Every third event of the standard file, two features; the rest is in its basin."""
    path = tmp_path_factory.mktemp("export") / "down.rtdc"
    with dclab.new_dataset(beads) as ds:
        ds.filter.manual[:] = False
        ds.filter.manual[::3] = True
        ds.apply_filter()
        ds.export.hdf5(path, features=["area_um", "deform"], filtered=True, basins=True)
    return path
