"""Actions on the second factor of a login."""

from __future__ import annotations

from typing import Any, Final

import pyotp

from cytotheca.core.actions.reauthentication import password_problems_of_caller
from cytotheca.core.auth.second_factor import (
    accept_code,
    active_factor,
    begin_factor,
    give_recovery_codes,
    secret_of,
)
from cytotheca.core.auth.user import get_user
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.second_factor import SecondFactor
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.account import SessionList
from cytotheca.core.schema.compose import refuse
from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.params import Ref
from cytotheca.core.settings.site import SiteSettings

WRONG_CODE: Final = "This code is wrong, or was used already"


class FactorChange(SessionList):
    """Parameters of ``user_second_factor_begin`` and ``…_remove``."""

    current_password: Text = None


class FactorCode(SessionList):
    """Parameters of ``user_second_factor_confirm``."""

    code: Ref


def user_second_factor_show(context: Context, params: SessionList) -> dict[str, Any]:
    """Tell whether a login needs a code: ``{"active", "since", "recovery_codes"}``.

    Parameters: ``user_id`` (id or name). ``recovery_codes`` is how many are left.
    Example: ``{"user_id": "ada"}``.
    """
    factor = active_factor(context.session, get_user(context, params.user_id).id)
    return {
        "active": factor is not None,
        "since": iso(factor.confirmed) if factor else None,
        "recovery_codes": len(factor.recovery) if factor else 0,
    }


def user_second_factor_begin(context: Context, params: FactorChange) -> dict[str, str]:
    """Begin to set up codes of an app: ``{"secret", "uri"}``, both shown only now.

    Parameters: ``user_id``, ``current_password``. Logins need a code only once one was
    confirmed. Example: ``{"user_id": "ada", "current_password": "…"}``.
    """
    user = get_user(context, params.user_id)
    if active_factor(context.session, user.id) is not None:
        raise ValidationError({"user_id": ["There is a second factor already. Remove it first."]})
    refuse(password_problems_of_caller(context, params.current_password))
    factor = begin_factor(context.session, user.id)
    context.session.flush()
    settings = context.site.settings(SiteSettings)
    secret = secret_of(factor, settings.secret_key)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=settings.site_title)
    return {"secret": secret, "uri": uri}


def user_second_factor_confirm(context: Context, params: FactorCode) -> dict[str, Any]:
    """End the setting up by a code of the app; from now on logins need one.

    Parameters: ``user_id``, ``code``. Returns ``{"recovery_codes": […]}``, shown only now:
    each is good for one login when the app is lost. Example: ``{"user_id": "ada",
    "code": "123456"}``.
    """
    user = get_user(context, params.user_id)
    factor = context.session.get(SecondFactor, user.id)
    if factor is None or factor.confirmed is not None:
        raise ValidationError({"user_id": ["Nothing is being set up. Begin anew."]})
    if not accept_code(factor, context.site.settings(SiteSettings).secret_key, params.code):
        raise ValidationError({"code": [WRONG_CODE]})
    factor.confirmed = utc_now()
    codes = give_recovery_codes(factor)
    record(context, "second_factor_set", "user", user.id, name=user.name)
    context.session.flush()
    return {"recovery_codes": codes}


def user_second_factor_remove(context: Context, params: FactorChange) -> None:
    """Let logins go without a code again; administrators do it for who lost app and codes.

    Parameters: ``user_id``, ``current_password`` (of the caller).
    Example: ``{"user_id": "ada", "current_password": "…"}``.
    """
    user = get_user(context, params.user_id)
    refuse(password_problems_of_caller(context, params.current_password))
    factor = context.session.get(SecondFactor, user.id)
    if factor is None:
        return
    context.session.delete(factor)
    record(context, "second_factor_removed", "user", user.id, name=user.name)
    context.session.flush()


ACTIONS = (
    Action(
        name="user_second_factor_show",
        body=user_second_factor_show,
        result=results.SecondFactor,
        params=SessionList,
        read_only=True,
    ),
    Action(
        name="user_second_factor_begin",
        body=user_second_factor_begin,
        params=FactorChange,
        secret=True,
    ),
    Action(
        name="user_second_factor_confirm",
        body=user_second_factor_confirm,
        params=FactorCode,
        secret=True,
    ),
    Action(name="user_second_factor_remove", body=user_second_factor_remove, params=FactorChange),
)
