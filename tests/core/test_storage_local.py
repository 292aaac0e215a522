"""What a local store promises beyond the interface: crashes, paths, full disks, late writers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.errors import InsufficientStorage, NotFound
from cytotheca.core.storage.layout import Artifact, artifact_ref, object_key, parse_key, parse_ref
from cytotheca.core.storage.local import LocalStore
from cytotheca.core.storage.objects import ObjectRef
from cytotheca.core.storage.refusals import Refusal, TransferRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cytotheca.core.storage.part_writer import PartWriter

SECRET = "a secret for the tests"
BUCKET = "circle-0b0c6a5e-5d0e-4f5e-9d7e-3f0c2f1f6a77"
PART_BYTES = 10


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "root", "http://cytotheca.test", SECRET, max_part_bytes=PART_BYTES)


@pytest.fixture
def ref() -> ObjectRef:
    return artifact_ref(BUCKET, Artifact.RESOURCE, str(uuid4()))


def put(store: LocalStore, ref: ObjectRef, data: bytes) -> None:
    incoming = store.incoming()
    incoming.write(data)
    store.store_incoming(ref, incoming)


def read(store: LocalStore, ref: ObjectRef) -> bytes:
    return b"".join(store.iter_chunks(ref))


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@contextmanager
def allowed(_ref: ObjectRef) -> Iterator[bool]:
    yield True


@contextmanager
def forbidden(_ref: ObjectRef) -> Iterator[bool]:
    yield False


# -- names and paths ------------------------------------------------------------------------

RID = "fb719fb2-bd9f-817a-7d70-f4002af916f0"


def test_a_key_is_dcors():
    assert object_key(Artifact.RESOURCE, RID) == "resource/fb7/19f/b2-bd9f-817a-7d70-f4002af916f0"
    assert object_key(Artifact.PREVIEW, RID.upper(), edition=2).endswith("f916f0~2")
    assert parse_key(object_key(Artifact.CONDENSED, RID, edition=3)) == (Artifact.CONDENSED, RID)


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("..", object_key(Artifact.RESOURCE, RID)),
        ("a/b", object_key(Artifact.RESOURCE, RID)),
        ("Circle", object_key(Artifact.RESOURCE, RID)),
        ("c" * 300, object_key(Artifact.RESOURCE, RID)),
        (BUCKET, "resource/../../x"),
        (BUCKET, "/etc/passwd"),
        (BUCKET, "C:\\windows"),
        (BUCKET, "resource/fb7/19f/" + "b" * 300),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + "\x00"),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + "\n"),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + "/x"),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + "~0"),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + "~1/.."),
        (BUCKET, object_key(Artifact.RESOURCE, RID).replace("/", "\\")),
        (BUCKET, object_key(Artifact.RESOURCE, RID).replace("resource", "records")),
        (BUCKET, object_key(Artifact.RESOURCE, RID) + ".json"),
        (BUCKET, ""),
    ],
)
def test_other_names_reach_no_path(store, bucket, key):
    ref = ObjectRef(bucket=bucket, key=key)
    assert store.stat(ref) is None
    for use in (store.open, store.delete, store.local_path):
        with pytest.raises(NotFound):
            use(ref)
    with pytest.raises(NotFound):
        store.begin_upload(ref, size_bytes=1, lifetime_s=60)
    incoming = store.incoming()
    with pytest.raises(NotFound):
        store.store_incoming(ref, incoming)
    incoming.discard()


@given(bucket=st.text(), key=st.text() | st.text("resource/0123456789abcdef-.~\\", max_size=60))
def test_any_text_is_a_legal_name_or_refused(bucket, key):
    try:
        ref = parse_ref(bucket, key)
    except ValueError:
        return
    assert ".." not in f"{ref.bucket}/{ref.key}"
    assert ref.key.count("/") == 3


def test_links_are_not_followed(store, ref, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    put(store, ref, b"x")
    path = store.local_path(ref)
    path.unlink()
    path.symlink_to(secret)
    assert store.stat(ref) is None
    with pytest.raises(NotFound):
        store.open(ref)


def test_a_linked_folder_is_not_followed(store, ref, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (store.paths.objects / BUCKET).symlink_to(elsewhere)
    with pytest.raises(NotFound):
        put(store, ref, b"x")
    assert list(elsewhere.iterdir()) == []


def test_files_are_not_readable_for_everybody(store, ref):
    put(store, ref, b"x")
    assert store.local_path(ref).stat().st_mode & 0o007 == 0


# -- records --------------------------------------------------------------------------------


def test_a_lost_record_is_made_again_and_private(store, ref):
    data = b"deform" * 10
    put(store, ref, data)
    store.set_public(ref, public=True)
    before = store.stat(ref)
    store.paths.record_file(ref).unlink()
    after = store.stat(ref)
    assert (after.etag, after.sha256, after.size_bytes) == (
        before.etag,
        before.sha256,
        before.size_bytes,
    )
    assert not after.public
    assert store.paths.record_file(ref).exists()


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b'[{"etag": 5}]', b"\xff", b"null"])
def test_a_broken_record_is_made_again(store, ref, rubbish):
    put(store, ref, b"deform")
    store.paths.record_file(ref).write_bytes(rubbish)
    assert store.stat(ref).etag == md5(b"deform")


def test_a_restored_file_with_another_time_stays_public(store, ref):
    put(store, ref, b"deform")
    store.set_public(ref, public=True)
    os.utime(store.local_path(ref), (0, 0))
    assert store.stat(ref).public


def test_a_damaged_file_is_told_by_its_etag_and_no_longer_public(store, ref):
    put(store, ref, b"deform")
    store.set_public(ref, public=True)
    store.local_path(ref).write_bytes(b"def")
    info = store.stat(ref)
    assert (info.etag, info.size_bytes, info.public) == (md5(b"def"), 3, False)


def test_a_crash_between_record_and_rename_leaves_the_old_object(store, ref, monkeypatch):
    put(store, ref, b"old")
    store.set_public(ref, public=True)
    before = store.stat(ref)

    def crash(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cytotheca.core.storage.local_objects.rename_into_place", crash)
        with pytest.raises(KeyboardInterrupt):
            put(store, ref, b"newer")
    described = [entry["etag"] for entry in json.loads(store.paths.record_file(ref).read_text())]
    assert store.stat(ref) == before
    assert described == [md5(b"newer"), md5(b"old")]


def test_deleting_leaves_no_record_and_no_empty_folder(store, ref):
    put(store, ref, b"x")
    store.delete(ref)
    assert list((store.paths.objects / BUCKET).iterdir()) == []
    assert list((store.paths.records / BUCKET).iterdir()) == []
    put(store, ref, b"again")
    assert read(store, ref) == b"again"


def test_a_reader_keeps_the_file_it_opened(store, ref):
    put(store, ref, b"old")
    opened = store.open_object(ref)
    put(store, ref, b"newer")
    with opened.file as file:
        assert (file.read(), opened.info.etag) == (b"old", md5(b"old"))


# -- room -----------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_when_it_is_declared(store, ref):
    with pytest.raises(InsufficientStorage, match="has room for only"):
        store.begin_upload(ref, size_bytes=2**62, lifetime_s=60)
    with pytest.raises(InsufficientStorage):
        store.incoming(2**62)
    assert list(store.paths.incoming.iterdir()) == []
    assert list(store.paths.uploads.iterdir()) == []


def test_a_reserve_stays_free(tmp_path):
    store = LocalStore(tmp_path, "http://cytotheca.test", SECRET, reserve_bytes=2**62)
    with pytest.raises(InsufficientStorage):
        store.incoming()


def test_a_disk_that_fills_up_is_a_refusal_and_leaves_no_object(store, ref):
    incoming = store.incoming()
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, incoming._file.fileno())
    os.close(full)
    with pytest.raises(InsufficientStorage) as caught:
        incoming.write(b"x")
    incoming.discard()
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert store.stat(ref) is None
    assert list(store.paths.incoming.iterdir()) == []


# -- uploads in parts -----------------------------------------------------------------------

DATA = b"0123456789abcdefg"  # two parts of nine and eight bytes
PARTS = [(1, md5(DATA[:9])), (2, md5(DATA[9:]))]


@pytest.fixture
def upload_id(store, ref) -> str:
    store.begin_upload(ref, size_bytes=len(DATA), lifetime_s=60)
    [upload] = store.iter_uploads()
    return upload.upload_id


def send(store: LocalStore, ref: ObjectRef, upload_id: str, number: int, data: bytes) -> str:
    with store.part_writer(ref, upload_id, number) as writer:
        writer.write(data)
        return writer.finish()


def send_all(store: LocalStore, ref: ObjectRef, upload_id: str) -> None:
    send(store, ref, upload_id, 2, DATA[9:])
    send(store, ref, upload_id, 1, DATA[:9])


def refusal_of(call) -> Refusal:
    with pytest.raises(TransferRefused) as caught:
        call()
    return caught.value.refusal


def test_parts_arrive_in_any_order_and_survive_a_restart(store, ref, upload_id, tmp_path):
    send(store, ref, upload_id, 2, DATA[9:])
    restarted = LocalStore(
        tmp_path / "root", "http://cytotheca.test", SECRET, max_part_bytes=PART_BYTES
    )
    send(restarted, ref, upload_id, 1, DATA[:9])
    info = restarted.complete_upload(ref, upload_id, PARTS, allowed)
    assert read(restarted, ref) == DATA
    assert info.etag.endswith("-2")
    assert info.sha256 is None
    assert list(store.paths.uploads.iterdir()) == []


def test_completing_needs_all_parts_as_they_were_sent(store, ref, upload_id):
    send(store, ref, upload_id, 1, DATA[:9])
    missing = refusal_of(lambda: store.complete_upload(ref, upload_id, PARTS, allowed))
    send(store, ref, upload_id, 2, DATA[9:])
    for wrong in ([], PARTS[:1], PARTS[::-1], [PARTS[0], (2, "0" * 32)], [*PARTS, PARTS[0]]):
        assert refusal_of(
            lambda wrong=wrong: store.complete_upload(ref, upload_id, wrong, allowed)
        ) is (Refusal.INVALID_PART)
    assert missing is Refusal.INVALID_PART
    assert store.complete_upload(ref, upload_id, PARTS, allowed).size_bytes == len(DATA)


def test_completing_twice_is_success_unless_the_object_is_another(store, ref, upload_id):
    send_all(store, ref, upload_id)
    first = store.complete_upload(ref, upload_id, PARTS, allowed)
    assert store.complete_upload(ref, upload_id, PARTS, forbidden) == first
    put(store, ref, b"another")
    assert refusal_of(lambda: store.complete_upload(ref, upload_id, PARTS, allowed)) is (
        Refusal.NO_SUCH_UPLOAD
    )


def test_a_crash_after_the_rename_is_healed_by_completing_again(store, ref, upload_id, monkeypatch):
    send_all(store, ref, upload_id)

    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cytotheca.core.storage.uploads.LocalUploads.remove", crash)
        with pytest.raises(KeyboardInterrupt):
            store.complete_upload(ref, upload_id, PARTS, allowed)
    assert store.complete_upload(ref, upload_id, PARTS, allowed).size_bytes == len(DATA)
    assert store.sweep_incoming(older_than_s=-10) == 1


def test_a_registered_object_is_not_replaced_by_completing(store, ref, upload_id):
    put(store, ref, b"registered")
    send_all(store, ref, upload_id)
    assert refusal_of(lambda: store.complete_upload(ref, upload_id, PARTS, forbidden)) is (
        Refusal.OBJECT_EXISTS
    )
    assert read(store, ref) == b"registered"


def test_a_part_may_be_sent_again(store, ref, upload_id):
    send_all(store, ref, upload_id)
    send(store, ref, upload_id, 1, b"ABCDEFGHI")
    parts = [(1, md5(b"ABCDEFGHI")), PARTS[1]]
    store.complete_upload(ref, upload_id, parts, allowed)
    assert read(store, ref) == b"ABCDEFGHI" + DATA[9:]


def test_a_part_half_sent_again_counts_as_missing(store, ref, upload_id):
    send_all(store, ref, upload_id)
    with store.part_writer(ref, upload_id, 1) as writer:
        writer.write(b"ABC")
        assert refusal_of(writer.finish) is Refusal.INCOMPLETE_BODY
    assert refusal_of(lambda: store.complete_upload(ref, upload_id, PARTS, allowed)) is (
        Refusal.INVALID_PART
    )


def hanging_writer(store: LocalStore, ref: ObjectRef, upload_id: str) -> PartWriter:
    writer = store.part_writer(ref, upload_id, 1)
    writer.__enter__()
    writer.write(b"xx")
    return writer


def test_a_hanging_connection_is_superseded_by_sending_again(store, ref, upload_id):
    late = hanging_writer(store, ref, upload_id)
    send_all(store, ref, upload_id)
    assert refusal_of(lambda: late.write(b"xxxxxxx")) in {
        Refusal.OPERATION_ABORTED,
        Refusal.NO_SUCH_UPLOAD,
    }
    store.complete_upload(ref, upload_id, PARTS, allowed)
    assert read(store, ref) == DATA


def test_nobody_writes_into_a_completed_object(store, ref, upload_id):
    send_all(store, ref, upload_id)
    late = hanging_writer(store, ref, upload_id)
    store.part_writer(ref, upload_id, 1).__enter__()  # claims, and hangs as well
    send(store, ref, upload_id, 1, DATA[:9])
    store.complete_upload(ref, upload_id, PARTS, allowed)
    assert refusal_of(lambda: late.write(b"x")) is Refusal.NO_SUCH_UPLOAD
    assert refusal_of(lambda: send(store, ref, upload_id, 1, DATA[:9])) is Refusal.NO_SUCH_UPLOAD
    assert read(store, ref) == DATA


def test_a_part_takes_its_own_bytes_only(store, ref, upload_id):
    send(store, ref, upload_id, 2, DATA[9:])
    with store.part_writer(ref, upload_id, 1) as writer:
        assert refusal_of(lambda: writer.write(b"0123456789")) is Refusal.INVALID_ARGUMENT
    assert send(store, ref, upload_id, 1, DATA[:9]) == PARTS[0][1]
    store.complete_upload(ref, upload_id, PARTS, allowed)


@pytest.mark.parametrize("upload_id", ["", "..", "0" * 32, "x" * 32, "a\x00"])
def test_an_unknown_upload_is_refused(store, ref, upload_id):
    assert refusal_of(lambda: store.part_writer(ref, upload_id, 1)) is Refusal.NO_SUCH_UPLOAD
    assert refusal_of(lambda: store.complete_upload(ref, upload_id, PARTS, allowed)) is (
        Refusal.NO_SUCH_UPLOAD
    )
    store.abort_upload(upload_id)


def test_an_upload_is_for_one_object(store, upload_id):
    other = artifact_ref(BUCKET, Artifact.RESOURCE, str(uuid4()))
    assert refusal_of(lambda: store.part_writer(other, upload_id, 1)) is Refusal.NO_SUCH_UPLOAD


# -- sweeping -------------------------------------------------------------------------------


def test_sweeping_takes_what_is_old_and_nobody_writes(store, ref, upload_id):
    put(store, ref, b"object")
    (store.paths.incoming / uuid4().hex).write_bytes(b"left by a crash")
    writing = store.incoming()
    assert store.sweep_incoming(older_than_s=3600) == 0
    assert store.sweep_incoming(older_than_s=-10) == 2
    assert list(store.iter_uploads()) == []
    writing.write(b"still here")
    store.store_incoming(ref, writing)
    assert read(store, ref) == b"still here"
