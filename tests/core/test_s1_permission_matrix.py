"""S1: who sees what of a dataset, by every way that leads to it.

Each way is tried by each caller on a draft, a private and a public dataset;
what a caller may not see must not show anywhere, not even as a name in a facet.
"""

import re
import types

import pytest
import requests
from acceptance.client import Client

PEOPLE = ["stranger", "member", "editor", "collaborator", "former", "revoked"]
LINKS = ["review link", "revoked link"]
CALLERS = ["anonymous", *PEOPLE, *LINKS]
MAY_SEE = {
    "draft": {"editor", "collaborator"},
    "private": {"editor", "collaborator", "member"},
    "public": set(CALLERS),
}
HIDDEN = [state for state in MAY_SEE if state != "public"]
ALL = {"include_private": True, "include_drafts": True}


@pytest.fixture(scope="module")
def shelf(site, desk, beads, new_name):
    """One measurement per visibility, each under words of its own."""
    ed = site.people["ed"]

    def fields(word):
        return {"title": f"Matrix {word}", "tags": [{"name": word}]}

    words = {state: new_name(f"s1{state}") for state in MAY_SEE}
    draft = desk.direct(ed, desk.draft(ed, **fields(words["draft"])), beads)
    deposits = {
        "draft": desk.processed(ed, draft),
        "private": desk.measure(ed, beads, **fields(words["private"])),
        "public": desk.measure(ed, beads, private=False, **fields(words["public"])),
    }
    return types.SimpleNamespace(words=words, deposits=deposits)


@pytest.fixture(scope="module")
def callers(site, shelf, new_name):
    """Everybody who asks; some of them once had rights."""
    admin = site.people["ada"]
    made = {name: site.hire(new_name(name)) for name in PEOPLE}
    roles = {"member": "member", "editor": "editor", "former": "editor", "revoked": "editor"}
    for name, role in roles.items():
        joining = {"id": "lab-a", "username": made[name].name, "role": role}
        assert admin.post("organization_member_create", joining).status == 200
    for deposit in shelf.deposits.values():
        sharing = {"id": deposit.dataset["id"], "user_id": made["collaborator"].id}
        assert admin.post("package_collaborator_create", sharing, capacity="member").status == 200
    private = shelf.deposits["private"].dataset["id"]
    for name in ("former", "revoked"):
        assert made[name].get("package_show", id=private).status == 200
    leaving = {"id": "lab-a", "username": made["former"].name}
    assert admin.post("organization_member_delete", leaving).status == 200
    revoked = made["revoked"]
    assert revoked.post("api_token_revoke", token=revoked.token).status == 200
    made["anonymous"] = site.people[""]
    made |= {f"review link/{state}": reviewer(site, shelf, state) for state in HIDDEN}
    for state in HIDDEN:
        gone = reviewer(site, shelf, state)
        assert gone.get("package_show", id=shelf.deposits[state].dataset["id"]).status == 200
        assert admin.post("review_link_revoke", id=gone.id).status == 200
        made[f"revoked link/{state}"] = gone
    return made


def reviewer(site, shelf, state):
    """Somebody without an account who was given a link to one dataset."""
    dataset = shelf.deposits[state].dataset["id"]
    link = site.people["ed"].post("review_link_create", id=dataset).result
    return Client(url=site.url, token=link["key"], id=link["id"])


def who(callers, caller, state):
    """Return the caller; of a public dataset there are no links, so theirs lead to another."""
    shown = state if state in HIDDEN else "private"
    return callers[f"{caller}/{shown}" if caller in LINKS else caller]


def dataset_page(caller, deposit, word):
    return caller.fetch(f"/dataset/{deposit.dataset['name']}").status_code == 200


def resource_page(caller, deposit, word):
    return caller.fetch(deposit.page).status_code == 200


def package_show(caller, deposit, word):
    return caller.get("package_show", id=deposit.dataset["id"]).status == 200


