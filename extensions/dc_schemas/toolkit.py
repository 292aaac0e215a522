"""What extensions that require ``dc_schemas`` may use of it."""

from __future__ import annotations

from cytotheca.extensions.dc_schemas.inspection import (
    Known,
    Source,
    ensure_known,
    find_known,
    find_source,
    room_of,
)
from cytotheca.extensions.dc_schemas.jobs import inspect_key
from cytotheca.extensions.dc_schemas.measurement.results import (
    BasinLink,
    CondensedFacts,
    PreviewFacts,
)
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom, dcor_basins
from cytotheca.extensions.dc_schemas.measurement.verdict import MeasurementError
from cytotheca.extensions.dc_schemas.models import pack, unpack
from cytotheca.extensions.dc_schemas.names import is_measurement
from cytotheca.extensions.dc_schemas.visibility import is_public

__all__ = [
    "BasinLink", "CondensedFacts", "Known", "MeasurementError", "MeasurementRoom",
    "PreviewFacts", "Source", "dcor_basins", "ensure_known", "find_known", "find_source",
    "inspect_key", "is_measurement", "is_public", "pack", "room_of", "unpack",
]  # fmt: skip
