"""Reading JSON that strangers wrote.

Python's reader takes more than the standard has: numbers that are not finite, and
halves of characters (lone surrogates). Neither can be answered again, so a dataset
that holds one could never be shown.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_DEPTH = 200

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_LONG_NUMBER = re.compile(r"\d{300}")


class BadJson(ValueError):
    """A text that is not JSON, or more than can be worked with; says why."""


def read_json(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ``BadJson``."""
    try:
        return _read(text if isinstance(text, str) else text.decode(json.detect_encoding(text)))
    except RecursionError:
        raise BadJson(f"Nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise BadJson(str(error)) from None
    except UnicodeError:
        raise BadJson("There are characters that are none") from None
    except BadJson:
        raise
    except ValueError:  # an integer of thousands of digits
        raise BadJson("A number is too large") from None


def _read(text: str) -> Any:
    # Hooks slow the reader down, so they are given where they can matter only.
    parse_int = _number if _LONG_NUMBER.search(text) else None
    data = json.loads(text, parse_float=_number, parse_int=parse_int, parse_constant=_refuse)
    if _is_too_deep(data):
        raise BadJson(f"Nested deeper than {MAX_DEPTH} levels")
    if _HALF_CHARACTER.search(text):
        json.dumps(data, ensure_ascii=False).encode()
    return data


def _number(text: str) -> float:
    """Return a number, unless it is larger than any float."""
    number = float(text)
    if not math.isfinite(number):
        raise BadJson("A number is too large")
    return number if set(".eE").intersection(text) else int(text)


def _refuse(word: str) -> None:
    raise BadJson(f"{word} is not a number")


def _is_too_deep(data: Any) -> bool:
    """Tell whether lists and objects nest deeper than in any real call, without recursion."""
    level: list[Any] = [data] if isinstance(data, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
