"""Signals: things that extensions may want to hear of, without changing them.

The signals belong to a site, not to the program. Receivers are called where the
thing happens; an exception of theirs goes to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from blinker import Namespace

SIGNALS: Mapping[str, str] = {
    "request_started": "a request begins; sender: the Flask application",
    "request_finished": "a request was answered; sender: the Flask application; response",
    "register_blueprint": "routes of the core are about to be registered; "
    "sender: the blueprint's name; blueprint",
    "resource_download": "somebody is sent to a file; sender: the resource's id",
    "logged_in": "somebody logged in; sender: the user's id",
    "logged_out": "somebody logged out; sender: the user's id, or empty",
    "failed_login": "a name or password was wrong; sender: the name that was given",
    "user_created": "there is a new account, in its transaction; sender: the user's id; user",
    "request_password_reset": "a link to reset a password is sent; sender: the user's id",
    "perform_password_reset": "a password was reset, in its transaction; sender: the user's id",
    "action_succeeded": "an action has run, in its transaction; sender: its name; "
    "context, params, result",
}
"""Name → when it is sent, with what."""

Receiver = Callable[..., Any]
Receivers = Mapping[str, Iterable[Receiver]]


class UnknownSignal(LookupError):
    """A plugin listens to a signal that is never sent."""


class Signals:
    """The signals of one site."""

    def __init__(self) -> None:
        self._namespace = Namespace()
        self._kept: list[Receiver] = []  # blinker itself holds only weak references

    def connect(self, receivers: Receivers) -> None:
        """Have functions called; each gets the sender, and the rest by name."""
        for name, functions in receivers.items():
            if name not in SIGNALS:
                known = ", ".join(sorted(SIGNALS))
                raise UnknownSignal(f"there is no signal {name!r}; known: {known}")
            for function in functions:
                self._kept.append(function)
                self._namespace.signal(name).connect(function)

    def has_receivers(self, name: str) -> bool:
        """Tell whether anybody listens."""
        return bool(self._namespace.signal(name).receivers)

    def send(self, name: str, sender: Any, **values: Any) -> None:
        """Call the receivers of a signal."""
        if self.has_receivers(name):
            self._namespace.signal(name).send(sender, **values)
