"""All auth functions of the core, by the name of their action."""

from __future__ import annotations

from cytotheca.core.auth import package
from cytotheca.core.runtime.declare import Rule

MODULES = (package,)


def core_rules() -> dict[str, Rule]:
    """Return action name → rule of everything the core offers."""
    return {name: rule for module in MODULES for name, rule in module.RULES.items()}
