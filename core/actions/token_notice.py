"""Owners of API tokens are told by mail before a token ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cytotheca.core.actions.account_mail import enqueue_letter
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.models.account import tokens_ending
from cytotheca.core.models.base import utc_now
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import unit_of_work
from cytotheca.core.settings.accounts import MailSettings

DAY_S = 24 * 3600
NOTICE = timedelta(days=7)


def tell_of_ends(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Have one mail sent for each token that ends within a week; short-lived ones get none."""
    del subject, payload
    if not site.settings(MailSettings).server:
        return
    with unit_of_work(site, via="job", ignore_auth=True) as context:
        now = utc_now()
        for token in tokens_ending(context.session, now, now + NOTICE):
            token.end_told = True
            if token.expires and token.expires - token.created_at > 2 * NOTICE:
                enqueue_letter(context, "token_ends", token_id=token.id)


TELL = JobSpec(
    name="tell_of_token_ends",
    function=tell_of_ends,
    title="Tell the owners of API tokens that end soon",
    every_s=DAY_S,
)
JOBS = (TELL,)
