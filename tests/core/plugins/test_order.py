"""The order of plugins decides: who sees results last, whose route and whose template counts."""

from __future__ import annotations

import pytest

CHAINED = """
@hookimpl
def actions(self):
    def package_show(next_action, context, params):
        shown = next_action(context, params)
        return {{**shown, "seen_by": [*shown.get("seen_by", []), "{name}"]}}
    return [Action(name="package_show", body=package_show, read_only=True, chained=True)]
"""
PLAIN = """
@hookimpl
def actions(self):
    def package_show(context, params):
        return {}
    return [Action(name="package_show", body=package_show, read_only=True)]
"""
ABOUT = """
@hookimpl
def blueprints(self, site):
    pages = flask.Blueprint("ours", __name__)
    pages.add_url_rule("/about", "about", lambda: "about us")
    return [pages]
"""
PAGE = """
templates = Path(__file__).parent / "{name}"
templates.joinpath("home").mkdir(parents=True, exist_ok=True)
templates.joinpath("home/contact.html").write_text("from {name}")
"""


def test_the_plugin_listed_first_sees_the_result_last(site_with):
    """ckan-core 43."""
    site = site_with(first=CHAINED.format(name="first"), second=CHAINED.format(name="second"))
    site.call("package_create", {"name": "beads", "owner_org": "lab"})
    assert site.call("package_show", {"id": "beads"})["seen_by"] == ["second", "first"]


def test_a_chained_read_action_without_its_mark_is_no_read_action(site_with):
    """ckan-core 7.2: the attributes of the outermost function count."""
    site = site_with(only=CHAINED.format(name="only").replace("read_only=True, ", ""))
    assert site.client().get("/api/3/action/package_show?id=x").status_code == 400


def test_two_plain_ones_of_a_name_are_refused(site_with):
    """ckan-core 43: the start fails and names both."""
    with pytest.raises(RuntimeError, match=r"plugin one and plugin two both provide package_show"):
        site_with(one=PLAIN, two=PLAIN)


def test_routes_of_plugins_win(site_with):
    """ckan-core 43: a plugin takes over a page of the core."""
    assert site_with(ours=ABOUT).client().get("/about").text == "about us"


@pytest.mark.parametrize("order", [("alpha", "beta"), ("beta", "alpha")])
def test_the_template_of_the_plugin_listed_first_wins(site_with, order):
    """ckan-core 43."""
    site = site_with(**{name: PAGE.format(name=name) for name in order})
    assert site.client().get("/contact").text == f"from {order[0]}"


HELPER = """
@hookimpl
def template_helpers(self):
    return {{"format_bytes": lambda size: "{name}"}}
@hookimpl
def validators(self):
    return {{"not_empty": lambda value: "{name}"}}
@hookimpl
def config_defaults(self):
    return {{"ckan.site_title": "{name}"}}
"""


def test_helpers_validators_and_settings_of_the_plugin_listed_first_win(site_with):
    """ckan-core 7.1: these are asked for in reverse."""
    site = site_with(one=HELPER.format(name="one"), two=HELPER.format(name="two"))
    assert site.app.jinja_env.globals["h"].format_bytes(1) == "one"
    assert site.site.validators["not_empty"](1) == "one"
    assert site.site.config["ckan.site_title"] == "one"
