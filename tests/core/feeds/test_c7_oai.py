"""C7, A3: harvesters get each record once, and learn what is gone."""

import datetime as dt
import uuid

import pytest
from lxml import etree
from oaipmh_scythe import Scythe
from sickle import Sickle
from sickle.oaiexceptions import BadArgument, IdDoesNotExist, NoRecordsMatch
from sqlalchemy import event

from cytotheca.core.models.harvest import HarvestRecord
from cytotheca.core.models.package import Package

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MANY = 300


@pytest.fixture(scope="module")
def shelf(library):
    """Three hundred public datasets, put straight into the database."""
    owner = library.call("organization_show", id="lab-a")["id"]
    with library.site.database.writing() as session:
        for number in range(MANY):
            package_id = str(uuid.uuid4())
            name = f"many-{number:03}"
            session.add(Package(id=package_id, name=name, title=name, owner_org=owner))
            session.add(HarvestRecord(package_id=package_id, owner_org=owner))
            session.flush()
        session.commit()
    return library


def ask(library, **args):
    answer = library.browser.get("/oai", query_string=args)
    assert answer.content_type == "text/xml; charset=utf-8"
    return etree.fromstring(answer.data)


def error_of(document):
    [error] = document.iter(f"{OAI}error")
    return error.get("code")


def harvest(harvester, library):
    """Walk through all records; with each page, some already met and some to come change."""
    met = []
    for record in harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=False):
        met.append(record.header.identifier)
        if len(met) % 60 == 0:
            number = len(met) // 60
            library.call("package_patch", id=f"many-{number:03}", notes=f"changed {len(met)}")
            library.call("package_patch", id=f"many-{MANY - number}", notes=f"changed {len(met)}")
            library.call("package_create", "ed", name=f"new-{uuid.uuid4().hex}", owner_org="lab-a")
    return met


def test_a_harvest_meets_each_record_once_while_records_change(shelf, address):
    """C7, A3: with sickle."""
    met = harvest(Sickle(f"{address}/oai"), shelf)
    assert len(met) == len(set(met)) >= MANY + 1


def test_a_second_harvester_meets_the_same(shelf, address):
    """C7: with oaipmh-scythe, which goes on by the token alone."""
    with Scythe(f"{address}/oai") as scythe:
        met = [one.header.identifier for one in scythe.list_records(metadata_prefix="oai_datacite")]
        headers = list(scythe.list_identifiers(metadata_prefix="oai_dc"))
    assert len(met) == len(set(met)) == len(headers)


def test_withdrawn_and_purged_datasets_come_as_deleted(library):
    """C7."""
    names = ("withdrawn", "deleted", "purged")
    made = {
        name: library.call("package_create", "ed", name=name, owner_org="lab-a")["id"]
        for name in names
    }
    library.call("package_patch", id="withdrawn", private=True)
    library.call("package_delete", id="deleted")
    library.call("package_delete", id="purged")
    library.call("dataset_purge", id=made["purged"])
    for dataset_id in made.values():
        found = ask(
            library,
            verb="GetRecord",
            metadataPrefix="oai_dc",
            identifier=f"oai:localhost:{dataset_id}",
        )
        [header] = found.iter(f"{OAI}header")
        assert header.get("status") == "deleted"
        assert not list(found.iter(f"{OAI}metadata"))


