"""Views of resources: actions, and the tabs of the resource's page."""

from __future__ import annotations

import io
import uuid

import pytest
from pages_site import build_site
from PIL import Image

from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.domain.table_preview import preview_table

EVIL = "<script>alert(1)</script>"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(file, "PNG")
    return file.getvalue()


FILES = {
    "table.csv": f"name;value\n{EVIL};1,5\nb;2\n".encode(),
    "notes.txt": f"Grüße {EVIL}\n".encode(),
    "photo.png": picture(),
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "page.html": EVIL.encode(),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    built.call("package_create", "ed", name="views", owner_org="lab-a", private=True)
    token = built.call("api_token_create", "ed", user="ed", name="t")["token"]
    client = built.app.test_client()
    built.files = {}
    for name, data in FILES.items():
        answer = client.post(
            "/api/3/action/resource_create",
            data={"package_id": "views", "name": name, "upload": (io.BytesIO(data), name)},
            headers={"Authorization": token},
        )
        built.files[name] = answer.json["result"]["id"]
    yield built
    built.site.close()


def page(pages, name, user="ed", view=""):
    return pages.browser(user).get(f"/dataset/views/resource/{pages.files[name]}?view={view}").text


def types(pages, name):
    views = pages.call("resource_view_list", "ed", id=pages.files[name])
    return [view["view_type"] for view in views]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("table.csv", ["datatables_view"]),
        ("notes.txt", ["text_view"]),
        ("photo.png", ["image_view"]),
        ("drawing.svg", []),
        ("page.html", []),
    ],
)
def test_new_files_get_the_views_that_fit_and_nothing_that_could_run(pages, name, expected):
    """Z12, ckan-core §4.3: only raster images and plain text are shown in place."""
    assert types(pages, name) == expected


def test_a_table_is_shown_as_a_table_and_stays_text(pages):
    html = page(pages, "table.csv")
    assert "<td>1,5</td>" in html
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>" in html
    assert EVIL not in html


def test_a_text_is_read_in_the_page_and_stays_text(pages):
    html = page(pages, "notes.txt")
    assert "Grüße &lt;script&gt;" in html
    assert EVIL not in html


def test_a_picture_is_an_image_of_the_page(pages):
    html = page(pages, "photo.png")
    address = html.split('class="file-picture"><img src="')[1].split('"')[0]
    answer = pages.browser("ed").get(address, follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_views_are_added_changed_ordered_and_removed(pages):
    """ckan-core §4.3: create, show, update, reorder and delete."""
    rid = pages.files["notes.txt"]
    common = {"resource_id": rid, "view_type": "text_view"}
    first = pages.call("resource_view_list", "ed", id=rid)[0]
    made = pages.call("resource_view_create", "ed", title="Mine", words=[1], **common)
    assert pages.call("resource_view_show", "ed", id=made["id"]) == made
    assert made["words"] == [1]
    changed = pages.call("resource_view_update", "ed", id=made["id"], title="New *", size=2)
    assert (changed["title"], changed["size"], "words" in changed) == ("New *", 2, False)
    order = pages.call("resource_view_reorder", "ed", id=rid, order=[made["id"]])
    assert order == {"id": rid, "order": [made["id"], first["id"]]}
    html = page(pages, "notes.txt")
    assert html.index("New *") < html.index(f"view={first['id']}")
    assert pages.call("resource_view_delete", "ed", id=made["id"]) == {"resource_id": rid}
    with pytest.raises(NotFound):
        pages.call("resource_view_show", "ed", id=made["id"])


def test_default_views_come_back_once(pages):
    rid = pages.files["table.csv"]
    for view in pages.call("resource_view_list", "ed", id=rid):
        pages.call("resource_view_delete", "ed", id=view["id"])
    make = "resource_create_default_resource_views"
    made = pages.call(make, "ed", resource={"id": rid})
    assert [view["view_type"] for view in made] == ["datatables_view"]
    dataset = pages.call("package_show", "ed", id="views")
    assert pages.call("package_create_default_resource_views", "ed", package=dataset) == []


def test_views_of_a_type_are_cleared_by_administrators_only(pages):
    with pytest.raises(NotAuthorized):
        pages.call("resource_view_clear", "ed", view_types=["image_view"])
    pages.call("resource_view_clear", "ada", view_types=["image_view"])
    assert (types(pages, "photo.png"), types(pages, "notes.txt")) == ([], ["text_view"])
    pages.call("package_create_default_resource_views", "ed", package={"id": "views"})


@pytest.mark.parametrize("user", ["mo", "xi"])
def test_members_read_views_and_only_editors_change_them(pages, user):
    rid = pages.files["notes.txt"]
    view = pages.call("resource_view_list", "ed", id=rid)[0]
    asks = {
        "resource_view_create": {"resource_id": rid, "view_type": "text_view", "title": "x"},
        "resource_view_update": {"id": view["id"], "title": "x"},
        "resource_view_delete": {"id": view["id"]},
        "resource_view_reorder": {"id": rid, "order": [view["id"]]},
        "resource_create_default_resource_views": {"resource": {"id": rid}},
        "package_create_default_resource_views": {"package": {"id": "views"}},
    }
    for action, params in asks.items():
        with pytest.raises(NotAuthorized):
            pages.call(action, user, **params)
    if user == "mo":
        assert pages.call("resource_view_show", user, id=view["id"]) == view
    else:
        with pytest.raises(NotAuthorized):
            pages.call("resource_view_show", user, id=view["id"])


@pytest.mark.parametrize(
    ("action", "params", "field"),
    [
        ("resource_view_create", {"view_type": "nope", "title": "x"}, "view_type"),
        ("resource_view_create", {"view_type": "text_view"}, "title"),
        ("resource_view_reorder", {"order": ["a", "a"]}, "order"),
        ("resource_view_reorder", {"order": [str(uuid.uuid4())]}, "order"),
        ("resource_create_default_resource_views", {"resource": {}}, "resource"),
    ],
)
def test_refusals_name_the_field(pages, action, params, field):
    rid = pages.files["notes.txt"]
    ids = {"id": rid, "resource_id": rid}
    with pytest.raises(ValidationError) as refused:
        pages.call(action, "ed", **ids, **params)
    assert list(refused.value.errors) == [field]


def test_an_odd_table_is_cut_to_what_a_page_can_show():
    """P3: tables that are broken, endless or wide are shown as far as they go."""
    wide = ",".join(str(number) for number in range(200))
    shown = preview_table("\n".join([wide] * 500), is_cut=True)
    assert (len(shown.header), len(shown.rows), shown.is_cut) == (50, 100, True)
    assert preview_table("", is_cut=False).header == []
    assert preview_table("a,b\n1\n1,2,3\n", is_cut=False).rows == [["1", "", ""], ["1", "2", "3"]]
    assert preview_table('a\n"' + "x" * 200_000, is_cut=False).rows[0][0].endswith("x")
