"""Who may cite, harvest and download whole datasets."""

from __future__ import annotations

from cytotheca.core.auth.package import ANYONE, may_list_resources, may_show
from cytotheca.core.runtime.declare import Rule, Rules

RULES: Rules = {
    "dataset_citation": Rule(function=may_show, anonymous=True),
    "dataset_changes": ANYONE,
    "dataset_downloads": Rule(function=may_show, anonymous=True),
    "dataset_tombstone_show": ANYONE,
    "dataset_manifest": Rule(function=may_list_resources, anonymous=True),
}
