"""The guide for authors names all there is, and nothing that is not (style 1.1)."""

from __future__ import annotations

import pathlib
import re

import pytest

from cytotheca.core.actions.object_validators import core_validators
from cytotheca.core.plugins import ckan_names
from cytotheca.core.plugins.hookspecs import GROUPS
from cytotheca.core.plugins.plugin import Plugin
from cytotheca.core.runtime.signals import SIGNALS

ROOT = pathlib.Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "extensions.md").read_text()
HOOK_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
INTERFACES = """
IActions IAuthFunctions IBlueprint IConfigurer IConfigDeclaration IClick IDatasetForm
IPackageController IResourceController IResourceView ITemplateHelpers IValidators IFacets
IPermissionLabels IUploader ISignal IDomainObjectModification IResourceUrlChange IAuthenticator
IGroupForm IGroupController IOrganizationController ITagController IApiToken ITranslation
IMiddleware IFeed INotifier IForkObserver IPluginObserver IConfigurable
"""


def hooks() -> dict[str, object]:
    return {
        name: hook
        for group in GROUPS
        for name, hook in vars(group).items()
        if hasattr(hook, "cytotheca_spec")
    }


def rows(heading: str) -> set[str]:
    """Return the first words of the rows of the tables with a heading."""
    tables = re.findall(rf"^\| {heading} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    return {name for table in tables for name in HOOK_ROW.findall(table)}


def test_all_hooks_stand_in_the_tables():
    assert rows("Hook") == set(hooks())


def test_every_hook_says_what_it_is_for():
    assert [name for name, hook in hooks().items() if not hook.__doc__] == []


def test_all_signals_stand_in_the_table():
    assert rows("Signal") == set(SIGNALS)


def test_all_attributes_of_plugins_stand_in_the_table():
    attributes = {name for name in Plugin.__annotations__ if not name.startswith("_")}
    assert rows("Attribute") == attributes


@pytest.mark.parametrize("name", INTERFACES.split())
def test_every_interface_of_ckan_is_spoken_of(name):
    """ckan-core 7.3: how an extension of CKAN is carried over."""
    assert re.search(rf"\b{name}\b", GUIDE)


def test_validators_and_names_of_ckan_are_listed():
    told = set(re.findall(r"`(\w+)`", GUIDE))
    helpers = {"Missing", "CkanVersionException", "actions_of", "rules_of"}
    assert set(core_validators()) - told == set()
    assert set(ckan_names.__all__) - told - helpers == set()


def test_hooks_of_the_code_are_called_somewhere():
    """A hook that nothing calls is a promise not kept."""
    code = "".join(
        path.read_text()
        for room in ("core", "cli")
        for path in (ROOT / room).rglob("*.py")
        if "hooks" not in path.parts
    )
    group_pages = {"organization_facets", "group_facets"}  # named by a table there
    uncalled = {name for name in hooks() if not re.search(rf"hooks?\.{name}\(", code)}
    assert uncalled - group_pages - {"actions", "rules"} == set()
