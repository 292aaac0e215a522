"""dclab, unmodified, as a reader of measurements on a site."""

import dclab
import pytest
from dclab.rtdc_dataset.fmt_dcor.api import DCORAccessError
from dclab.rtdc_dataset.fmt_http import RTDC_HTTP


@pytest.mark.parametrize(("who", "what"), [("nobody", "public_beads"), ("ed", "private_beads")])
def test_a_measurement_opens_for_those_who_may_read_it(request, open_remotely, who, what):
    """dcor 27, 28."""
    reader, deposit = request.getfixturevalue(who), request.getfixturevalue(what)
    with open_remotely(reader, deposit.resource) as ds:
        assert len(ds) == 47
        assert ds["deform"][0] == pytest.approx(0.0116663, abs=1e-6)
        assert ds["image"].shape == (47, 80, 250)
        assert "volume" in ds.features_basin
        assert "volume" not in ds.features_local
        assert "dclab-condense" in ds.logs


def test_a_private_measurement_equals_the_local_file(
    ed, private_beads, open_remotely, assert_equal_measurements
):
    """dcor 28."""
    with (
        dclab.new_dataset(private_beads.path) as expected,
        open_remotely(ed, private_beads.resource) as found,
    ):
        assert_equal_measurements(found, expected)


@pytest.mark.parametrize("who", ["nobody", "xi"])
def test_a_private_measurement_is_denied_to_others(request, private_beads, open_remotely, who):
    """dcor 28."""
    with pytest.raises(DCORAccessError, match="Access denied"):
        open_remotely(request.getfixturevalue(who), private_beads.resource)


def test_signed_addresses_are_renewed(ed, private_beads, open_remotely):
    """dcor 28."""
    with open_remotely(ed, private_beads.resource) as ds:
        ds.cache_basin_dict_time = 0.1
        basin = ds.basins[0]
        before = basin.ds
        basin.perishable.refresh()
        assert basin.ds is not before
        assert not basin.perishable.perished()
        assert basin.ds["deform"][0] == pytest.approx(0.0116663, abs=1e-6)


def test_a_download_address_opens_through_its_redirect(site, public_beads):
    """dcor 30."""
    with RTDC_HTTP(f"{site.url}{public_beads.page}/download/x.rtdc") as ds:
        assert len(ds) == 47
        assert ds["image"][0].shape == (80, 250)
