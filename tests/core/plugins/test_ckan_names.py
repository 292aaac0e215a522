"""An extension written with CKAN's names works, with the little that must be changed."""

from __future__ import annotations

import pytest

from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.plugins import toolkit
from cytotheca.core.plugins.ckan_names import CkanVersionException

PLUGIN = '''
@hookimpl
def actions(self):
    @side_effect_free
    def word_count(context, data_dict):
        """Count the words of a dataset's notes: ``id``."""
        check_access("package_show", context, {"id": get_or_bust(data_dict, "id")})
        shown = get_action("package_show")(context, {"id": data_dict["id"]})
        return len((shown["notes"] or "").split())

    @side_effect_free
    @chained_action
    def package_show(original_action, context, data_dict):
        shown = original_action(context, {**data_dict, "include_resources": "no"})
        return {**shown, "asked_for": data_dict["id"]}

    return actions_of({"word_count": word_count, "package_show": package_show})

@hookimpl
def rules(self):
    @auth_allow_anonymous_access
    def word_count(context, data_dict):
        return {"success": "id" in data_dict, "msg": "say which dataset"}

    @auth_allow_anonymous_access
    @chained_auth_function
    def package_show(next_auth, context, data_dict):
        if data_dict["id"].startswith("closed"):
            return {"success": False, "msg": "closed today"}
        return next_auth(context, data_dict)

    @auth_sysadmins_check
    def tag_create(context, data_dict):
        return {"success": False, "msg": "nobody makes tags"}

    return rules_of({"word_count": word_count, "package_show": package_show,
                     "tag_create": tag_create})

@hookimpl
def blueprints(self, site):
    pages = flask.Blueprint("counting", __name__)

    @pages.get("/words/<name>")
    def words(name):
        if name == "none":
            abort(404)
        return str(get_action("word_count")(None, {"id": name}))

    return [pages]
'''


def test_actions_and_auth_functions_are_taken_over(listener):
    listener.call("package_patch", {"id": "beads", "notes": "one two three"})
    client = listener.client()
    assert client.get("/api/3/action/word_count?id=beads").json["result"] == 3
    listener.call("resource_create", {"package_id": "beads", "url": "https://example.org/a"})
    shown = client.get("/api/3/action/package_show?id=beads").json["result"]
    assert (shown["asked_for"], shown["num_resources"], shown["resources"]) == ("beads", 1, [])
    assert client.get("/words/beads").text == "3"
    assert client.get("/words/none").status_code == 404


def test_auth_functions_refuse_with_their_message(listener):
    listener.add_user("ada", sysadmin=True)
    listener.add_user("bob")
    client = listener.client()
    assert client.get("/api/3/action/package_show?id=closed-1").status_code == 403
    with pytest.raises(NotAuthorized, match="closed today"):
        listener.call("package_show", {"id": "closed-1"}, user="bob")
    with pytest.raises(NotAuthorized, match="nobody makes tags"):
        listener.call("tag_create", {"name": "gel", "vocabulary_id": "v"}, user="ada")
    assert client.get("/api/3/action/word_count").status_code == 403


def test_small_things_do_what_they_say():
    assert toolkit.asbool("on") is True
    assert toolkit.asint("3") == 3
    assert toolkit.aslist("a b") == ["a", "b"]
    assert toolkit.aslist("a, b", ",") == ["a", "b"]
    assert toolkit.get_or_bust({"a": 1, "b": 2}, ["a", "b"]) == [1, 2]
    with pytest.raises(ValidationError):
        toolkit.get_or_bust({}, "a")


def test_versions_are_those_of_the_contract():
    assert toolkit.check_ckan_version(min_version="2.9")
    assert toolkit.check_ckan_version(min_version="2.9", max_version="2.99")
    assert not toolkit.check_ckan_version(max_version="2.8")
    toolkit.requires_ckan_version("2.9")
    with pytest.raises(CkanVersionException):
        toolkit.requires_ckan_version("9.0")


def test_the_toolkit_keeps_its_word():
    missing = [name for name in toolkit.__all__ if not hasattr(toolkit, name)]
    assert missing == []
