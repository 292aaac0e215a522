"""Z18: nothing a client says leads out of the folder it belongs into."""

import hashlib
import http.client
import urllib.parse
import uuid

import pytest
import requests

BAD_IDS = [
    "../../x",
    "..",
    "..\\..\\x",
    "C:\\x",
    "/etc/passwd",
    "a/../../b",
    "%2e%2e%2fx",
    "x\0y",
    "00000000-0000-4000-8000-000000000000/../x",
    "00000000-0000-4000-8000-000000000000\n",
    "0" * 300,
]


def uuid_digits(rid):
    return rid.replace("-", "")


@pytest.fixture
def everything(core_site):
    """All files at and around the site's folder, save logs, databases and run files."""

    def look():
        home = core_site.folder.parent
        kept = ("storage", "..", "x")
        found = (path.relative_to(home) for path in home.rglob("*") if path.is_file())
        return {str(path) for path in found if path.parts[1] in kept or len(path.parts) == 1}

    return look


def with_package_create(caller, dataset, rid):
    return caller.post(
        "package_create",
        name=f"{dataset['name']}-z",
        owner_org="lab-a",
        resources=[{"id": rid, "name": "a.txt"}],
    )


def with_package_update(caller, dataset, rid):
    return caller.post("package_update", id=dataset["id"], resources=[{"id": rid, "name": "a"}])


def with_package_patch(caller, dataset, rid):
    return caller.post("package_patch", id=dataset["id"], resources=[{"id": rid, "name": "a"}])


def with_package_revise(caller, dataset, rid):
    match = {"match": {"id": dataset["id"]}}
    return caller.post("package_revise", match, update__resources__extend=[{"id": rid}])


def with_resource_create(caller, dataset, rid):
    fields = {"package_id": dataset["id"], "id": rid, "name": "a.txt"}
    return caller.form("resource_create", fields, upload=("a.txt", b"text"))


CREATING = [
    with_package_create,
    with_package_update,
    with_package_patch,
    with_package_revise,
    with_resource_create,
]


@pytest.mark.parametrize("rid", BAD_IDS)
@pytest.mark.parametrize("create", CREATING, ids=lambda create: create.__name__)
def test_no_resource_gets_an_id_that_is_a_path(ed, new_dataset, everything, create, rid):
    """Z18."""
    dataset = new_dataset(ed)
    before = everything()
    answer = create(ed, dataset, rid)
    assert (answer.status, answer.error["__type"]) == (409, "Validation Error")
    assert ed.get("package_show", id=dataset["id"]).result["resources"] == []
    assert everything() == before


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize("action", ["package_create", "organization_create", "group_create"])
def test_not_even_a_sysadmin_gives_ids_that_are_paths(admin, new_name, action, bad):
    """Z18."""
    answer = admin.post(action, id=bad, name=new_name("z"), owner_org="lab-a")
    assert answer.status == 409
    assert "id" in answer.error


@pytest.mark.parametrize(
    "name",
    ["../../x.txt", "..\\..\\x.txt", "/etc/passwd", "C:\\x.txt", "x" * 300 + ".txt", "..", "."],
)
def test_a_file_name_stays_a_name(ed, new_dataset, core_site, name):
    """Z18."""
    before = {path.parent for path in core_site.folder.parent.rglob("*.txt")}
    fields = {"package_id": new_dataset(ed)["id"], "name": "a"}
    answer = ed.form("resource_create", fields, upload=(name, b"text"))
    assert answer.status in {200, 409}
    assert {path.parent for path in core_site.folder.parent.rglob("*.txt")} == before
    if answer.status == 200:
        path = urllib.parse.unquote(urllib.parse.urlsplit(answer.result["url"]).path)
        assert "/".join(path.split("/")[:-1]).endswith(f"/{answer.result['id']}/download")
        assert ".." not in path
        assert ed.fetch(answer.result["url"]).content == b"text"


