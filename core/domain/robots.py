"""Programs that fetch pages for machines, by what they call themselves."""

from __future__ import annotations

import re

_ROBOT = re.compile(
    r"bot\b|bot[/;)_ -]|crawl|spider|slurp|archiver|facebookexternalhit|preview|monitor|scan|"
    r"checker|headless|lighthouse|pingdom|uptime|validator",
    re.IGNORECASE,
)


def is_robot(user_agent: str) -> bool:
    """Tell whether a client says that it is a robot; who says nothing counts as one.

    Programs with which people download (curl, wget, rclone, requests) are none.

    >>> is_robot("Mozilla/5.0 (compatible; Googlebot/2.1)"), is_robot("curl/8.5"), is_robot("")
    (True, False, True)
    """
    return not user_agent.strip() or _ROBOT.search(user_agent) is not None
