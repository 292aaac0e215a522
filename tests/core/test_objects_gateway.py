"""The object gateway in a real server: what clients of S3 and browsers get."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import pytest
import requests
from dcoraid.api.s3_api import assemble_complete_multipart_xml, upload_s3_presigned
from dcoraid.common import etagsum
from flask import Flask
from werkzeug.serving import make_server

from cytotheca.core.api.objects import anything_may_be_replaced, objects_blueprint
from cytotheca.core.storage.layout import Artifact, artifact_ref
from cytotheca.core.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cytotheca.core.storage.objects import ObjectRef

SECRET = "a secret for the tests"
PART_BYTES = 6 * 1024**2  # dcoraid refuses last parts below 5 MiB
MIB = 1024**2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def gateway_process(
    root: Path, port: int, part_bytes: int = PART_BYTES
) -> Iterator[psutil.Process]:
    """Run the gateway in gunicorn until the block ends; killed with its children."""
    script = Path(__file__).with_name("gateway_server.py")
    command = [sys.executable, script, root, str(port), str(part_bytes)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: is_listening(port))
            yield psutil.Process(process.pid)
        finally:
            kill_tree(process.pid)


def kill_tree(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for(condition, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """A store whose URLs are served by gunicorn."""
    root, port = tmp_path_factory.mktemp("store"), free_port()
    with gateway_process(root, port):
        yield LocalStore(root, f"http://127.0.0.1:{port}", SECRET, max_part_bytes=PART_BYTES)


@contextlib.contextmanager
def threaded_gateway(root: Path, **options: object) -> Iterator[LocalStore]:
    """Serve a store from a thread, where tests can pass functions."""
    server = make_server("127.0.0.1", 0, Flask("empty"), threaded=True)
    store = LocalStore(root, f"http://127.0.0.1:{server.server_port}", SECRET, max_part_bytes=1000)
    app = Flask("gateway")
    app.register_blueprint(objects_blueprint(store, **options))
    server.app = app
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ref() -> ObjectRef:
    return artifact_ref(f"circle-{uuid4()}", Artifact.RESOURCE, str(uuid4()))


def put(store: LocalStore, ref: ObjectRef, data: bytes) -> None:
    incoming = store.incoming()
    incoming.write(data)
    store.store_incoming(ref, incoming)


def signed(store: LocalStore, ref: ObjectRef, filename: str | None = None) -> str:
    return store.sign_download(ref, lifetime_s=3600, filename=filename).url


def upload_url(store: LocalStore, ref: ObjectRef, size_bytes: int) -> str:
    return store.begin_upload(ref, size_bytes=size_bytes, lifetime_s=60).upload_urls[0]


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def raw_request(url: str, head: str, body: bytes = b"") -> bytes:
    """Send bytes as they are, which clients would not, and return the answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(head.encode("latin-1") + body)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


# -- reading --------------------------------------------------------------------------------


def test_an_object_comes_whole_with_its_etag_and_safe_headers(served, ref):
    put(served, ref, b"deform" * 1000)
    answer = requests.get(signed(served, ref), timeout=5)
    headers = answer.headers
    assert (answer.status_code, answer.reason) == (200, "OK")
    assert answer.content == b"deform" * 1000
    assert headers["ETag"] == f'"{md5(answer.content)}"'
    assert headers["Content-Length"] == "6000"
    assert headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in headers
    assert "no-transform" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("wanted", "status", "content", "content_range"),
    [
        ("bytes=0-9", 206, b"0123456789", "bytes 0-9/26"),
        ("bytes=20-", 206, b"klmnop", "bytes 20-25/26"),
        ("bytes=-3", 206, b"nop", "bytes 23-25/26"),
        ("bytes=10-99", 206, b"abcdefghijklmnop", "bytes 10-25/26"),
        ("bytes=0-1,4-5", 200, b"0123456789abcdefghijklmnop", None),
        ("rows=1-2", 200, b"0123456789abcdefghijklmnop", None),
    ],
)
def test_a_range_gets_its_bytes(served, ref, wanted, status, content, content_range):
    put(served, ref, b"0123456789abcdefghijklmnop")
    answer = requests.get(signed(served, ref), headers={"Range": wanted}, timeout=5)
    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers.get("Content-Range") == content_range
    assert answer.headers["Content-Length"] == str(len(content))


def test_a_range_outside_is_416_with_the_size(served, ref):
    put(served, ref, b"0123456789")
    answer = requests.get(signed(served, ref), headers={"Range": "bytes=10-"}, timeout=5)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10")


