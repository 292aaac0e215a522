"""Who may do what with keywords, licences, jobs and the site itself."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.package import ANYONE, SYSADMINS, require_read
from cytotheca.core.models.former_name import DATASET, find_renamed_dataset
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules


def may_follow_name(context: Context, params: Any) -> None:
    """Need to see the dataset that had the name; groups had theirs in public."""
    if params.kind == DATASET:
        package = find_renamed_dataset(context.session, params.name)
        if package is not None:
            require_read(context, package)


RULES: Rules = {
    "status_show": ANYONE,
    "help_show": ANYONE,
    "former_name_show": Rule(function=may_follow_name, anonymous=True),
    "license_list": ANYONE,
    "tag_list": ANYONE,
    "tag_show": ANYONE,
    "tag_search": ANYONE,
    "tag_autocomplete": ANYONE,
    "tag_create": SYSADMINS,
    "tag_delete": SYSADMINS,
    "vocabulary_list": ANYONE,
    "vocabulary_show": ANYONE,
    "vocabulary_create": SYSADMINS,
    "vocabulary_update": SYSADMINS,
    "vocabulary_delete": SYSADMINS,
    "job_list": SYSADMINS,
    "job_show": SYSADMINS,
    "job_overview": SYSADMINS,
    "job_cancel": SYSADMINS,
    "job_retry": SYSADMINS,
    "job_clear": SYSADMINS,
    "trash_list": SYSADMINS,
    "config_option_list": SYSADMINS,
    "config_option_show": SYSADMINS,
    "config_option_update": SYSADMINS,
}