def package_show_by_name(caller, deposit, word):
    return caller.get("package_show", id=deposit.dataset["name"]).status == 200


def package_resource_list(caller, deposit, word):
    return caller.get("package_resource_list", id=deposit.dataset["id"]).status == 200


def resource_show(caller, deposit, word):
    return caller.get("resource_show", id=deposit.resource["id"]).status == 200


def resource_view_list(caller, deposit, word):
    return caller.get("resource_view_list", id=deposit.resource["id"]).status == 200


def download(caller, deposit, word):
    return caller.fetch(f"{deposit.page}/download/x").content == deposit.path.read_bytes()


def head(caller, deposit, word):
    answer = caller.fetch(f"{deposit.page}/download/x", "HEAD", allow_redirects=False)
    return answer.status_code in {200, 302}


def byte_range(caller, deposit, word):
    answer = caller.fetch(f"{deposit.page}/download/x", headers={"Range": "bytes=0-9"})
    return answer.content == deposit.path.read_bytes()[:10]


def dcserv_metadata(caller, deposit, word):
    return caller.get("dcserv", id=deposit.resource["id"], query="metadata").status == 200


def dcserv_basins(caller, deposit, word):
    return caller.get("dcserv", id=deposit.resource["id"], query="basins").status == 200


def preview(caller, deposit, word):
    return caller.fetch(f"{deposit.page}/preview.jpg").content.startswith(b"\xff\xd8")


def condensed(caller, deposit, word):
    return caller.fetch(f"{deposit.page}/condensed.rtdc").content.startswith(b"\x89HDF")


def search_hit(caller, deposit, word):
    found = caller.get("package_search", q=f"title:{word}", **ALL).result
    assert found["count"] == len(found["results"])
    return found["count"] == 1


def search_by_id(caller, deposit, word):
    fq = f"+state:(draft OR active) +id:{deposit.dataset['id']}"
    return caller.get("package_search", fq=fq, **ALL).result["count"] == 1


def facet(caller, deposit, word):
    asked = {"facet.field": '["tags"]', "facet.limit": -1, "rows": 0}
    found = caller.get("package_search", **asked, **ALL).result
    return word in {item["name"] for item in found["search_facets"]["tags"]["items"]}


def citation(caller, deposit, word):
    return caller.get("dataset_citation", id=deposit.dataset["id"], format="ris").status == 200


def dcat(caller, deposit, word):
    return caller.fetch(f"/dataset/{deposit.dataset['name']}.ttl").status_code == 200


def linkset(caller, deposit, word):
    return caller.fetch(f"/dataset/{deposit.dataset['name']}/linkset").status_code == 200


def ro_crate(caller, deposit, word):
    path = f"/dataset/{deposit.dataset['name']}/ro-crate-metadata.json"
    return caller.fetch(path).status_code == 200


def bulk_archive(caller, deposit, word):
    answer = caller.fetch(f"/dataset/{deposit.dataset['id']}/download.zip")
    return deposit.path.read_bytes() in answer.content


def bulk_list(caller, deposit, word):
    answer = caller.fetch(f"/dataset/{deposit.dataset['id']}/download/curl.txt")
    return answer.status_code == 200 and deposit.resource["id"] in answer.text


WAYS = [
    dataset_page,
    resource_page,
    package_show,
    package_show_by_name,
    package_resource_list,
    resource_show,
    resource_view_list,
    download,
    head,
    byte_range,
    dcserv_metadata,
    dcserv_basins,
    preview,
    condensed,
    search_hit,
    search_by_id,
    facet,
    citation,
    dcat,
    linkset,
    ro_crate,
    bulk_archive,
    bulk_list,
]


FOUND = [search_hit, search_by_id, facet]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("state", MAY_SEE)
@pytest.mark.parametrize("caller", CALLERS)
def test_a_dataset_shows_to_those_who_may_see_it(callers, shelf, caller, state, way):
    """S1, ckan-core §5.2, §6.3."""
    seen = way(who(callers, caller, state), shelf.deposits[state], shelf.words[state])
    by_link = caller == "review link" and way not in FOUND  # a link shows, but nobody finds
    assert seen == (by_link or caller in MAY_SEE[state])


