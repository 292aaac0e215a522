"""Outlines of cells in a channel: from stiffness to shape.

A cell is drawn by its area and its Young's modulus; dclab's look-up table
says how much such a cell deforms in the given flow, and the outline is the
egg-shaped curve that has exactly this area and deformation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from dclab.features.emodulus import load_lut, scale_linear, viscosity
from scipy.interpolate import LinearNDInterpolator

Floats = npt.NDArray[np.float64]

ANGLES: Floats = np.linspace(0, 2 * np.pi, 256, endpoint=False)
LARGEST_ASPECT = 2.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The channel and what flows through it."""

    channel_width_um: float
    flow_rate_ul_s: float
    medium: str
    temperature_c: float

    def viscosity_mpas(self) -> float:
        """Return the apparent viscosity of the medium in this channel."""
        value = viscosity.get_viscosity(
            medium=self.medium,
            channel_width=self.channel_width_um,
            flow_rate=self.flow_rate_ul_s,
            temperature=self.temperature_c,
            model="buyukurganci-2022",
        )
        return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elasticity:
    """How far cells deform in a flow: the look-up table ``LE-2D-FEM-19``, inverted.

    Source: Mokbel et al. 2017, doi:10.1021/acsbiomaterials.6b00558.
    """

    scale_um2: float
    interpolate: LinearNDInterpolator

    def deformation(self, area_um2: Floats, emodulus_kpa: Floats) -> Floats:
        """Return the deformation of cells, shape ``(N,)``; NaN outside the table."""
        return np.asarray(self.interpolate(area_um2 / self.scale_um2, np.log(emodulus_kpa)))


def elasticity_in(flow: Flow) -> Elasticity:
    """Return the table for this channel, medium and flow rate."""
    lut, meta = load_lut("LE-2D-FEM-19")
    area, deform, emodulus = (np.array(lut[:, column]) for column in range(3))
    area = scale_linear.scale_area_um(area, meta["channel_width"], flow.channel_width_um)
    emodulus = scale_linear.scale_emodulus(
        emodulus,
        channel_width_in=meta["channel_width"],
        channel_width_out=flow.channel_width_um,
        flow_rate_in=meta["flow_rate"],
        flow_rate_out=flow.flow_rate_ul_s,
        viscosity_in=meta["fluid_viscosity"],
        viscosity_out=flow.viscosity_mpas(),
    )
    scale = float(area.max())
    points = np.column_stack([area / scale, np.log(emodulus)])
    return Elasticity(scale_um2=scale, interpolate=LinearNDInterpolator(points, deform))


def radii(area_um2: Floats, deformation: Floats, rng: np.random.Generator) -> Floats:
    """Return outlines as radii [µm] at :data:`ANGLES`, shape ``(N, 256)``.

    The long axis points along the channel, the blunt end forward. A ripple
    of half a percent keeps two outlines from being equal.
    """
    aspects = np.linspace(1, LARGEST_ASPECT, 141)
    table = _deformation(_egg(aspects))
    aspect = np.interp(deformation, table, aspects)
    outline = _egg(aspect)
    for wave in (4, 5, 6):
        phase = rng.uniform(0, 2 * np.pi, len(aspect))[:, None]
        size = rng.normal(0, 0.003, len(aspect))[:, None]
        outline = outline * (1 + size * np.cos(wave * ANGLES + phase))
    return outline * np.sqrt(area_um2 / _area(outline))[:, None]


def _egg(aspect: Floats) -> Floats:
    """Return ellipses of unit area and given aspect ratio, a little blunt in front."""
    long, short = np.sqrt(aspect)[:, None], 1 / np.sqrt(aspect)[:, None]
    ellipse = 1 / np.hypot(np.cos(ANGLES) / long, np.sin(ANGLES) / short)
    bluntness = 0.03 * (aspect - 1)[:, None]
    return np.asarray(ellipse * (1 - bluntness * np.cos(3 * ANGLES)))


def _area(outline: Floats) -> Floats:
    x, y = outline * np.cos(ANGLES), outline * np.sin(ANGLES)
    return np.asarray(
        0.5 * np.abs(np.sum(x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1), axis=1))
    )


def _deformation(outline: Floats) -> Floats:
    x, y = outline * np.cos(ANGLES), outline * np.sin(ANGLES)
    steps = np.hypot(np.roll(x, -1, axis=1) - x, np.roll(y, -1, axis=1) - y)
    return np.asarray(1 - 2 * np.sqrt(np.pi * _area(outline)) / steps.sum(axis=1))
