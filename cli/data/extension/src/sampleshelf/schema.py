"""The field that the extension adds to datasets."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel

from cytotheca.core.plugins.toolkit import SchemaAdditions, problem

LONGEST = 40


def _place(text: str | None) -> str | None:
    """Return a shelf without blanks around it; the text of ``problem`` is what users read."""
    if text is None or not text.strip():
        return None
    if len(text.strip()) > LONGEST:
        raise problem(f"Must be at most {LONGEST} characters long")
    return text.strip()


class ShelfDataset(BaseModel):
    """A key of every dataset, beside those of the core."""

    sampleshelf_place: Annotated[str | None, AfterValidator(_place)] = None


ADDITIONS = SchemaAdditions(dataset=(ShelfDataset,))