def dataset_autocomplete(caller, word):
    return caller.get("package_autocomplete", q=word, limit=50).body


def tag_autocomplete(caller, word):
    return caller.get("tag_autocomplete", query=word, limit=50).body["result"]


def tag_list(caller, word):
    return caller.get("tag_list").body["result"]


def resource_search(caller, word):
    return caller.get("resource_search", query=f"name:{word}").body


def dataset_list(caller, word):
    return caller.get("package_list").body["result"]


def newest_datasets(caller, word):
    return caller.get("current_package_list_with_resources", limit=1000).body["result"]


def util_autocomplete(caller, word):
    params = {"incomplete": word, "limit": 50}
    return caller.fetch("/api/util/dataset/autocomplete", params=params).text


def feed(caller, word):
    return caller.fetch("/feeds/dataset.atom").text


def sitemap(caller, word):
    parts = re.findall("<loc>([^<]*)</loc>", caller.fetch("/sitemap.xml").text)
    return [caller.fetch(part).text for part in parts]


def catalogue(caller, word):
    return caller.fetch("/catalog.ttl", params={"q": word}).text.replace(f"?q={word}", "")


def harvest(caller, word):
    return caller.fetch("/oai?verb=ListRecords&metadataPrefix=oai_datacite").text


def dataset_changes(caller, word):
    return caller.get("dataset_changes", limit=1000).body["result"]


LISTINGS = [
    dataset_autocomplete,
    tag_autocomplete,
    tag_list,
    resource_search,
    dataset_list,
    newest_datasets,
    util_autocomplete,
    feed,
    sitemap,
    catalogue,
    harvest,
    dataset_changes,
]
BLIND = [
    (caller, state) for state, seers in MAY_SEE.items() for caller in CALLERS if caller not in seers
]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.__name__)
@pytest.mark.parametrize(("caller", "state"), BLIND)
def test_no_listing_betrays_what_a_caller_may_not_see(callers, shelf, caller, state, listing):
    """S1."""
    listed = str(listing(who(callers, caller, state), shelf.words[state]))
    assert f"Matrix {shelf.words[state]}" not in listed
    assert shelf.words[state] not in listed.replace(f"name:{shelf.words[state]}", "")
    assert shelf.deposits[state].dataset["id"] not in listed


@pytest.mark.parametrize("listing", [dataset_autocomplete, tag_autocomplete, tag_list])
@pytest.mark.parametrize("caller", CALLERS)
def test_public_datasets_are_completed_for_all(callers, shelf, caller, listing):
    """S1."""
    assert shelf.words["public"] in str(
        listing(who(callers, caller, "public"), shelf.words["public"])
    )


@pytest.mark.parametrize("artifact", ["resource", "condensed", "preview"])
@pytest.mark.parametrize("state", MAY_SEE)
@pytest.mark.parametrize("caller", CALLERS)
def test_a_bare_object_address_opens_only_public_data(callers, shelf, caller, state, artifact):
    """S1, dcor §2.2: a token does not open it."""
    url = shelf.deposits[state].resource["s3_url"].replace("/resource/", f"/{artifact}/")
    assert who(callers, caller, state).fetch(url).status_code == (200 if state == "public" else 403)


def test_a_signed_address_is_bound_to_its_object(callers, shelf):
    """S1, dcor §2.3."""
    own, other = shelf.deposits["private"], shelf.deposits["draft"]
    signed = callers["member"].fetch(f"{own.page}/download/x", allow_redirects=False)
    forged = signed.headers["Location"].replace(own.key, other.key)
    assert requests.get(signed.headers["Location"]).status_code == 200
    assert requests.get(forged).status_code == 403
