"""The named validators that extensions ask for, and the way schemas run them (ckan-core 3.7)."""

from __future__ import annotations

import datetime as dt

import pytest

from cytotheca.core.actions.object_validators import core_validators
from cytotheca.core.domain.validators import Invalid, StopOnError
from cytotheca.core.runtime.unit_of_work import reading
from cytotheca.core.schema.validation import validate
from cytotheca.core.testing import temporary_site

NAMED = core_validators()
REQUIRED = """
not_missing not_empty if_empty_same_as both_not_empty empty ignore ignore_missing ignore_empty
default configured_default keep_extras unicode_safe unicode_only int_validator
natural_number_validator is_positive_integer boolean_validator isodate json_object list_of_strings
one_of url_validator email_validator uuid_validator name_validator package_name_validator
package_id_exists package_id_or_name_exists resource_id_exists user_id_or_name_exists
group_id_or_name_exists owner_org_validator tag_string_convert tag_length_validator
tag_name_validator convert_to_extras convert_from_extras convert_to_tags convert_to_json_if_string
convert_to_list_if_string ignore_not_package_admin ignore_not_sysadmin empty_if_not_sysadmin
extras_valid_json starts_with limit_to_configured_maximum
"""


def test_all_names_are_there():
    assert set(REQUIRED.split()) - set(NAMED) == set()


def run(names, data, context=None):
    """Validate with validators by name; ``name:argument`` makes one."""
    validators = []
    for word in names.split():
        name, colon, argument = word.partition(":")
        validators.append(NAMED[name](argument) if colon else NAMED[name])
    return validate(data, {"x": validators}, context)


