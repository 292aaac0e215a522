"""The question before something is deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response

from cytotheca.core.web.forms import Form
from cytotheca.core.web.page_reading import show


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """Variables of ``forms/confirm.html``; ``reason`` is the label of a field for one, if any."""

    title: str
    text: str
    button: str
    action: str
    back: str
    reason: str = ""
    form: Form = field(default_factory=Form)


def ask(page: ConfirmPage) -> Response:
    """Show the question; with what went wrong, after a refusal."""
    return show("forms/confirm.html", page, page.form.status)