def test_ranges_on_one_connection_do_not_run_into_each_other(served, ref):
    data = os.urandom(3 * MIB)
    put(served, ref, data)
    url = signed(served, ref)
    with requests.Session() as session:
        for start in range(0, len(data), 300_000):
            wanted = {"Range": f"bytes={start}-{start + 299_999}"}
            answer = session.get(url, headers=wanted, timeout=5)
            assert answer.content == data[start : start + 300_000]


def test_head_tells_all_and_sends_nothing(served, ref):
    put(served, ref, b"0123456789")
    answer = requests.head(signed(served, ref), timeout=5)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["ETag"] == f'"{md5(b"0123456789")}"'


def test_conditions_are_honoured(served, ref):
    put(served, ref, b"0123456789")
    url, etag = signed(served, ref), f'"{md5(b"0123456789")}"'

    def get(**headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(url, headers=named, timeout=5)

    fresh = get(If_None_Match=etag)
    assert (fresh.status_code, fresh.content, fresh.headers["ETag"]) == (304, b"", etag)
    assert get(If_Match='"other"').status_code == 412
    assert get(Range="bytes=0-1", If_Range=etag).status_code == 206
    assert get(Range="bytes=0-1", If_Range='"other"').content == b"0123456789"


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("a.rtdc", "application/octet-stream", 'attachment; filename="a.rtdc"'),
        ("a.png", "image/png", 'attachment; filename="a.png"'),
        ("a.svg", "application/octet-stream", 'attachment; filename="a.svg"'),
        ("a.html", "application/octet-stream", 'attachment; filename="a.html"'),
        (
            'Zellen Ω "a";\r\nX: y.rtdc',
            "application/octet-stream",
            (
                'attachment; filename="Zellen _ _a_;X_ y.rtdc"; '
                "filename*=UTF-8''Zellen%20%CE%A9%20%22a%22%3BX%3A%20y.rtdc"
            ),
        ),
    ],
)
def test_a_download_is_saved_under_its_name(served, ref, name, content_type, disposition):
    put(served, ref, b"<script>alert(1)</script>")
    answer = requests.get(signed(served, ref, name), timeout=5)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == disposition
    assert "X" not in answer.headers


def test_a_preview_is_shown_in_place(served):
    preview = artifact_ref(f"circle-{uuid4()}", Artifact.PREVIEW, str(uuid4()))
    put(served, preview, b"\xff\xd8\xff")
    served.set_public(preview, public=True)
    answer = requests.get(served.object_url(preview), timeout=5)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "Content-Disposition" not in answer.headers


def test_a_stranger_gets_public_objects_only_and_learns_of_no_others(served, ref):
    missing = requests.get(served.object_url(ref), timeout=5)
    put(served, ref, b"deform")
    private = requests.get(served.object_url(ref), timeout=5)
    served.set_public(ref, public=True)
    public = requests.get(served.object_url(ref), headers={"Range": "bytes=0-2"}, timeout=5)
    assert (private.status_code, private.reason) == (403, "FORBIDDEN")
    assert (missing.status_code, missing.content) == (403, private.content)
    assert (public.status_code, public.content) == (206, b"def")


def test_a_missing_object_is_404_to_who_may_know(served, ref):
    answer = requests.get(signed(served, ref), timeout=5)
    assert (answer.status_code, answer.reason) == (404, "NOT FOUND")
    assert "<Code>NoSuchKey</Code>" in answer.text


def test_tokens_sent_along_do_not_matter(served, ref):
    put(served, ref, b"deform")
    tokens = {"Authorization": "a.b.c", "X-CKAN-API-Key": "a.b.c"}
    assert requests.get(signed(served, ref), headers=tokens, timeout=5).content == b"deform"
    assert requests.get(served.object_url(ref), headers=tokens, timeout=5).status_code == 403


def test_changed_and_expired_urls_are_403_with_a_reason(served, ref):
    put(served, ref, b"deform")
    url = signed(served, ref, "a.rtdc")
    expired = served.sign_download(ref, lifetime_s=-3600).url
    assert requests.get(url.replace("a.rtdc", "b.rtdc"), timeout=5).status_code == 403
    assert requests.get(url + "&filename=b", timeout=5).status_code == 403
    assert requests.get(url[:-1], timeout=5).status_code == 403
    assert requests.put(url, data=b"x", timeout=5).status_code == 403
    assert "has expired" in requests.get(expired, timeout=5).text