def test_what_never_was_public_is_not_known(library):
    """C7, S1."""
    for ref in ("p2", "p3"):
        dataset_id = library.call("package_show", id=ref)["id"]
        identifier = f"oai:localhost:{dataset_id}"
        found = ask(library, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
        assert error_of(found) == "idDoesNotExist"


def test_days_and_sets_select(shelf, address):
    """C7."""
    sickle = Sickle(f"{address}/oai")
    today = dt.datetime.now(dt.UTC).date()
    day, before = today.isoformat(), (today - dt.timedelta(days=1)).isoformat()
    common = {"metadataPrefix": "oai_dc"}
    assert len(list(sickle.ListIdentifiers(**{"from": before, "until": day}, **common))) > MANY
    with pytest.raises(NoRecordsMatch):
        sickle.ListIdentifiers(until=before, **common)
    with pytest.raises(NoRecordsMatch):
        sickle.ListIdentifiers(set="lab-b", **common)
    found = next(sickle.ListIdentifiers(set="lab-a", **common))
    assert found.setSpecs == ["lab-a"]
    assert {one.setSpec for one in sickle.ListSets()} >= {"lab-a", "lab-b"}
    with pytest.raises(BadArgument):
        sickle.ListIdentifiers(**{"from": day, "until": f"{day}T00:00:00Z"}, **common)
    with pytest.raises(IdDoesNotExist):
        sickle.GetRecord(identifier="oai:localhost:nothing", metadataPrefix="oai_dc")


def test_identify_and_formats(shelf, address):
    """C7."""
    sickle = Sickle(f"{address}/oai")
    about = sickle.Identify()
    assert (about.protocolVersion, about.deletedRecord) == ("2.0", "persistent")
    assert about.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert [one.metadataPrefix for one in sickle.ListMetadataFormats()] == [
        "oai_dc",
        "oai_datacite",
    ]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Destroy"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "Identify", "more": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-13-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "nowhere"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "bm90aGluZw"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "\x00"}, "badArgument"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListMetadataFormats", "identifier": "x"}, "idDoesNotExist"),
    ],
)
def test_errors_are_those_of_the_protocol(library, args, code):
    """C7."""
    assert error_of(ask(library, **args)) == code


def test_descriptions_have_no_html_and_records_no_prolog(library):
    """C7."""
    identifier = f"oai:localhost:{library.dataset['id']}"
    answer = library.browser.get(
        "/oai",
        query_string={
            "verb": "GetRecord",
            "metadataPrefix": "oai_datacite",
            "identifier": identifier,
        },
    )
    assert answer.data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert answer.data.count(b"<?xml") == 1
    found = ask(library, verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    assert found.findtext(f".//{DC}description") == "Bold words & more"


def test_the_protocol_works_by_post(library):
    """C7."""
    answer = library.browser.post("/oai", data={"verb": "Identify"})
    assert b"<Identify>" in answer.data


def test_a_record_that_cannot_be_written_is_left_out(library, monkeypatch):
    """C7."""
    from cytotheca.core.citation import dublin_core  # noqa: PLC0415
    from cytotheca.core.feeds import oai_answer  # noqa: PLC0415

    def write(record):
        if record.name == "p1":
            raise ValueError("broken")
        return dublin_core.as_element(record)

    broken = oai_answer.MetadataFormat(schema="s", namespace="n", write=write)
    monkeypatch.setattr(oai_answer, "FORMATS", {"oai_dc": broken})
    monkeypatch.setattr("cytotheca.core.feeds.oai.FORMATS", {"oai_dc": broken})
    found = ask(library, verb="ListRecords", metadataPrefix="oai_dc")
    assert library.dataset["id"] not in etree.tostring(found).decode()
    assert list(found.iter(f"{OAI}record"))


def count_statements(library, path):
    """Return how many statements an address costs."""
    seen = []
    engine = library.site.database.engine

    def note(connection, cursor, statement, *more):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    library.browser.get(path, buffered=True)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    ("few", "many"),
    [
        (
            "/oai?verb=ListRecords&metadataPrefix=oai_datacite&set=few",
            "/oai?verb=ListRecords&metadataPrefix=oai_datacite",
        ),
        ("/feeds/organization/few.atom", "/feeds/organization/lab-a.atom"),
        ("/catalog.ttl?fq=organization:few", "/catalog.ttl?fq=organization:lab-a"),
    ],
)
def test_a_page_of_many_takes_as_many_statements_as_of_one(shelf, few, many):
    """L1, L6."""
    if "few" not in shelf.call("organization_list"):
        shelf.call("organization_create", "ada", name="few")
        shelf.call("package_create", "ada", name="only-one", owner_org="few")
    one, all_ = count_statements(shelf, few), count_statements(shelf, many)
    assert all_ <= one + 1  # keywords are read where there are any
