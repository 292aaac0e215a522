"""What extensions that require ``dc_schemas`` may use of it."""

from __future__ import annotations

from cytotheca.extensions.dc_schemas.derived import Derived, find_made, forget_made
from cytotheca.extensions.dc_schemas.derived_downloads import derived_blueprint
from cytotheca.extensions.dc_schemas.deriving import enqueue_derived, job_of
from cytotheca.extensions.dc_schemas.inspection import (
    Known,
    Source,
    ensure_known,
    find_known,
    list_known,
    room_of,
)
from cytotheca.extensions.dc_schemas.jobs import INSPECT
from cytotheca.extensions.dc_schemas.measurement.results import BasinLink
from cytotheca.extensions.dc_schemas.measurement.service import dcor_basins
from cytotheca.extensions.dc_schemas.models import pack, unpack
from cytotheca.extensions.dc_schemas.names import is_measurement

__all__ = [
    "INSPECT", "BasinLink", "Derived", "Known", "Source", "dcor_basins", "derived_blueprint",
    "enqueue_derived", "ensure_known", "find_known", "find_made", "forget_made",
    "is_measurement", "job_of", "list_known", "pack", "room_of", "unpack",
]  # fmt: skip
