"""C3: DataCite's XML is valid by DataCite's schema."""

import importlib.resources
import json

import datacite.schema45
import pytest
from lxml import etree

NS = {"d": "http://datacite.org/schema/kernel-4"}
ORCID, ROR = "https://orcid.org/0000-0002-1825-0097", "https://ror.org/020as7681"
FULL = {
    "doi": "10.5072/FULL",
    "references": "https://doi.org/10.1/x, arXiv:1507.00466, https://example.org/z",
    "creators": json.dumps(
        [
            {
                "familyName": "García Márquez",
                "givenName": "Gabriel",
                "nameIdentifiers": [{"nameIdentifier": "0000-0002-1825-0097"}],
                "affiliation": [{"name": "MPL", "affiliationIdentifier": ROR}],
            },
            {"name": "Institute", "nameType": "Organizational"},
        ]
    ),
    "fundingReferences": json.dumps(
        [{"funderName": "DFG", "funderIdentifier": "https://ror.org/018mejw64", "awardNumber": "7"}]
    ),
}


@pytest.fixture(scope="module")
def schema():
    """DataCite's own schema 4.6, as the validator of ETH Zurich ships it.

    That demands a licence besides, which DataCite does not.
    """
    document = etree.parse(str(importlib.resources.files("validator") / "schema/metadata.xsd"))
    [licences] = document.xpath("//*[@name='rightsList']")
    licences.set("minOccurs", "0")
    return etree.XMLSchema(document)


@pytest.fixture(scope="module")
def full(library):
    common = {"owner_org": "lab-a", "license_id": "cc-by", "tags": [{"name": "beads"}]}
    file = {"url": "https://example.org/x", "size": 5, "format": "RT-DC"}
    files = [file | {"dc:experiment:date": day} for day in ("2021-05-01", "2020-01-01")]
    extras = [{"key": key, "value": value} for key, value in FULL.items()]
    library.call("package_create", "ed", name="full", extras=extras, resources=files, **common)
    return etree.fromstring(library.browser.get("/dataset/full/cite/datacite.xml").data)


def test_full_and_minimal_metadata_are_valid(library, schema, full):
    """C3."""
    library.call("package_create", "ed", name="minimal", owner_org="lab-a")
    minimal = etree.fromstring(library.browser.get("/dataset/minimal/cite/datacite.xml").data)
    for document in (full, minimal):
        schema.assertValid(document)
    described = library.browser.get("/dataset/full/cite/datacite.json").json
    assert datacite.schema45.validate(described)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("d:identifier[@identifierType='DOI']/text()", "10.5072/FULL"),
        ("//d:nameIdentifier[@nameIdentifierScheme='ORCID']/text()", ORCID),
        ("//d:affiliation/@affiliationIdentifier", ROR),
        ("//d:creatorName[@nameType='Organizational']/text()", "Institute"),
        ("//d:funderIdentifier[@funderIdentifierType='ROR']/text()", "https://ror.org/018mejw64"),
        ("//d:awardNumber/text()", "7"),
        ("//d:relatedIdentifier[@relatedIdentifierType='DOI']/text()", "10.1/x"),
        ("//d:size/text()", "10 bytes"),
        ("//d:format/text()", "RT-DC"),
        ("//d:rights/@rightsIdentifier", "CC-BY-4.0"),
        ("//d:rights/@schemeURI", "https://spdx.org/licenses/"),
        ("//d:date[@dateType='Collected']/text()", "2020-01-01/2021-05-01"),
        ("d:version/text()", "1.0"),
    ],
)
def test_all_that_is_known_is_told(full, path, value):
    """C3."""
    assert full.xpath(path, namespaces=NS)[0] == value
    assert full.xpath("//d:date[@dateType='Available']", namespaces=NS)