def test_an_unsigned_name_is_not_echoed(served, ref):
    put(served, ref, b"deform")
    served.set_public(ref, public=True)
    answer = requests.get(served.object_url(ref) + "?filename=evil.exe", timeout=5)
    assert answer.status_code == 200
    assert "evil" not in str(answer.headers)


def test_other_origins_may_read_and_send(served, ref):
    answer = requests.options(
        served.object_url(ref),
        headers={"Origin": "https://x.test", "Access-Control-Request-Method": "PUT"},
        timeout=5,
    )
    assert answer.status_code == 204
    assert "Range" in answer.headers["Access-Control-Allow-Headers"]
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/objects/../../etc/passwd",
        "/objects/%2e%2e/%2e%2e/etc/passwd",
        "/objects/circle-a/resource/..%2f..%2f..%2f..%2fetc/passwd",
        "/objects/circle-a/%00",
        "/objects/circle-a/resource/abc/def/..",
        "/objects/circle-a/C:%5Cwindows",
        "/objects/circle-a//etc/passwd",
        "/objects/circle-a/" + "x" * 300,
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_paths_outside_are_refused(served, path, method):
    url = served.object_url(artifact_ref("circle-a", Artifact.RESOURCE, str(uuid4())))
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    status = raw_request(url, head).split(b" ", 2)[1]
    assert status in {b"308", b"400", b"403", b"404", b"405"}


def test_a_front_server_is_told_where_the_file_is(tmp_path, ref):
    with threaded_gateway(tmp_path, accel_prefix="/_objects/") as store:
        put(store, ref, b"deform")
        answer = requests.get(signed(store, ref, "a.rtdc"), timeout=5)
    assert answer.headers["X-Accel-Redirect"] == f"/_objects/{ref.bucket}/{ref.key}"
    assert answer.headers["ETag"] == f'"{md5(b"deform")}"'
    assert answer.content == b""


# -- writing --------------------------------------------------------------------------------


def test_a_put_without_content_type_stores_the_bytes(served, ref):
    data = os.urandom(3 * MIB + 1)
    answer = requests.put(upload_url(served, ref, len(data)), data=data, timeout=10)
    assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{md5(data)}"')
    assert served.stat(ref).sha256 == hashlib.sha256(data).hexdigest()


