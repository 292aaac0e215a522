"""Codes of an app (TOTP, RFC 6238) as the second factor of a login."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Final

import pyotp
from sqlalchemy.orm import Session

from cytotheca.core.models.base import utc_now
from cytotheca.core.models.second_factor import SecondFactor

STEP_S: Final = 30
DRIFT_STEPS: Final = 2
"""How far the clock of an app may be off, in steps: a minute."""
RECOVERY_CODES: Final = 8


def active_factor(session: Session, user_id: str) -> SecondFactor | None:
    """Return the second factor that a user has set up to the end, or None."""
    found = session.get(SecondFactor, user_id)
    return found if found is not None and found.confirmed is not None else None


def begin_factor(session: Session, user_id: str) -> SecondFactor:
    """Begin anew to set up a second factor; it counts only after :func:`accept_code`."""
    return session.merge(
        SecondFactor(
            user_id=user_id, nonce=secrets.token_hex(32), confirmed=None, last_step=0, recovery=[]
        )
    )


def secret_of(factor: SecondFactor, site_secret: str) -> str:
    """Return the secret that the app keeps, in Base32."""
    text = f"second factor\n{factor.user_id}\n{factor.nonce}"
    digest = hmac.digest(site_secret.encode(), text.encode(), "sha256")
    return base64.b32encode(digest[:20]).decode()


def accept_code(factor: SecondFactor, site_secret: str, code: str) -> bool:
    """Tell whether a code is good, and see to it that it is not good a second time."""
    given = "".join(code.split()).replace("-", "").lower()
    if given.isascii() and given.isdigit():
        return _accept_step(factor, site_secret, given)
    return _accept_recovery(factor, given)


def give_recovery_codes(factor: SecondFactor) -> list[str]:
    """Give fresh codes for the day that the app is lost; each works once."""
    codes = [secrets.token_hex(8) for _ in range(RECOVERY_CODES)]
    while any(code.isdigit() for code in codes):  # those would be taken for codes of the app
        codes = [secrets.token_hex(8) for _ in range(RECOVERY_CODES)]
    factor.recovery = [_digest(code) for code in codes]
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _accept_step(factor: SecondFactor, site_secret: str, code: str) -> bool:
    app = pyotp.TOTP(secret_of(factor, site_secret), interval=STEP_S)
    now = int(utc_now().timestamp()) // STEP_S
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        expected = app.at(datetime.fromtimestamp(step * STEP_S, UTC))
        if step > factor.last_step and hmac.compare_digest(expected, code):
            factor.last_step = step
            return True
    return False


def _accept_recovery(factor: SecondFactor, code: str) -> bool:
    digest = _digest(code)
    if digest not in factor.recovery:
        return False
    factor.recovery = [one for one in factor.recovery if one != digest]
    return True


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
