"""Scalar features, computed from masks and pictures as a cytometer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from dclab.features.bright import get_bright
from dclab.features.contour import get_contour
from dclab.features.inert_ratio import get_inert_ratio_cvx, get_inert_ratio_raw
from scipy.spatial import ConvexHull

from cytotheca.cli.demo.outlines import Floats
from cytotheca.cli.demo.pictures import Images, Masks

Contour = npt.NDArray[np.int64]


def contours_of(masks: Masks) -> list[Contour]:
    """Return the pixel outline of each mask, ``(J, 2)`` each."""
    return [np.asarray(get_contour(mask)) for mask in masks]


def shape_features(
    masks: Masks, contours: Sequence[Contour], pixel_um: float
) -> Mapping[str, Floats]:
    """Return area, deformation, position and size of each cell.

    As in the instrument, deformation and area are those of the convex hull
    of the pixel contour.
    """
    rows = [_shape(mask, contour) for mask, contour in zip(masks, contours, strict=True)]
    area_cvx, perimeter, area_msd, pos_x, pos_y, size_x, size_y = np.array(rows).T
    circ = 2 * np.sqrt(np.pi * area_cvx) / perimeter
    return {
        "area_cvx": area_cvx,
        "area_msd": area_msd,
        "area_ratio": area_cvx / area_msd,
        "area_um": area_cvx * pixel_um**2,
        "circ": circ,
        "deform": 1 - circ,
        "pos_x": pos_x * pixel_um,
        "pos_y": pos_y * pixel_um,
        "size_x": size_x * pixel_um,
        "size_y": size_y * pixel_um,
        "aspect": size_x / size_y,
        "inert_ratio_cvx": np.asarray(get_inert_ratio_cvx(list(contours))),
        "inert_ratio_raw": np.asarray(get_inert_ratio_raw(list(contours))),
    }


def brightness_features(masks: Masks, images: Images) -> Mapping[str, Floats]:
    """Return mean and spread of the grey values inside each mask."""
    average, spread = get_bright(mask=list(masks), image=list(images), ret_data="avg,sd")
    return {"bright_avg": np.asarray(average), "bright_sd": np.asarray(spread)}


def _shape(mask: npt.NDArray[np.bool_], contour: Contour) -> tuple[float, ...]:
    hull = ConvexHull(contour)
    x, y = contour[:, 0].astype(float), contour[:, 1].astype(float)
    area = 0.5 * abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))
    rows, columns = np.nonzero(mask)
    # in two dimensions scipy calls the area "volume" and the perimeter "area"
    return (
        hull.volume,
        hull.area,
        area,
        float(columns.mean()),
        float(rows.mean()),
        float(np.ptp(x) + 1),
        float(np.ptp(y) + 1),
    )
