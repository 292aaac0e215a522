"""Names under which authors of CKAN's extensions know what we call otherwise.

They are thin: each calls the one way there is. New extensions use that way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeVar

from flask import abort, redirect, render_template, request, url_for
from markupsafe import Markup
from pydantic import BaseModel

from cytotheca.core.actions.site import CKAN_VERSION
from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.domain.validators import Invalid, Missing, StopOnError, Validator, missing
from cytotheca.core.http.identity import current_identity
from cytotheca.core.http.site import current_site
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action, Rule, RuleFunction, Rules
from cytotheca.core.runtime.unit_of_work import unit_of_work
from cytotheca.core.schema.validation import validate as navl_validate
from cytotheca.core.settings.declare import parse_bool

F = TypeVar("F", bound=Callable[..., Any])

ObjectNotFound = NotFound


class UnknownValidator(LookupError):
    """No enabled plugin, and not the core, has a validator of this name."""


class CkanVersionException(RuntimeError):
    """The extension needs another version of CKAN's contract."""


def get_action(name: str) -> Callable[..., Any]:
    """Return a function ``f(context, data_dict)`` that runs an action.

    The context is that of a hook, action or job. Without one (None, or a
    mapping with ``ignore_auth``), the action runs in a transaction of its own,
    as the caller of the present request.
    """

    def run(context: Context | Mapping[str, Any] | None = None, data_dict: Any = None) -> Any:
        with _context(context) as own:
            return own.call(name, data_dict or {})

    return run


def check_access(
    action: str, context: Context | Mapping[str, Any] | None = None, data_dict: Any = None
) -> bool:
    """Return true if an action is allowed; raise ``NotAuthorized`` if not."""
    with _context(context) as own:
        own.check(action, data_dict or {})
    return True


@contextmanager
def _context(given: Context | Mapping[str, Any] | None) -> Iterator[Context]:
    if isinstance(given, Context):
        yield given
        return
    site = current_site()
    ignore_auth = bool((given or {}).get("ignore_auth"))
    user_id = current_identity(site).user_id
    with unit_of_work(site, user_id=user_id, via="web", ignore_auth=ignore_auth) as context:
        yield context


def enqueue_job(context: Context, job: JobSpec, subject: str, **payload: Any) -> str:
    """Have a declared job run after the commit; return its key."""
    return context.enqueue(job, subject, payload=payload)


def side_effect_free(function: F) -> F:
    """Mark an action for :func:`actions_of` as one that GET requests may call."""
    function.side_effect_free = True  # type: ignore[attr-defined]
    return function


def chained_action(function: F) -> F:
    """Mark ``f(original_action, context, data_dict)`` for :func:`actions_of` as chained."""
    function.chained = True  # type: ignore[attr-defined]
    return function


def actions_of(functions: Mapping[str, Callable[..., Any]]) -> Sequence[Action]:
    """Return the actions of ``get_actions()``: name → ``f(context, data_dict)``."""
    return tuple(
        Action(
            name=name,
            body=_acting(function),
            read_only=getattr(function, "side_effect_free", False),
            chained=getattr(function, "chained", False),
        )
        for name, function in functions.items()
    )