@pytest.mark.parametrize(
    ("names", "given", "becomes"),
    [
        ("not_missing", "", ""),
        ("int_validator", " 7 ", 7),
        ("int_validator", "", None),
        ("natural_number_validator", "0", 0),
        ("is_positive_integer", 1.0, 1),
        ("boolean_validator", "yes", True),
        ("boolean_validator", "perhaps", False),
        ("isodate", "2024-05-06T07:08", dt.datetime(2024, 5, 6, 7, 8)),  # noqa: DTZ001
        ("unicode_safe", 3, "3"),
        ("unicode_safe", [1], "[1]"),
        ("json_object", '{"a": 1}', '{"a": 1}'),
        ("convert_to_json_if_string", "[1]", [1]),
        ("convert_to_list_if_string", "a", ["a"]),
        ("list_of_strings", ["a"], ["a"]),
        ("one_of:ab", "a", "a"),
        ("starts_with:doi", "doi:1", "doi:1"),
        ("url_validator", "https://example.org/", "https://example.org/"),
        ("email_validator", "ada@example.org", "ada@example.org"),
        ("uuid_validator", "A" * 32, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"),
        ("name_validator", "beads-1", "beads-1"),
        ("tag_length_validator tag_name_validator", "two words", "two words"),
        ("default:a", "", "a"),
    ],
)
def test_what_is_valid(names, given, becomes):
    assert run(names, {"x": given}) == ({"x": becomes}, {})


@pytest.mark.parametrize(
    ("names", "given", "message"),
    [
        ("not_empty", "", "Missing value"),
        ("both_not_empty:y", "a", "Missing value"),
        ("empty", "a", "The input field x was not expected."),
        ("int_validator", "1.5", "Invalid integer"),
        ("int_validator", 1.5, "Invalid integer"),
        ("natural_number_validator", -1, "Must be a natural number"),
        ("is_positive_integer", 0, "Must be a positive integer"),
        ("isodate", "yesterday", "Date format incorrect"),
        ("unicode_only", 3, "Must be a Unicode string value"),
        ("json_object", "[1]", "The value should be a valid JSON object"),
        ("convert_to_json_if_string", "[", "Could not parse as valid JSON"),
        ("extras_valid_json", float("nan"), "Could not parse as valid JSON"),
        ("list_of_strings", "a", "Not a list"),
        ("list_of_strings", [1], "Not a list of strings"),
        ("url_validator", "javascript:alert(1)", "Please provide a valid URL"),
        ("url_validator", "http://[", "Please provide a valid URL"),
        ("email_validator", "ada", "Email ada is not a valid format"),
        ("uuid_validator", "7", "Invalid id provided"),
        ("name_validator", "new", "That name cannot be used"),
        ("starts_with:doi", "a", "Must start with doi"),
        ("tag_length_validator", "a", 'Tag "a" length is shorter than minimum 2'),
    ],
)
def test_what_is_refused(names, given, message):
    assert run(names, {"x": given})[1] == {"x": [message]}


def test_what_is_absent():
    assert run("not_missing", {})[1] == {"x": ["Missing value"]}
    assert run("ignore_missing not_empty", {}) == ({}, {})
    assert run("ignore_empty", {"x": ""}) == ({}, {})
    assert run("ignore", {"x": "a"}) == ({}, {})
    same = NAMED["if_empty_same_as"]("y")
    assert validate({"x": "", "y": 1}, {"y": [], "x": [same]})[0] == {"x": 1, "y": 1}


def test_later_validators_run_after_a_refusal_and_not_after_a_stop():
    """A field may carry several messages."""

    def refuse(value):
        raise Invalid(f"bad {value}")

    def stop(key, data, errors, context):
        raise StopOnError

    def shout(value):
        return value.upper()

    values, errors = validate({"x": "a"}, {"x": [refuse, refuse, shout, stop, refuse]})
    assert (values, errors) == ({"x": "A"}, {"x": ["bad a", "bad a"]})


def test_validators_are_called_by_the_number_of_their_parameters():
    def with_context(value, context):
        return value + context

    def with_data(key, data, errors, context):
        data[key] += data[("y",)]

    assert validate({"x": 1, "y": 2}, {"y": [], "x": [with_context, with_data, str]}, 10) == (
        {"x": "13", "y": 2},
        {},
    )


def test_lists_of_objects_have_schemas_of_their_own():
    schema = {"files": {"name": [NAMED["not_empty"]], "__extras": [NAMED["keep_extras"]]}}
    values, errors = validate({"files": [{"name": "a", "size": 3}, {"name": ""}]}, schema)
    assert values["files"][0] == {"name": "a", "size": 3}
    assert errors == {"files": [{}, {"name": ["Missing value"]}]}


def test_unknown_fields_and_unknown_lists_are_kept_apart():
    data = {"a": 1, "b": [{"c": 2}]}
    schema = {"__extras": [NAMED["keep_extras"]], "__junk": [NAMED["empty"]]}
    values, errors = validate(data, schema)
    assert values == {"a": 1}
    assert errors == {"__junk": ["The input field ['b'] was not expected."]}


def test_before_runs_first_and_after_runs_last():
    order = []

    def note(word):
        def write(key, data, errors, context):
            order.append(word)

        return write

    schema = {"x": [note("field")], "__after": [note("after")], "__before": [note("before")]}
    validate({"x": 1}, schema)
    assert order == ["before", "field", "after"]


def test_fields_become_extras_and_come_back():
    values, _ = validate({"place": "A3"}, {"place": [NAMED["convert_to_extras"], NAMED["ignore"]]})
    assert values == {"extras": [{"key": "place", "value": "A3"}]}
    free = {"key": [], "value": []}
    back, _ = validate(values, {"extras": free, "place": [NAMED["convert_from_extras"]]})
    assert back == {"place": "A3"}


def test_texts_become_tags():
    schema = {"tags": {"name": []}, "x": [NAMED["tag_string_convert"], NAMED["ignore"]]}
    values, _ = validate({"x": "one, two", "tags": [{"name": "old"}]}, schema)
    assert [tag["name"] for tag in values["tags"]] == ["old", "one", "two"]
    values, _ = validate({"x": "a1"}, {"x": [NAMED["convert_to_tags"]("v"), NAMED["ignore"]]})
    assert values == {"tags": [{"name": "a1", "vocabulary_id": "v"}]}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A site with a circle, a dataset with a link, and a user who may do nothing."""
    with temporary_site(tmp_path_factory.mktemp("small"), x__most="5") as made:
        made.call("organization_create", {"name": "lab"})
        links = [{"name": "map", "url": "https://example.org/a"}]
        dataset = {"name": "beads", "owner_org": "lab", "resources": links}
        made.call("package_create", dataset)
        made.add_user("eva")
        yield made


@pytest.fixture
def ask(small):
    """Validate one value on the site, as somebody."""

    def check(names, value, user=None, **more):
        user_id = small.call("user_show", {"id": user})["id"] if user else None
        with reading(small.site, user_id=user_id, ignore_auth=user is None) as context:
            return run(names, {"x": value, **more}, context)

    return check


@pytest.mark.parametrize(
    ("name", "good", "message"),
    [
        ("package_id_or_name_exists", "beads", "Not found: Dataset"),
        ("user_id_or_name_exists", "eva", "Not found: User"),
        ("group_id_or_name_exists", "lab", "That group name or ID does not exist."),
        ("owner_org_validator", "lab", "Organization does not exist"),
        ("package_name_validator", "not-taken", "That URL is already in use."),
    ],
)
def test_objects_must_exist(ask, name, good, message):
    bad = "beads" if name == "package_name_validator" else "nothing"
    assert ask(name, good)[1] == {}
    assert ask(name, bad)[1] == {"x": [message]}


def test_ids_are_ids(ask, small):
    beads = small.call("package_show", {"id": "beads"})
    assert ask("package_id_exists", beads["id"])[1] == {}
    assert ask("package_id_exists", "beads")[1] == {"x": ["Not found: Dataset"]}
    assert ask("resource_id_exists", beads["resources"][0]["id"])[1] == {}
    assert ask("resource_id_exists", "none")[1] == {"x": ["Not found: Resource"]}


def test_some_fields_are_for_those_who_may_more(ask):
    assert ask("ignore_not_sysadmin", "a") == ({"x": "a"}, {})
    assert ask("ignore_not_sysadmin", "a", user="eva") == ({}, {})
    assert ask("empty_if_not_sysadmin", "a", user="eva")[1] != {}
    assert ask("ignore_not_package_admin", "a", user="eva")[0] == {}
    refused = ask("owner_org_validator", "lab", user="eva")[1]
    assert refused == {"x": ["You cannot add a dataset to this organization"]}


def test_settings_give_defaults_and_limits(ask, small):
    assert ask("configured_default:x.most", "")[0] == {"x": "5"}
    limit = NAMED["limit_to_configured_maximum"]("x.most", 3)
    assert validate({"x": "9"}, {"x": [limit]}, small) == ({"x": 5}, {})
