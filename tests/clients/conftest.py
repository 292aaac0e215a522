"""What a client's view of a measurement must equal."""

import dclab
import numpy as np
import pytest
from dclab.rtdc_dataset.fmt_dcor.api import APIHandler


@pytest.fixture(autouse=True)
def _no_keys_remembered(monkeypatch):
    """dclab tries every token it ever saw; a test must only have its own."""
    monkeypatch.setattr(APIHandler, "api_keys", [])


@pytest.fixture(scope="session")
def open_remotely():
    """Open a resource of a site the way dclab opens DCOR."""

    def call(client, resource, **options):
        host = client.url.removeprefix("http://")
        return dclab.new_dataset(
            resource["id"],
            host=host,
            use_ssl=False,
            api_key=client.token,
            remember_api_key=False,
            **options,
        )

    return call


def equal(found, expected):
    """Tell whether two arrays hold the same values; not-a-number equals itself."""
    found, expected = np.asarray(found), np.asarray(expected)
    return np.array_equal(found, expected, equal_nan=expected.dtype.kind == "f")


def assert_equal_features(found, expected):
    for feature in expected.features_innate:
        assert feature in found, feature
        if feature == "trace":
            assert set(found["trace"]) == set(expected["trace"])
            for name in expected["trace"]:
                assert equal(found["trace"][name][:], expected["trace"][name][:]), name
        elif feature == "contour":  # events of different lengths
            for index in range(len(expected)):
                assert equal(found["contour"][index], expected["contour"][index]), index
        else:
            assert equal(found[feature][:], expected[feature][:]), feature


def assert_equal_tables(found, expected):
    assert set(found.tables) == set(expected.tables)
    for name in expected.tables:
        columns = expected.tables[name][:].dtype.names
        assert found.tables[name][:].dtype.names == columns, name
        for column in columns or [...]:  # a table without columns is compared as a whole
            values = expected.tables[name][:][column].ravel()
            assert equal(found.tables[name][:][column].ravel(), values), (name, column)


def assert_equal_logs(found, expected, *, but):
    for name in set(expected.logs) - but:
        assert list(found.logs[name]) == list(expected.logs[name]), name


def assert_equal_metadata(found, expected):
    for section in set(expected.config.keys()) - {"filtering"}:
        for key, value in expected.config[section].items():
            shown = found.config[section][key]
            # DCOR-Aid compresses before it uploads, and dclab signs that.
            signed = key == "software version" and str(shown).startswith(str(value))
            assert signed or shown == value, (section, key)


@pytest.fixture(scope="session")
def assert_equal_measurements():
    """Compare every innate feature, trace, log (``but`` some), table and metadata key."""

    def compare(found, expected, *, but=frozenset()):
        assert len(found) == len(expected)
        assert_equal_features(found, expected)
        assert_equal_tables(found, expected)
        assert_equal_metadata(found, expected)
        assert_equal_logs(found, expected, but=but)

    return compare