def test_a_put_may_be_repeated(served, ref):
    url = upload_url(served, ref, 6)
    answers = [requests.put(url, data=b"deform", timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_an_unsigned_put_is_403_and_stores_nothing(served, ref):
    answer = requests.put(served.object_url(ref), data=bytes(900_000), timeout=5)
    assert (answer.status_code, answer.reason) == (403, "FORBIDDEN")
    assert served.stat(ref) is None


@pytest.mark.parametrize("size_bytes", [5, 7, 0])
def test_another_length_than_declared_is_refused(served, ref, size_bytes):
    answer = requests.put(upload_url(served, ref, 6), data=bytes(size_bytes), timeout=5)
    assert answer.status_code in {400, 411}
    assert served.stat(ref) is None


def test_a_put_without_length_is_refused(served, ref):
    answer = requests.put(upload_url(served, ref, 6), data=iter([b"deform"]), timeout=5)
    assert answer.status_code == 411
    assert served.stat(ref) is None


def test_a_transfer_that_ends_early_stores_nothing(served, ref):
    url = upload_url(served, ref, 1000)
    parts = urlsplit(url)
    head = f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    assert b" 400 " in raw_request(url, head, b"x" * 10).split(b"\r\n")[0] + b" "
    assert served.stat(ref) is None
    wait_for(lambda: list(served.paths.incoming.iterdir()) == [])


def test_a_registered_object_is_not_replaced(tmp_path, ref):
    asked = []

    @contextlib.contextmanager
    def refuse(ref: ObjectRef) -> Iterator[bool]:
        asked.append(ref)
        yield False

    with threaded_gateway(tmp_path, may_replace=refuse) as store:
        put(store, ref, b"registered")
        answer = requests.put(upload_url(store, ref, 6), data=b"deform", timeout=5)
        assert b"".join(store.iter_chunks(ref)) == b"registered"
        assert list(store.paths.incoming.iterdir()) == []
    assert (answer.status_code, answer.reason) == (409, "CONFLICT")
    assert "can no longer be replaced" in answer.text
    assert asked == [ref]


def test_an_object_registered_during_the_transfer_is_not_replaced(tmp_path, ref):
    answers = iter([True, False])

    @contextlib.contextmanager
    def allow_once(_ref: ObjectRef) -> Iterator[bool]:
        yield next(answers)

    with threaded_gateway(tmp_path, may_replace=allow_once) as store:
        put(store, ref, b"registered")
        answer = requests.put(upload_url(store, ref, 6), data=b"deform", timeout=5)
        assert b"".join(store.iter_chunks(ref)) == b"registered"
    assert answer.status_code == 409


def test_the_lock_is_held_while_the_object_appears(tmp_path, ref):
    seen = []

    def watching(store_box: list[LocalStore]):
        @contextlib.contextmanager
        def watch(ref: ObjectRef) -> Iterator[bool]:
            before = store_box[0].stat(ref) is not None
            yield True
            seen.append((before, store_box[0].stat(ref) is not None))

        return watch

    box: list[LocalStore] = []
    with threaded_gateway(tmp_path, may_replace=watching(box)) as store:
        box.append(store)
        requests.put(upload_url(store, ref, 6), data=b"deform", timeout=5)
    assert seen == [(False, False), (False, True)]


def test_a_full_disk_is_507_before_the_transfer(tmp_path, ref):
    with threaded_gateway(tmp_path) as store:
        url = upload_url(store, ref, 6)
        store._reserve_bytes = 2**62
        answer = requests.put(url, data=b"deform", timeout=5)
    assert (answer.status_code, answer.reason) == (507, "INSUFFICIENT STORAGE")
    assert "room for only 0" in answer.text


# -- parts ----------------------------------------------------------------------------------


def test_parts_sent_at_once_become_one_object(served, ref):
    data = os.urandom(2 * PART_BYTES + 5)
    urls = served.begin_upload(ref, size_bytes=len(data), lifetime_s=60)
    part_bytes = -(-len(data) // 3)
    pieces = [data[n * part_bytes : (n + 1) * part_bytes] for n in range(3)]
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(
                lambda url, piece: requests.put(url, data=piece, timeout=20),
                urls.upload_urls,
                pieces,
            )
        )
    etags = [answer.headers["ETag"].strip('"') for answer in answers]
    namespaced = assemble_complete_multipart_xml([f'"{etag}"' for etag in etags]).replace(
        "<CompleteMultipartUpload>",
        '<?xml version="1.0"?><CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    )
    done = requests.post(urls.complete_url, data=namespaced, timeout=20)
    assert etags == [md5(piece) for piece in pieces]
    assert done.status_code == 200
    assert done.headers["ETag"].strip('"') == served.stat(ref).etag
    assert served.stat(ref).etag in done.text
    assert requests.get(signed(served, ref), timeout=20).content == data


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<Other/>",
        b"<CompleteMultipartUpload/>",
        b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
        b"<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>",
        (
            b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            b"<CompleteMultipartUpload>&e;</CompleteMultipartUpload>"
        ),
        b"<CompleteMultipartUpload>" + b" " * 3 * MIB + b"</CompleteMultipartUpload>",
    ],
)
def test_a_bad_list_of_parts_is_400(served, ref, body):
    urls = served.begin_upload(ref, size_bytes=PART_BYTES + 1, lifetime_s=60)
    answer = requests.post(urls.complete_url, data=body, timeout=5)
    assert answer.status_code == 400
    assert "<Message>" in answer.text
    assert "root:" not in answer.text


def test_a_part_of_another_length_is_refused(served, ref):
    urls = served.begin_upload(ref, size_bytes=PART_BYTES + 2, lifetime_s=60)
    answer = requests.put(urls.upload_urls[0], data=b"short", timeout=5)
    assert answer.status_code == 400
    assert f"takes {PART_BYTES // 2 + 1} bytes" in answer.text


def test_a_part_url_is_over_once_the_object_is_complete(tmp_path, ref):
    with threaded_gateway(tmp_path) as store:
        urls = store.begin_upload(ref, size_bytes=1001, lifetime_s=60)
        pieces = [b"a" * 501, b"b" * 500]
        for url, piece in zip(urls.upload_urls, pieces, strict=True):
            requests.put(url, data=piece, timeout=5)
        body = assemble_complete_multipart_xml([md5(piece) for piece in pieces])
        assert requests.post(urls.complete_url, data=body, timeout=5).status_code == 200
        late = requests.put(urls.upload_urls[0], data=b"c" * 501, timeout=5)
        assert b"".join(store.iter_chunks(ref)) == b"".join(pieces)
    assert (late.status_code, late.reason) == (404, "NOT FOUND")


# -- DCOR-Aid's own code --------------------------------------------------------------------


def test_dcoraid_uploads_a_small_file(served, ref, tmp_path):
    path = tmp_path / "a.rtdc"
    path.write_bytes(os.urandom(900_000))
    urls = served.begin_upload(ref, size_bytes=900_000, lifetime_s=60)
    etag = upload_s3_presigned(path, list(urls.upload_urls), urls.complete_url)
    assert etag == etagsum(path) == served.stat(ref).etag


@pytest.mark.slow
def test_dcoraid_uploads_more_than_one_gib(tmp_path, ref):
    root, port, size_bytes = tmp_path / "store", free_port(), 1024**3 + 2
    path = tmp_path / "sparse.rtdc"
    with path.open("wb") as file:
        file.truncate(size_bytes)
        file.seek(1024**3 // 2 - 3)
        file.write(b"across the border of the parts")
    with gateway_process(root, port, 1024**3) as process:
        store = LocalStore(root, f"http://127.0.0.1:{port}", SECRET)
        urls = store.begin_upload(ref, size_bytes=size_bytes, lifetime_s=60)
        etag = upload_s3_presigned(path, list(urls.upload_urls), urls.complete_url)
        memory = sum(one.memory_info().rss for one in process.children(recursive=True))
    assert len(urls.upload_urls) == 2
    assert etag == etagsum(path) == store.stat(ref).etag
    assert etag.endswith("-2")
    assert memory < 300 * MIB
    store.delete(ref)


# -- kill -9 --------------------------------------------------------------------------------


def begin_put(url: str, size_bytes: int, sent: int) -> socket.socket:
    """Send the first bytes of a PUT and leave the connection open."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    target = f"{parts.path}?{parts.query}"
    head = f"PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {size_bytes}\r\n\r\n"
    connection.sendall(head.encode() + bytes(sent))
    return connection


def test_killing_the_server_in_mid_put_leaves_no_object(tmp_path, ref):
    root, port = tmp_path / "store", free_port()
    with gateway_process(root, port) as process:
        store = LocalStore(root, f"http://127.0.0.1:{port}", SECRET, max_part_bytes=PART_BYTES)
        url = upload_url(store, ref, 4 * MIB)
        with begin_put(url, 4 * MIB, 2 * MIB):
            wait_for(lambda: any(store.paths.incoming.iterdir()))
            kill_tree(process.pid)
    assert store.stat(ref) is None
    assert list(store.iter_objects()) == []
    assert store.sweep_incoming(older_than_s=-10) == 1
    with gateway_process(root, port):
        assert requests.put(url, data=bytes(4 * MIB), timeout=10).status_code == 200
    assert store.stat(ref).etag == md5(bytes(4 * MIB))


def test_killing_the_server_in_mid_part_keeps_the_parts_that_were_acknowledged(tmp_path, ref):
    root, port, data = tmp_path / "store", free_port(), os.urandom(8 * MIB)
    pieces = [data[: 4 * MIB], data[4 * MIB :]]
    with gateway_process(root, port) as process:
        store = LocalStore(root, f"http://127.0.0.1:{port}", SECRET, max_part_bytes=PART_BYTES)
        urls = store.begin_upload(ref, size_bytes=len(data), lifetime_s=60)
        assert requests.put(urls.upload_urls[0], data=pieces[0], timeout=10).status_code == 200
        with begin_put(urls.upload_urls[1], 4 * MIB, 2 * MIB):
            wait_for(lambda: any(store.paths.uploads.glob("*/part-00002.claim")))
            kill_tree(process.pid)
    body = assemble_complete_multipart_xml([md5(piece) for piece in pieces])
    with gateway_process(root, port):
        early = requests.post(urls.complete_url, data=body, timeout=10)
        assert requests.put(urls.upload_urls[1], data=pieces[1], timeout=10).status_code == 200
        done = requests.post(urls.complete_url, data=body, timeout=10)
    assert (early.status_code, done.status_code) == (400, 200)
    assert b"".join(store.iter_chunks(ref)) == data


def test_two_servers_share_one_store(tmp_path, ref):
    with threaded_gateway(tmp_path) as first, threaded_gateway(tmp_path) as second:
        assert requests.put(upload_url(first, ref, 6), data=b"deform", timeout=5).ok
        assert requests.get(signed(second, ref), timeout=5).content == b"deform"
        second.set_public(ref, public=True)
        assert requests.get(first.object_url(ref), timeout=5).content == b"deform"


def test_everything_may_be_written_unless_the_core_objects(ref):
    with anything_may_be_replaced(ref) as allowed:
        assert allowed