@pytest.mark.parametrize(
    "path",
    [
        "/objects/../cytotheca.ini",
        "/objects/%2e%2e/cytotheca.ini",
        "/objects/..%2fcytotheca.ini",
        "/objects/circle-x/%2e%2e/%2e%2e/%2e%2e/cytotheca.ini",
        "/objects/circle-x/..%5c..%5c..%5ccytotheca.ini",
        "/objects//etc/passwd",
        "/objects/circle-x/%00",
        "/static/%2e%2e/%2e%2e/cytotheca.ini",
        "/uploads/group/%2e%2e/%2e%2e/%2e%2e/cytotheca.ini",
        "/dataset/../../cytotheca.ini",
        "/dataset/x/resource/..%2f..%2fx/download/cytotheca.ini",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_address_leads_to_the_sites_own_files(core_site, ed, method, path):
    """Z18; the path is sent as it is, which requests would tidy up."""
    connection = http.client.HTTPConnection(core_site.url.removeprefix("http://"), timeout=30)
    headers = {"Authorization": ed.token}
    connection.request(method, path, body=b"" if method == "PUT" else None, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert 300 <= answer.status < 500
    assert b"secret" not in body.lower()
    assert b"root:" not in body


def test_a_link_in_the_store_is_not_followed(core_site, ed, new_dataset):
    """Z18."""
    fields = {"package_id": new_dataset(ed)["id"], "name": "a"}
    made = ed.form("resource_create", fields, upload=("a.txt", b"text")).result
    rid = made["id"]
    storage = core_site.folder / "storage"
    tail = f"{rid[:3]}/{rid[3:6]}/{rid[6:]}"
    stored = [path for path in storage.rglob("*") if path.is_file() and str(path).endswith(tail)]
    assert stored
    for path in stored:
        path.unlink()
        path.symlink_to(core_site.folder / "cytotheca.ini")
    answer = ed.fetch(made["url"])
    assert answer.status_code != requests.codes.ok
    assert "secret" not in answer.text.lower()


def test_nobody_says_where_the_file_of_a_resource_is(core_site, ed, xi, new_dataset, new_name):
    """Z18, S1: naming the object of a private file does not give it away."""
    secret = new_dataset(ed, private=True)
    fields = {"package_id": secret["id"], "name": "secret.txt"}
    file = ed.form("resource_create", fields, upload=("secret.txt", b"secret")).result
    org = xi.post("organization_create", name=new_name("o")).result
    own = xi.post("package_create", name=new_name("t"), owner_org=org["id"]).result
    rid = file["id"]
    place = {
        "bucket": f"circle-{secret['owner_org']}",
        "object_key": f"resource/{rid[:3]}/{rid[3:6]}/{rid[6:]}",
    }
    made = xi.post("resource_create", {"package_id": own["id"], "url": "x.txt"} | place).result
    xi.post("resource_patch", {"id": made["id"], "url": "y.txt"} | place)
    for one in xi.get("package_show", id=own["id"]).result["resources"]:
        page = f"/dataset/{own['id']}/resource/{one['id']}/download"
        answer = xi.fetch(page, allow_redirects=False)
        assert "/objects/" not in answer.headers.get("Location", "")
        assert b"secret" not in answer.content


def test_digests_of_stored_files_are_those_of_their_bytes(ed, new_dataset):
    """Z18, ckan-core 2.2."""
    dataset = new_dataset(ed)
    claim = {"sha256": "0" * 64, "etag": "forged"}
    fields = {"package_id": dataset["id"], "name": "a.txt"} | claim
    file = ed.form("resource_create", fields, upload=("a.txt", b"text")).result
    assert file["sha256"] == hashlib.sha256(b"text").hexdigest()
    changed = ed.post("resource_patch", {"id": file["id"], "description": "d"} | claim).result
    assert (changed["sha256"], changed["etag"]) == (file["sha256"], file["etag"])


@pytest.mark.parametrize("said", ["0" * 64, {"of": ["a", 1]}])
def test_what_is_said_of_a_links_bytes_is_kept(ed, new_dataset, said):
    """ckan-core 2.2: further keys keep their types."""
    link = {"package_id": new_dataset(ed)["id"], "url": "https://example.org/a", "sha256": said}
    made = ed.post("resource_create", link).result
    assert ed.get("resource_show", id=made["id"]).result["sha256"] == said


@pytest.mark.parametrize("spell", [str.upper, "{{{}}}".format, "urn:uuid:{}".format, uuid_digits])
def test_an_id_is_one_id_in_any_spelling(ed, new_dataset, spell):
    """Z18: no second resource gets the place of the first one's file."""
    dataset, rid = new_dataset(ed), str(uuid.uuid4())
    fields = {"package_id": dataset["id"], "id": rid, "name": "a.txt"}
    first = ed.form("resource_create", fields, upload=("a.txt", b"first")).result
    again = ed.form("resource_create", fields | {"id": spell(rid)}, upload=("b.txt", b"second"))
    assert (again.status, again.error["id"]) == (409, ["Resource id already exists."])
    assert ed.fetch(first["url"]).content == b"first"


@pytest.mark.parametrize("spell", [str.upper, "{{{}}}".format, "urn:uuid:{}".format, uuid_digits])
def test_a_new_id_is_kept_in_its_usual_spelling(ed, new_dataset, spell):
    """ckan-core 3.2."""
    rid = str(uuid.uuid4())
    made = ed.post("resource_create", package_id=new_dataset(ed)["id"], id=spell(rid), name="a")
    assert made.result["id"] == rid


def test_an_id_that_is_used_again_does_not_take_the_former_file(core_site, ed, new_dataset):
    """ckan-core 3.4: a published version still refers to it."""
    rid, place = str(uuid.uuid4()), core_site.folder / "storage" / "objects"

    def stored():
        keys = [key for key in core_site.objects() if rid[6:] in key]
        return {(place / key).read_bytes() for key in keys}

    fields = {"id": rid, "name": "a.txt"}
    first = fields | {"package_id": new_dataset(ed)["id"]}
    assert ed.form("resource_create", first, upload=("a.txt", b"first")).status == 200
    assert ed.post("resource_delete", id=rid).status == 200
    second = fields | {"package_id": new_dataset(ed)["id"]}
    made = ed.form("resource_create", second, upload=("a.txt", b"second")).result
    assert ed.fetch(made["url"]).content == b"second"
    assert stored() == {b"first", b"second"}
