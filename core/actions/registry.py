"""All actions and rules of a site, and the one function that runs them.

Order of a call: parameters, rule, body; nobody can forget the rule, because
an action without a rule of its name is refused when the site starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic

from cytotheca.core.auth.scopes import require_scope
from cytotheca.core.domain.errors import NotAuthorized, UnknownAction
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action, Rule
from cytotheca.core.schema.errors import as_validation_error


class RegistryError(RuntimeError):
    """Plugins contradict each other, or an action has no rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """What one provider (the core or a plugin) brings."""

    provider: str
    actions: Sequence[Action]
    rules: Mapping[str, Rule]


class Registry:
    """Actions and rules by name, with the chains of plugins resolved."""

    def __init__(self, core: Provided, plugins: Sequence[Provided]) -> None:
        """Resolve; ``plugins`` are in the order of ``ckan.plugins``."""
        self._actions: dict[str, list[Action]] = {}
        self._rules: dict[str, list[Rule]] = {}
        for name, chain in _chains(core, plugins, _actions_of).items():
            self._actions[name] = [action for action in chain if isinstance(action, Action)]
        for name, chain in _chains(core, plugins, _rules_of).items():
            self._rules[name] = [rule for rule in chain if isinstance(rule, Rule)]
        without = sorted(set(self._actions) - set(self._rules))
        if without:
            raise RegistryError(f"actions without an auth function: {', '.join(without)}")

    def names(self) -> list[str]:
        """Return the names of all actions, sorted."""
        return sorted(self._actions)

    def get(self, name: str) -> Action:
        """Return the outermost action of a name. Raises ``UnknownAction``."""
        try:
            return self._actions[name][0]
        except KeyError:
            raise UnknownAction(name) from None

    def chain(self, name: str) -> Sequence[Action]:
        """Return the actions of a name, outermost first. Raises ``UnknownAction``."""
        return self._actions[self.get(name).name]

    def admits_anonymous(self, name: str) -> bool:
        """Tell whether callers without an account get as far as an action's rule."""
        return self._rules[self.get(name).name][0].anonymous

    def is_read_only(self, name: str) -> bool:
        """Tell whether an action changes nothing. Raises ``UnknownAction``."""
        return self.get(name).read_only

    def is_secret(self, name: str) -> bool:
        """Tell whether an action returns what is kept nowhere. Raises ``UnknownAction``."""
        return any(action.secret for action in self.chain(name))

    def answers_get(self, name: str) -> bool:
        """Tell whether an action may be called by GET. Raises ``UnknownAction``."""
        action = self.get(name)
        return action.read_only or action.by_get

    def help(self, name: str) -> str | None:
        """Return the documentation of an action. Raises ``UnknownAction``."""
        return next((a.help for a in self._actions[self.get(name).name] if a.help), None)

    def call(self, context: Context, name: str, params: Mapping[str, Any]) -> Any:
        """Run an action: scope of the token, parameters, rule, body."""
        require_scope(context, self._actions[self.get(name).name])
        has_rule = self._admit(context, name)
        parsed = self._parse(name, params)
        if has_rule:
            self._judge(0, name, context, parsed)
        result = self._run(0, name, context, parsed)
        context.site.signals.send(
            "action_succeeded", name, context=context, params=params, result=result
        )
        return result

    def check(self, context: Context, name: str, params: Any) -> None:
        """Run a rule; raises ``NotAuthorized``."""
        if not self._admit(context, name):
            return
        if isinstance(params, Mapping) and name in self._actions:
            params = self._parse(name, params)
        self._judge(0, name, context, params)

    def _admit(self, context: Context, name: str) -> bool:
        """Refuse those whom no parameters can help; tell whether the rule has to be asked."""
        rule = self._rules[name][0]
        if context.ignore_auth or (context.is_sysadmin and not rule.sysadmins):
            return False
        if context.user is None and not rule.anonymous:
            raise NotAuthorized(f"Action {name} requires an authenticated user")
        if rule.blind:
            rule.function(context, None)
        return True

    def _parse(self, name: str, params: Mapping[str, Any]) -> Any:
        model = next((a.params for a in self._actions[name] if a.params), None)
        if model is None:
            return dict(params)
        try:
            return model.model_validate(dict(params))
        except pydantic.ValidationError as error:
            raise as_validation_error(error) from None

    def _run(self, depth: int, name: str, context: Context, params: Any) -> Any:
        action = self._actions[name][depth]
        if not action.chained:
            return action.body(context, params)

        def next_action(context: Context, params: Any) -> Any:
            given = self._parse(name, params) if isinstance(params, Mapping) else params
            return self._run(depth + 1, name, context, given)

        return action.body(next_action, context, params)

    def _judge(self, depth: int, name: str, context: Context, params: Any) -> None:
        rule = self._rules[name][depth]
        if not rule.chained:
            rule.function(context, params)
            return

        def next_rule(context: Context, params: Any) -> None:
            self._judge(depth + 1, name, context, params)

        rule.function(next_rule, context, params)


def _actions_of(provided: Provided) -> Iterable[tuple[str, Action | Rule]]:
    return ((action.name, action) for action in provided.actions)


def _rules_of(provided: Provided) -> Iterable[tuple[str, Action | Rule]]:
    return provided.rules.items()


def _chains(
    core: Provided, plugins: Sequence[Provided], items: Any
) -> Mapping[str, Sequence[Action | Rule]]:
    """Return name → chain, outermost first: the plugin listed first is outermost."""
    chains: dict[str, list[Action | Rule]] = {}
    plain: dict[str, str] = {}
    for provided in (*plugins, core):
        for name, item in items(provided):
            chain = chains.setdefault(name, [])
            if chain and not chain[-1].chained:
                if provided is core:
                    continue  # a plugin replaces the core's
                raise RegistryError(f"{plain[name]} and {provided.provider} both provide {name}")
            chain.append(item)
            if not item.chained:
                plain[name] = provided.provider
    for name, chain in chains.items():
        if chain[-1].chained:
            raise RegistryError(f"{name} is chained to nothing")
    return chains
