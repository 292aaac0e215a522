"""What every object store must do, through its interface and over HTTP.

A store enters the suite by a fixture that yields a :class:`StoreUnderTest`;
``STORES`` lists their names.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests
from dcoraid.api.s3_api import assemble_complete_multipart_xml
from flask import Flask
from werkzeug.serving import make_server

from cytotheca.core.api.objects import objects_blueprint
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.domain.upload_parts import PartPlan
from cytotheca.core.storage.layout import Artifact, artifact_ref, bucket_name
from cytotheca.core.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cytotheca.core.storage.objects import ObjectRef, ObjectStore

STORES = ["local_store"]


@dataclass(frozen=True)
class StoreUnderTest:
    """A store, reachable by the URLs it makes, and the size of parts it cuts at."""

    store: ObjectStore
    max_part_bytes: int


@pytest.fixture
def local_store(tmp_path: Path) -> Iterator[StoreUnderTest]:
    max_part_bytes = 100_000
    server = make_server("127.0.0.1", 0, Flask("empty"), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    store = LocalStore(tmp_path, url, "a secret for the tests", max_part_bytes=max_part_bytes)
    app = Flask("gateway")
    app.register_blueprint(objects_blueprint(store))
    server.app = app
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield StoreUnderTest(store, max_part_bytes)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=STORES)
def tested(request: pytest.FixtureRequest) -> StoreUnderTest:
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(tested: StoreUnderTest) -> ObjectStore:
    return tested.store


def new_ref(
    organization_id: str | None = None, artifact: Artifact = Artifact.RESOURCE
) -> ObjectRef:
    bucket = bucket_name("circle-{organization_id}", organization_id or str(uuid4()))
    return artifact_ref(bucket, artifact, str(uuid4()))


def put(store: ObjectStore, data: bytes, ref: ObjectRef | None = None) -> ObjectRef:
    ref = ref or new_ref()
    incoming = store.incoming()
    incoming.write(data)
    store.store_incoming(ref, incoming)
    return ref


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def send_parts(urls: list[str], data: bytes, plan: PartPlan) -> list[str]:
    etags = []
    for number, url in enumerate(urls, start=1):
        start, stop = plan.span(number)
        answer = requests.put(url, data=data[start:stop], timeout=10)
        assert answer.status_code == 200, answer.text
        etags.append(answer.headers["ETag"].strip('"'))
    return etags


def test_a_stored_file_is_an_object_with_its_digests(store):
    ref = new_ref()
    incoming = store.incoming(6)
    incoming.write(b"def")
    incoming.write(b"orm")
    info = store.store_incoming(ref, incoming)
    assert info == store.stat(ref)
    assert (info.ref, info.size_bytes, info.public) == (ref, 6, False)
    assert info.etag == incoming.md5() == md5(b"deform")
    assert info.sha256 == incoming.sha256() == hashlib.sha256(b"deform").hexdigest()
    assert info.modified.tzinfo is not None


def test_a_discarded_file_leaves_nothing(store):
    incoming = store.incoming(10)
    incoming.write(b"x")
    incoming.discard()
    incoming.discard()
    assert not incoming.path.exists()
    assert list(store.iter_objects()) == []


def test_discarding_a_stored_file_keeps_the_object(store):
    ref = new_ref()
    incoming = store.incoming()
    incoming.write(b"kept")
    store.store_incoming(ref, incoming)
    incoming.discard()
    assert b"".join(store.iter_chunks(ref)) == b"kept"


def test_an_open_object_can_be_searched(store):
    ref = put(store, b"0123456789")
    with store.open(ref) as file:
        file.seek(7)
        assert file.read() == b"789"
        file.seek(-10, 2)
        assert file.read(2) == b"01"


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [(0, None, b"0123456789"), (3, 5, b"34"), (8, 99, b"89"), (9, 3, b"")],
)
def test_chunks_cover_what_was_asked_for(store, start, stop, expected):
    assert b"".join(store.iter_chunks(put(store, b"0123456789"), start, stop)) == expected


def test_a_missing_object_is_missing_everywhere(store):
    ref = new_ref()
    assert store.stat(ref) is None
    store.delete(ref)
    store.set_public(ref, public=True)
    with pytest.raises(NotFound):
        store.open(ref)
    with pytest.raises(NotFound):
        list(store.iter_chunks(ref))
    with pytest.raises(NotFound):
        store.copy(ref, new_ref())


def test_a_large_file_has_the_etag_of_its_parts_whoever_wrote_it(tested, tmp_path):
    data = bytes(range(256)) * (tested.max_part_bytes // 100)
    plan = PartPlan(size_bytes=len(data), max_part_bytes=tested.max_part_bytes)
    spans = [plan.span(number) for number in range(1, plan.count + 1)]
    expected = plan.etag([md5(data[start:stop]) for start, stop in spans])
    source = tmp_path / "source"
    source.write_bytes(data)
    unannounced = tested.store.stat(put(tested.store, data))
    copied = tested.store.store_path(new_ref(), source)
    assert plan.count == 3
    assert [unannounced.etag, copied.etag] == [expected, expected]


def test_store_path_copies_and_leaves_the_source(store, tmp_path):
    source = tmp_path / "a.rtdc"
    source.write_bytes(b"deform")
    ref = new_ref()
    info = store.store_path(ref, source)
    source.write_bytes(b"changed")
    assert info.etag == md5(b"deform")
    assert b"".join(store.iter_chunks(ref)) == b"deform"


def test_a_copy_is_independent_and_private(store):
    source, target = put(store, b"deform"), new_ref()
    store.set_public(source, public=True)
    copied = store.copy(source, target)
    store.delete(source)
    assert (copied.etag, copied.public) == (md5(b"deform"), False)
    assert b"".join(store.iter_chunks(target)) == b"deform"


def test_storing_again_replaces_and_is_private(store):
    ref = put(store, b"old")
    store.set_public(ref, public=True)
    put(store, b"newer", ref)
    info = store.stat(ref)
    assert (info.etag, info.size_bytes, info.public) == (md5(b"newer"), 5, False)


def test_deleting_removes_this_object_only(store):
    kept, gone = put(store, b"a"), put(store, b"b")
    store.delete(gone)
    assert [info.ref for info in store.iter_objects()] == [kept]


def test_objects_are_listed_by_bucket(store):
    first, second = put(store, b"a"), put(store, b"b")
    assert {info.ref for info in store.iter_objects()} == {first, second}
    assert [info.ref for info in store.iter_objects(second.bucket)] == [second]
    assert list(store.iter_objects(new_ref().bucket)) == []


def test_only_public_objects_are_read_without_signature(store):
    ref = put(store, b"deform")
    url = store.object_url(ref)
    assert url.endswith(f"/{ref.bucket}/{ref.key}")
    assert requests.get(url, timeout=5).status_code == 403
    store.set_public(ref, public=True)
    assert store.stat(ref).public
    assert requests.get(url, timeout=5).content == b"deform"
    store.set_public(ref, public=False)
    assert requests.get(url, timeout=5).status_code == 403


def test_a_signed_download_serves_ranges_under_a_name(store):
    ref = put(store, b"0123456789")
    signed = store.sign_download(ref, lifetime_s=3600, filename="Zellen ä.rtdc")
    answer = requests.get(signed.url, headers={"Range": "bytes=2-4"}, timeout=5)
    assert "xpires" in signed.url
    assert (answer.status_code, answer.content) == (206, b"234")
    assert "filename*=UTF-8''Zellen%20%C3%A4.rtdc" in answer.headers["Content-Disposition"]


def test_a_small_upload_is_one_put_and_leaves_no_open_upload(store):
    ref = new_ref()
    urls = store.begin_upload(ref, size_bytes=6, lifetime_s=60)
    assert (len(urls.upload_urls), urls.complete_url) == (1, None)
    assert list(store.iter_uploads()) == []
    answer = requests.put(urls.upload_urls[0], data=b"deform", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["ETag"].strip('"') == md5(b"deform") == store.stat(ref).etag


def test_an_upload_in_parts_gives_one_object(tested):
    store, ref = tested.store, new_ref()
    data = bytes(range(251)) * (tested.max_part_bytes * 2 // 250)
    plan = PartPlan(size_bytes=len(data), max_part_bytes=tested.max_part_bytes)
    urls = store.begin_upload(ref, size_bytes=len(data), lifetime_s=60)
    assert [upload.ref for upload in store.iter_uploads()] == [ref]
    etags = send_parts(urls.upload_urls, data, plan)
    assert store.stat(ref) is None
    body = assemble_complete_multipart_xml(etags)
    answer = requests.post(urls.complete_url, data=body, timeout=10)
    again = requests.post(urls.complete_url, data=body, timeout=10)
    assert (answer.status_code, again.status_code) == (200, 200)
    assert store.stat(ref).etag == plan.etag(etags)
    assert b"".join(store.iter_chunks(ref)) == data
    assert list(store.iter_uploads()) == []


def test_empty_uploads_are_refused(store):
    with pytest.raises(ValidationError, match="Empty files cannot be uploaded"):
        store.begin_upload(new_ref(), size_bytes=0, lifetime_s=60)


def test_an_aborted_upload_is_over(tested):
    store = tested.store
    urls = store.begin_upload(new_ref(), size_bytes=tested.max_part_bytes + 2, lifetime_s=60)
    [upload] = store.iter_uploads()
    store.abort_upload(upload.upload_id)
    store.abort_upload(upload.upload_id)
    answer = requests.put(
        urls.upload_urls[0], data=bytes(tested.max_part_bytes // 2 + 1), timeout=5
    )
    assert answer.status_code == 404
    assert list(store.iter_uploads()) == []
