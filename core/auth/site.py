"""Who may do what with keywords, licences, jobs and the site itself."""

from __future__ import annotations

from cytotheca.core.auth.package import ANYONE, SYSADMINS
from cytotheca.core.runtime.declare import Rules

RULES: Rules = {
    "status_show": ANYONE,
    "help_show": ANYONE,
    "former_name_show": ANYONE,
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
