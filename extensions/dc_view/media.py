"""Usual names of media, whatever an instrument or a person called them.

They are those of dclab (``dclab.features.emodulus.viscosity``), written down here because every
saved dataset needs them and loading dclab takes longer than saving.
"""

from __future__ import annotations

from typing import Any, Final

_NAMES: Final = {
    "0.49% MC-PBS": ("0.49% mc-pbs", "0.5% mc-pbs", "0.50% mc-pbs", "cellcarrier"),
    "0.59% MC-PBS": (
        *("0.59% mc-pbs", "0.6% mc-pbs", "0.60% mc-pbs"),
        *("cellcarrier b", "cellcarrierb"),
    ),
    "0.83% MC-PBS": ("0.83% mc-pbs", "0.8% mc-pbs", "0.80% mc-pbs"),
    "water": ("water",),
}
_USUAL: Final = {other: usual for usual, others in _NAMES.items() for other in others}


def medium_name(value: Any) -> str:
    """Return the usual name of a medium; an unknown one keeps its own.

    >>> medium_name("CellCarrierB"), medium_name("alginate")
    ('0.59% MC-PBS', 'alginate')
    """
    return _USUAL.get(str(value).lower(), str(value))
