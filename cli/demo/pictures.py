"""Brightfield pictures and masks of outlined cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cytotheca.cli.demo.outlines import ANGLES, Floats

Masks = npt.NDArray[np.bool_]
Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Size of the picture and of a pixel."""

    width_px: int
    height_px: int
    pixel_um: float


def relative_radius(outline_um: Floats, center_um: Floats, camera: Camera) -> Floats:
    """Return each pixel's distance from the cell's centre, 1 at the outline.

    ``outline_um`` holds radii at :data:`ANGLES`, ``center_um`` is ``(N, 2)``;
    the result has the shape ``(N, height, width)``.
    """
    y, x = np.mgrid[: camera.height_px, : camera.width_px] * camera.pixel_um
    dx = x[None] - center_um[:, 0, None, None]
    dy = y[None] - center_um[:, 1, None, None]
    angle = np.mod(np.arctan2(dy, dx), 2 * np.pi)
    index = np.rint(angle / (2 * np.pi) * len(ANGLES)).astype(int) % len(ANGLES)
    edge = np.take_along_axis(outline_um, index.reshape(len(outline_um), -1), axis=1).reshape(
        angle.shape
    )
    return np.asarray(np.hypot(dx, dy) / edge)


def background(camera: Camera, channel_width_um: float) -> Images:
    """Return the empty channel: even light between two dark walls, ``(height, width)``."""
    y = (np.arange(camera.height_px) - (camera.height_px - 1) / 2) * camera.pixel_um
    wall = np.exp(-(((np.abs(y) - channel_width_um / 2) / 0.6) ** 2))
    outside = 1 / (1 + np.exp(-(np.abs(y) - channel_width_um / 2) / 0.3))
    row = 110 - 55 * wall - 18 * outside
    falloff = 4 * np.cos(np.linspace(-1.2, 1.2, camera.width_px))
    return np.clip(row[:, None] + falloff[None, :], 0, 255).astype(np.uint8)


def brightfield(relative: Floats, empty: Images, rng: np.random.Generator) -> Images:
    """Return pictures of cells: a dark rim, a bright halo, a grainy inside, camera noise."""
    radius = relative.astype(np.float32)
    rim = np.exp(-(((radius - 0.93) / 0.08) ** 2))
    halo = np.exp(-(((radius - 1.12) / 0.09) ** 2))
    nucleus = np.exp(-((radius / 0.45) ** 2))
    light = 16 * halo - 46 * rim - 9 * nucleus + (radius < 1) * (14 + _grain(radius.shape, rng))
    noise = 1.4 * rng.standard_normal(radius.shape, dtype=np.float32)
    return np.clip(np.rint(empty[None] + light + noise), 0, 255).astype(np.uint8)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Return noise in grains of two by two pixels: granules inside the cell."""
    coarse = (shape[0], (shape[1] + 1) // 2, (shape[2] + 1) // 2)
    grain = 4 * rng.standard_normal(coarse, dtype=np.float32)
    return grain.repeat(2, axis=1).repeat(2, axis=2)[:, : shape[1], : shape[2]]
