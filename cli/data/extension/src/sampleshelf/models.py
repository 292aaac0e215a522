"""The table of the extension; its name begins with the name of the plugin."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.plugins.toolkit import Base


class Shelf(Base):
    """A shelf, and how many public datasets have their sample there."""

    __tablename__ = "sampleshelf_shelf"

    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    datasets: Mapped[int] = mapped_column(default=0)


def find_shelf(session: Session, place: str) -> Shelf | None:
    """Return a shelf; one statement."""
    return session.get(Shelf, place)


def list_shelves(session: Session, *, limit: int) -> Sequence[Shelf]:
    """Return the fullest shelves; one statement."""
    query = select(Shelf).order_by(Shelf.datasets.desc(), Shelf.place).limit(limit)
    return session.scalars(query).all()
