"""Each hook is called when its docstring says, and what it returns is used."""

from __future__ import annotations

import io

import pytest

from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.plugins import toolkit

PLUGIN = """
heard = []
public = Path(__file__).parent / "public"
public.mkdir()
public.joinpath("logo.txt").write_text("a logo")
public.joinpath("about").write_text("not a page")

@dataclasses.dataclass(frozen=True, kw_only=True)
class Shelves:
    count: int = setting("listener.count", default=3, help="How many shelves there are.")

settings = (Shelves,)

@hookimpl
def runtime_options(self):
    return ["listener.count"]

@hookimpl
def configure(self, site):
    self.actions_at_start = len(site.actions.names())

@hookimpl
def dataset_types(self):
    return ["study"]

@hookimpl
def before_resource_create(self, context, resource):
    self.heard.append("before create")
    resource["description"] = "set before"

@hookimpl
def after_resource_create(self, context, resource):
    self.heard.append("after create " + resource["name"])

@hookimpl
def before_resource_update(self, context, current, resource):
    self.heard.append(f"before update {current['name']} {resource['name']}")

@hookimpl
def after_resource_update(self, context, resource):
    self.heard.append("after update " + resource["name"])

@hookimpl
def before_resource_delete(self, context, resource, resources):
    self.heard.append(f"before delete {resource['name']} of {len(resources)}")

@hookimpl
def after_resource_delete(self, context, resources):
    self.heard.append(f"after delete {len(resources)}")

@hookimpl
def resource_changed(self, context, change):
    self.heard.append("changed " + change.kind)

@hookimpl
def resource_url_changed(self, context, resource):
    self.heard.append("moved to " + resource["url"])

@hookimpl
def before_resource_show(self, context, resource):
    resource["shown_by"] = "listener"

@hookimpl
def store_upload(self, context, resource, upload):
    if upload.filename != "elsewhere.txt":
        return None
    return {"url": "https://files.example.org/" + upload.filename, "size": 3}

@hookimpl
def store_image(self, context, kind, upload):
    return f"https://files.example.org/{kind}.png"

@hookimpl
def before_dataset_view(self, context, dataset):
    dataset["notes"] = "only on the page"

@hookimpl
def organization_facets(self, facets, organization):
    facets.clear()
    facets["tags"] = "Words of " + organization["name"]

@hookimpl
def group_facets(self, facets, group):
    facets["license_id"] = "Terms of " + group["name"]

@hookimpl
def usual_dataset_labels(self, context, package):
    return ["secret"] if package.name.startswith("secret") else None

@hookimpl
def usual_user_labels(self, context):
    if context.user_name == "insider":
        return ["public", "secret"]

@hookimpl
def middleware(self, site):
    def wrap(app):
        def answer(environ, start_response):
            def start(status, headers, *rest):
                return start_response(status, [*headers, ("X-Wrapped", "yes")], *rest)
            return app(environ, start)
        return answer
    return wrap

@hookimpl
def validators(self):
    def is_shelf(value):
        if not str(value).startswith("A"):
            raise Invalid("No such shelf")
        return value
    return {"is_shelf": is_shelf}
"""


def resource(listener, **fields):
    given = {"package_id": "beads", "name": "map", "url": "https://example.org/a"} | fields
    return listener.call("resource_create", given)


def test_hooks_of_single_resources_surround_the_change(listener, heard):
    listener.call("package_create", {"name": "single", "owner_org": "lab"})
    made = resource(listener, package_id="single")
    assert made["description"] == "set before"
    listener.call("resource_patch", {"id": made["id"], "name": "plan"})
    listener.call("resource_delete", {"id": made["id"]})
    assert heard == [
        "before create", "changed new", "after create map",
        "before update map plan", "changed metadata", "after update plan",
        "before delete plan of 1", "changed deleted", "after delete 0",
    ]  # fmt: skip


def test_changes_of_whole_datasets_are_told_by_the_hooks_of_every_path(listener, heard):
    """ckan-core 7.3: ``resource_*`` hooks hear only of ``resource_*`` actions."""
    files = [{"name": "map", "url": "https://example.org/a"}]
    fields = {"name": "whole", "owner_org": "lab", "resources": files}
    listener.call("package_create", fields)
    listener.call("package_patch", {"id": "whole", "resources": []})
    assert heard == ["changed new", "changed deleted"]


def test_another_address_is_told_and_another_name_is_not(listener, heard):
    made = resource(listener)
    listener.call("resource_patch", {"id": made["id"], "name": "plan"})
    assert not any(str(note).startswith("moved") for note in heard)
    listener.call("resource_patch", {"id": made["id"], "url": "https://example.org/b"})
    assert "moved to https://example.org/b" in heard


