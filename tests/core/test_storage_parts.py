"""Part sizes, ETags and digests equal those of DCOR's own client."""

from __future__ import annotations

import hashlib

import pytest
from dcoraid.api.s3_api import compute_upload_part_parameters
from dcoraid.common import etagsum
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.upload_parts import PartPlan
from cytotheca.core.storage.digests import StreamDigests

GIB = 1024**3


@given(st.integers(1, 100 * GIB) | st.integers(1, 100).map(lambda n: n * GIB))
def test_parts_are_those_the_client_computes(size_bytes):
    plan = PartPlan(size_bytes=size_bytes)
    theirs = compute_upload_part_parameters(size_bytes)
    first, last = plan.span(1), plan.span(plan.count)
    assert plan.count == theirs["num_parts"]
    assert first == (0, theirs["part_size"])
    assert last == (size_bytes - theirs["part_size_last"], size_bytes)


@pytest.mark.parametrize(
    ("size_bytes", "count"), [(1, 1), (GIB, 1), (GIB + 2, 2), (2 * GIB, 2), (20 * GIB, 20)]
)
def test_a_part_has_at_most_one_gib(size_bytes, count):
    assert PartPlan(size_bytes=size_bytes).count == count


@pytest.mark.parametrize("number", [0, 3, -1])
def test_other_part_numbers_are_refused(number):
    with pytest.raises(ValueError, match="from 1 to 2"):
        PartPlan(size_bytes=GIB + 1).span(number)


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@given(
    blocks=st.lists(st.binary(max_size=40), max_size=20),
    max_part_bytes=st.integers(1, 64),
)
def test_one_pass_gives_the_digests_of_the_whole_and_of_the_parts(blocks, max_part_bytes):
    whole = b"".join(blocks)
    digests = StreamDigests(len(whole), max_part_bytes=max_part_bytes)
    for block in blocks:
        digests.update(block)
    plan = PartPlan(size_bytes=len(whole), max_part_bytes=max_part_bytes)
    spans = [plan.span(number) for number in range(1, plan.count + 1)]
    md5s = [md5(whole[start:stop]) for start, stop in spans]
    assert b"".join(whole[start:stop] for start, stop in spans) == whole
    assert digests.md5() == md5(whole)
    assert digests.sha256() == hashlib.sha256(whole).hexdigest()
    assert digests.etag() == plan.etag(md5s)


def test_a_wrong_size_gives_no_etag_of_parts():
    digests = StreamDigests(8, max_part_bytes=4)
    digests.update(b"123456789")
    assert digests.etag() is None


def test_a_small_file_has_the_clients_etag(tmp_path):
    path = tmp_path / "a.rtdc"
    path.write_bytes(b"deform" * 1000)
    digests = StreamDigests()
    digests.update(path.read_bytes())
    assert digests.etag() == etagsum(path)
