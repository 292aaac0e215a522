"""Files on their way out: the original, the condensed one, the picture."""

import io
import urllib.parse

import dclab
import h5py
import pytest
from PIL import Image


@pytest.mark.parametrize("name", ["download/x", "condensed.rtdc", "preview.jpg"])
def test_a_private_file_does_not_exist_for_the_public(nobody, xi, private_beads, name):
    """dcor 18, 20."""
    missing = "/dataset/{0}/resource/{0}/".format("00000000-0000-4000-8000-000000000000")
    for caller in (nobody, xi):
        refused = caller.fetch(f"{private_beads.page}/{name}")
        assert refused.status_code == 404
        assert refused.reason == caller.fetch(missing + name).reason


def test_a_download_is_sent_to_a_signed_address(ed, private_beads):
    """dcor 18."""
    answer = ed.fetch(f"{private_beads.page}/download/x", allow_redirects=False)
    assert answer.status_code == 302
    assert "xpires" in answer.headers["Location"]
    followed = ed.fetch(f"{private_beads.page}/download/x")
    assert followed.content == private_beads.path.read_bytes()
    assert "calibration_beads_47.rtdc" in followed.headers["Content-Disposition"]
    assert "Content-Encoding" not in followed.headers


@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=900000-", slice(900000, None)),
    ],
)
def test_a_part_of_a_file_may_be_asked_for(ed, private_beads, wanted, span):
    """dcor 18."""
    content = private_beads.path.read_bytes()
    part = ed.fetch(f"{private_beads.page}/download/x", headers={"Range": wanted})
    assert part.status_code == 206
    assert part.content == content[span]
    start, end, _ = span.indices(len(content))
    assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"


def test_a_range_beyond_the_file_is_refused(ed, private_beads):
    """dcor 18."""
    answer = ed.fetch(f"{private_beads.page}/download/x", headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416


def test_a_file_belongs_to_its_dataset(ed, private_beads, public_beads):
    """dcor §4."""
    crossed = f"/dataset/{public_beads.dataset['id']}/resource/{private_beads.resource['id']}"
    assert ed.fetch(f"{crossed}/download/x").status_code == 404


@pytest.fixture(scope="module")
def condensed(site, private_beads, tmp_path_factory):
    """The condensed file, downloaded."""
    answer = site.people["ed"].fetch(f"{private_beads.page}/condensed.rtdc")
    assert answer.status_code == 200
    assert "calibration_beads_47_condensed.rtdc" in answer.headers["Content-Disposition"]
    path = tmp_path_factory.mktemp("condensed") / "calibration_beads_47_condensed.rtdc"
    path.write_bytes(answer.content)
    return path


def test_a_condensed_file_holds_all_scalars(condensed):
    """dcor 19."""
    with dclab.new_dataset(condensed) as ds:
        assert "volume" in ds.features_innate
        assert "image" not in ds.features_innate
        assert len(ds.features_innate) == 33


def test_a_condensed_file_leads_back_to_the_original(condensed, private_beads, site):
    """dcor 19."""
    with dclab.new_dataset(condensed) as ds:
        basins = {one["name"]: one for one in ds.basins_get_dicts()}
    for one in basins.values():
        assert sorted(one["features"]) == ["contour", "image", "mask", "trace"]
        assert (one["type"], one["mapping"], one["perishable"]) == ("remote", "same", False)
    rid, s3_url = private_beads.resource["id"], private_beads.resource["s3_url"]
    assert {name: (one["format"], one["urls"]) for name, one in basins.items()} == {
        "DCOR dcserv": ("dcor", [f"{site.url}/api/3/action/dcserv?id={rid}"]),
        "DCOR direct S3": ("s3", [s3_url]),
        "DCOR public S3 via HTTP": ("http", [s3_url]),
    }


def every_text(path):
    """Return all texts of an HDF5 file, unpacked: names, attributes and what data sets hold."""
    texts = []

    def collect(name, item):
        texts.extend([name, *map(str, item.attrs.values())])
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "OS":
            texts.extend(map(str, item[:].ravel()))

    with h5py.File(path) as file:
        texts.extend(map(str, file.attrs.values()))
        file.visititems(collect)
    return "\n".join(texts)


def test_a_condensed_file_holds_no_signed_address(condensed, ed):
    """dcor 19."""
    words = every_text(condensed)
    assert "DCOR direct S3" in words  # they are the texts of the basins, too
    for content in (words, condensed.read_bytes().decode("latin-1")):
        assert "xpires" not in content
        assert "ignature=" not in content
        assert ed.token not in content


def test_a_preview_is_a_picture_of_known_size(ed, private_beads):
    """dcor 20."""
    answer = ed.fetch(f"{private_beads.page}/preview.jpg")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 960))


def test_a_dataset_has_a_short_address(ed, private_beads):
    """dcor §4."""
    answer = ed.fetch(f"/{private_beads.dataset['id']}", allow_redirects=False)
    assert answer.status_code == 302
    target = urllib.parse.urlsplit(answer.headers["Location"]).path
    names = {private_beads.dataset["id"], private_beads.dataset["name"]}
    assert target.removeprefix("/dataset/") in names