def test_resources_are_shown_as_plugins_change_them(listener):
    made = resource(listener)
    assert listener.call("resource_show", {"id": made["id"]})["shown_by"] == "listener"
    files = listener.call("package_show", {"id": "beads"})["resources"]
    assert {one["shown_by"] for one in files} == {"listener"}
    found = listener.call("resource_search", {"query": "name:map"})["results"]
    assert {one["shown_by"] for one in found} == {"listener"}


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("elsewhere.txt", "https://files.example.org/elsewhere.txt"),
        ("here.txt", "/download/here.txt"),
    ],
)
def test_uploads_may_be_stored_elsewhere(listener, name, url):
    listener.add_user("up-" + name[:4], sysadmin=True)
    listener.call("organization_member_create", member("up-" + name[:4], "admin"))
    upload = {"package_id": "beads", "name": "notes", "upload": (io.BytesIO(b"abc"), name)}
    answer = listener.client("up-" + name[:4]).post("/api/3/action/resource_create", data=upload)
    assert answer.json["result"]["url"].endswith(url), answer.text


def member(name: str, role: str) -> dict[str, str]:
    return {"id": "lab", "username": name, "role": role}


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89"
)


def test_images_may_be_stored_elsewhere(listener):
    listener.add_user("painter")
    listener.call("organization_member_create", member("painter", "admin"))
    upload = {"id": "lab", "image_upload": (io.BytesIO(PNG), "logo.png", "image/png")}
    answer = listener.client("painter").post("/api/3/action/organization_patch", data=upload)
    shown = answer.json["result"]
    assert shown["image_display_url"] == "https://files.example.org/group.png", answer.text


def test_the_page_of_a_dataset_shows_what_plugins_made_of_it(listener):
    assert "only on the page" in listener.client().get("/dataset/beads").text
    assert not listener.call("package_show", {"id": "beads"})["notes"]


def test_facets_of_circles_and_collections_are_theirs(listener):
    listener.call("group_create", {"name": "paper"})
    tags = [{"name": "gel"}]
    listener.call(
        "package_create",
        {"name": "in-paper", "owner_org": "lab", "groups": [{"name": "paper"}], "tags": tags,
         "license_id": "cc-by"},
    )  # fmt: skip
    circle, collection = (
        listener.client().get(path).text for path in ("/organization/lab", "/group/paper")
    )
    assert "Words of lab" in circle
    assert "Licences" not in circle
    assert "Terms of paper" in collection


def test_labels_may_take_the_place_of_the_usual_ones(listener):
    """ckan-core 7.3, IPermissionLabels."""
    for name in ("insider", "outsider"):
        listener.add_user(name)
    listener.call("package_create", {"name": "secret-beads", "owner_org": "lab"})
    shown = listener.call("package_show", {"id": "secret-beads"}, user="insider")
    assert shown["name"] == "secret-beads"
    with pytest.raises((NotFound, NotAuthorized)):
        listener.call("package_show", {"id": "secret-beads"}, user="outsider")


def test_the_application_is_wrapped(listener):
    assert listener.client().get("/about").headers["X-Wrapped"] == "yes"


def test_addresses_of_other_types_lead_to_datasets(listener):
    client = listener.client()
    page = client.get("/study/beads?page=2")
    assert (page.status_code, page.headers["Location"]) == (302, "/dataset/beads?page=2")
    assert client.get("/study/").headers["Location"] == "/dataset/?dataset_type=study"


def test_plugins_are_told_when_the_site_is_complete(listener):
    assert listener.site.plugins[0].actions_at_start == len(listener.site.actions.names())


def test_validators_of_plugins_are_asked_for_by_name(listener):
    with listener.app.app_context():
        schema = {"place": [toolkit.get_validator("is_shelf")]}
        assert toolkit.navl_validate({"place": "A3"}, schema) == ({"place": "A3"}, {})
        _, errors = toolkit.navl_validate({"place": "B1"}, schema)
        with pytest.raises(toolkit.UnknownValidator):
            toolkit.get_validator("nobody_has_it")
    assert errors == {"place": ["No such shelf"]}


def test_settings_of_plugins_may_be_changed_while_the_site_runs(listener):
    """ckan-core 7.3, IConfigurer.update_config_schema."""
    plugin = listener.site.plugins[0]
    assert "listener.count" in listener.call("config_option_list")
    listener.call("config_option_update", {"listener.count": "7"})
    listener.client().get("/about")
    assert listener.site.settings(plugin.Shelves).count == 7
    with pytest.raises(ValidationError):
        listener.call("config_option_update", {"listener.count": "many"})


def test_public_files_stand_at_the_root(listener):
    client = listener.client()
    assert client.get("/logo.txt").text == "a logo"
    assert client.get("/about").text != "not a page"
    assert client.get("/../listener.py").status_code == 404
    assert client.get("/dataset").status_code in (200, 301, 308)
    assert client.get("/no-such-page").status_code == 404
