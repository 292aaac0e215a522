"""Waiting for conditions, and giving up where a part is missing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def give_up(reason: str) -> None:
    """Skip on a developer's machine; in CI what is missing is a failure."""
    if os.getenv("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def wait_for(condition: Callable[[], Any], timeout: float = 60) -> Any:
    """Return the condition's first true value; fail after ``timeout`` seconds."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"not within {timeout} s: {condition}")
        time.sleep(0.1)
    return value
