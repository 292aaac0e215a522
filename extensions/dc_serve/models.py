"""What each condensed file holds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cytotheca.core.plugins.toolkit import Base, UtcDateTime, utc_now


class Condensed(Base):
    """A condensed file; ``etag`` names the original's bytes it was made from."""

    __tablename__ = "dc_serve_condensed"

    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    etag: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    generator: Mapped[str] = mapped_column(String(100))
    contents: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