def _acting(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def act(*args: Any) -> Any:
        return function(*args[:-1], _as_dict(args[-1]))

    return act


def _as_dict(params: Any) -> dict[str, Any]:
    """Return parameters as they were given, where the action's model has read them."""
    if isinstance(params, BaseModel):
        return params.model_dump(by_alias=True, exclude_unset=True)
    return dict(params or {})


chained_auth_function = chained_action


def auth_allow_anonymous_access(function: F) -> F:
    """Mark an auth function for :func:`rules_of`: those without an account get that far."""
    function.anonymous = True  # type: ignore[attr-defined]
    return function


def auth_disallow_anonymous_access(function: F) -> F:
    """Mark an auth function for :func:`rules_of`: only people with an account get that far."""
    function.anonymous = False  # type: ignore[attr-defined]
    return function


def auth_sysadmins_check(function: F) -> F:
    """Mark an auth function for :func:`rules_of`: it judges system administrators, too."""
    function.sysadmins = True  # type: ignore[attr-defined]
    return function


def rules_of(functions: Mapping[str, Callable[..., Any]]) -> Rules:
    """Return the rules of ``get_auth_functions()``: they return ``{"success", "msg"}``."""
    return {
        name: Rule(
            function=_judging(function),
            anonymous=getattr(function, "anonymous", False),
            sysadmins=getattr(function, "sysadmins", False),
            chained=getattr(function, "chained", False),
        )
        for name, function in functions.items()
    }


def _judging(function: Callable[..., Any]) -> RuleFunction:
    @functools.wraps(function)
    def judge(*args: Any) -> None:
        *before, params = args
        if getattr(function, "chained", False):
            before[0] = _answering(before[0], params)
        verdict = function(*before, _as_dict(params))
        if not verdict["success"]:
            raise NotAuthorized(verdict.get("msg") or "")

    return judge


def _answering(next_rule: RuleFunction, params: Any) -> Callable[..., dict[str, Any]]:
    def answer(context: Context, data_dict: Any) -> dict[str, Any]:
        del data_dict  # the rules of the core read what the action's model made of it
        try:
            next_rule(context, params)
        except NotAuthorized as refusal:
            return {"success": False, "msg": str(refusal)}
        return {"success": True}

    return answer


def get_validator(name: str) -> Validator:
    """Return a named validator of the present site. Raises ``UnknownValidator``."""
    try:
        return current_site().validators[name]
    except KeyError:
        raise UnknownValidator(name) from None


def get_or_bust(data_dict: Mapping[str, Any], keys: str | Sequence[str]) -> Any:
    """Return the value of a key, or a list of several. Raises ``ValidationError``."""
    wanted = [keys] if isinstance(keys, str) else list(keys)
    absent = {key: ["Missing value"] for key in wanted if key not in data_dict}
    if absent:
        raise ValidationError(absent)
    found = [data_dict[key] for key in wanted]
    return found[0] if isinstance(keys, str) else found


def asbool(value: Any) -> bool:
    """Return the truth value of a setting."""
    return parse_bool(value) if isinstance(value, str) else bool(value)


def asint(value: Any) -> int:
    """Return the whole number of a setting."""
    return int(value)


def aslist(value: Any, sep: str | None = None) -> list[Any]:
    """Return the words of a setting."""
    if value is None:
        return []
    return [word.strip() for word in value.split(sep)] if isinstance(value, str) else list(value)


def check_ckan_version(min_version: str | None = None, max_version: str | None = None) -> bool:
    """Tell whether the contract that the site keeps lies between two versions of CKAN."""
    present = _numbers(CKAN_VERSION)
    low = min_version is None or present >= _numbers(min_version)
    high = max_version is None or present[: len(_numbers(max_version))] <= _numbers(max_version)
    return low and high


def requires_ckan_version(min_version: str, max_version: str | None = None) -> None:
    """Raise ``CkanVersionException`` unless the contract lies between two versions of CKAN."""
    if not check_ckan_version(min_version, max_version):
        raise CkanVersionException(
            f"CKAN {min_version} to {max_version or 'any'} is needed; "
            f"Cytotheca {version('cytotheca')} keeps the contract of {CKAN_VERSION}"
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def literal(text: str) -> Markup:
    """Mark a text as HTML that is shown as it is."""
    return Markup(text)  # noqa: S704 - that is what authors ask for with this name


def config() -> Mapping[str, str]:
    """Return the settings of the present site, as they are written."""
    return current_site().config


redirect_to = redirect
render = render_template

__all__ = [
    "CkanVersionException", "Invalid", "Missing", "ObjectNotFound", "StopOnError",
    "UnknownValidator", "abort", "actions_of", "asbool", "asint", "aslist",
    "auth_allow_anonymous_access", "auth_disallow_anonymous_access", "auth_sysadmins_check",
    "chained_action", "chained_auth_function", "check_access", "check_ckan_version", "config",
    "enqueue_job", "get_action", "get_or_bust", "get_validator", "literal", "missing",
    "navl_validate", "redirect_to", "render", "request", "requires_ckan_version", "rules_of",
    "side_effect_free", "url_for",
]  # fmt: skip
