"""What each preview shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from cytotheca.core.plugins.toolkit import Base, UtcDateTime, utc_now


class Preview(Base):
    """A preview picture; ``etag`` names the original's bytes it was drawn from."""

    __tablename__ = "dc_view_preview"

    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    etag: Mapped[str] = mapped_column(String(100))
    generator: Mapped[str] = mapped_column(String(100))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
