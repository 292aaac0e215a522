"""All auth functions of the core, by the name of their action."""

from __future__ import annotations

from cytotheca.core.auth import (
    group,
    harvest,
    package,
    resource_view,
    reviews,
    site,
    task_status,
    user,
    version,
)
from cytotheca.core.runtime.declare import Rule

MODULES = (package, resource_view, reviews, version, group, user, site, task_status, harvest)


def core_rules() -> dict[str, Rule]:
    """Return action name → rule of everything the core offers."""
    return {name: rule for module in MODULES for name, rule in module.RULES.items()}
