"""All extension points, by what they are about.

A plugin implements any of these as methods marked with ``hookimpl``. Unless a
docstring says otherwise, an exception in a hook goes to the caller and undoes
the transaction, and the plugin listed first is called first. The names of
CKAN's interfaces stand in brackets.
"""

from __future__ import annotations

from cytotheca.core.plugins.hooks.datasets import DatasetHooks
from cytotheca.core.plugins.hooks.groups import GroupHooks
from cytotheca.core.plugins.hooks.pages import PageHooks
from cytotheca.core.plugins.hooks.people import PeopleHooks
from cytotheca.core.plugins.hooks.resources import ResourceHooks
from cytotheca.core.plugins.hooks.setup import SetupHooks

GROUPS: tuple[type, ...] = (
    SetupHooks,
    PageHooks,
    DatasetHooks,
    ResourceHooks,
    GroupHooks,
    PeopleHooks,
)
