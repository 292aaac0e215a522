"""What is known of each measurement: the gate's verdict and the facts."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cytotheca.core.plugins.toolkit import Base, UtcDateTime, utc_now


class Measurement(Base):
    """The inspection of one stored file; ``facts`` is compressed JSON, None if refused.

    ``etag`` names the bytes that were inspected: facts of other bytes are none.
    """

    __tablename__ = "dc_schemas_measurement"

    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    etag: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(40))
    valid: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str] = mapped_column(Text, default="")
    cues: Mapped[bytes] = mapped_column(sa.LargeBinary)
    facts: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    inspected: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def pack(value: Any) -> bytes:
    """Return compressed JSON."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, allow_nan=False).encode(), 6)


def unpack(packed: bytes) -> Any:
    """Return what :func:`pack` was given."""
    return json.loads(zlib.decompress(packed))
