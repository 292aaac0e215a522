"""Actions that show datasets one by one or as names."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, Field, model_validator

from cytotheca.core.actions.dataset_version import VersionRef, show_version
from cytotheca.core.actions.package_dict import show_package, show_package_with
from cytotheca.core.auth.package import get_package
from cytotheca.core.domain.lists import Part
from cytotheca.core.models.package import count_public, list_public_names
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import LenientBool, Natural, Params, Ref


class PackageShow(Params):
    """Parameters of ``package_show``."""

    id: Ref = Field(validation_alias=AliasChoices("id", "name_or_id"))
    use_default_schema: LenientBool = False
    include_plugin_data: LenientBool = False
    include_resources: LenientBool = True
    version: VersionRef | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_the_missing_key(cls, data: Any) -> Any:
        """Clients of CKAN expect ``name_or_id`` as the name of the missing key."""
        if isinstance(data, dict) and not (data.get("id") or data.get("name_or_id")):
            return {"name_or_id": None}
        return data


def package_show(context: Context, params: PackageShow) -> dict[str, Any]:
    """Show a dataset with its resources.

    Parameters: ``id`` (id or name), ``include_plugin_data`` (system
    administrators only), ``include_resources`` (true). Without resources their
    list is empty, while ``num_resources`` still counts them. ``version`` (as in
    ``dataset_version_show``) shows that version instead of the present state.

    Example: ``{"id": "beads-1"}``
    """
    package = get_package(context, params.id)
    if params.version:
        frozen = show_version(context, package, params.version)
        return frozen if params.include_resources else {**frozen, "resources": []}
    if params.include_resources:
        shown = show_package(context, package)
    else:
        shown = show_package_with(context, package, [])
    if params.include_plugin_data and context.is_sysadmin:
        shown["plugin_data"] = package.plugin_data
    return shown


class PackageList(Params):
    """Parameters of ``package_list``."""

    limit: Natural | None = None
    offset: Natural = 0


def package_list(context: Context, params: PackageList) -> list[str]:
    """List the names of all active public datasets, sorted.

    Parameters: ``limit``, ``offset``.
    """
    part = Part(params.limit, params.offset)
    names = list_public_names(context.session, part)
    total = part.total(len(names), lambda: count_public(context.session))
    context.work.totals["package_list"] = total
    return list(names)


class CurrentList(Params):
    """Parameters of ``current_package_list_with_resources``."""

    limit: Natural | None = None
    offset: Natural = 0
    page: Natural | None = None


def current_package_list_with_resources(
    context: Context, params: CurrentList
) -> list[dict[str, Any]]:
    """List public datasets with their resources, newest first.

    Parameters: ``limit`` (10), ``offset``, ``page``.
    """
    rows = params.limit if params.limit is not None else 10
    start = (params.page - 1) * rows if params.page else params.offset
    found = context.call(
        "package_search", {"rows": rows, "start": start, "sort": "metadata_modified desc"}
    )
    context.work.totals["current_package_list_with_resources"] = found["count"]
    results: list[dict[str, Any]] = found["results"]
    return results


class Autocomplete(Params):
    """Parameters of ``package_autocomplete``."""

    q: str = ""
    limit: Natural = 10


def package_autocomplete(context: Context, params: Autocomplete) -> list[dict[str, Any]]:
    """List datasets whose name or title begins with a text.

    Parameters: ``q``, ``limit`` (10). Private datasets appear to those who may
    read them.
    """
    word = "".join(char for char in params.q.strip() if char.isalnum() or char in " -_.")
    if not word:
        return []
    last = word.split()[-1] if word.split() else word
    found = context.call(
        "package_search",
        {
            "q": f"name:{_escape(last.lower())}* OR title:{_escape(last)}*",
            "rows": params.limit,
            "include_private": True,
            "facet": False,
        },
    )
    matches = []
    for dataset in found["results"]:
        by_name = params.q.lower() in dataset["name"]
        matches.append(
            {
                "name": dataset["name"],
                "title": dataset["title"],
                "match_field": "name" if by_name else "title",
                "match_displayed": dataset["name"]
                if by_name
                else f"{dataset['title']} ({dataset['name']})",
            }
        )
    return matches


def _escape(word: str) -> str:
    return "".join(f"\\{char}" if char in "-." else char for char in word)


ACTIONS = (
    Action(
        name="package_show",
        body=package_show,
        result=results.Dataset,
        params=PackageShow,
        read_only=True,
    ),
    Action(name="package_list", body=package_list, params=PackageList, read_only=True),
    Action(
        name="current_package_list_with_resources",
        body=current_package_list_with_resources,
        result=list[results.Dataset],
        params=CurrentList,
        read_only=True,
    ),
    Action(
        name="package_autocomplete", body=package_autocomplete, params=Autocomplete, read_only=True
    ),
)
