"""Where labels stand beside their points, so that none covers another.

A greedy placement: labels come in the order of their importance, and each takes the best place that is left. A label
that finds none is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Placed", "place_labels"]

Boxes = npt.NDArray[np.float64]
"""(n, 4) float64: left, bottom, right and top of n boxes."""

_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
_SIDES = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))  # the most liked first
_BETWEEN = tuple((right * across, up * along) for across, along in ((1, 0.5), (0.5, 1)) for right, up in _CORNERS)
_DIRECTIONS = (*_SIDES, *_BETWEEN)
_REACHES = (3.5, 8.0, 16.0, 26.0, 38.0, 52.0, 70.0, 90.0)  # points from the edge of a point to its label
_NEAR = 8.0  # labels further off get a line to their point
_STEPS = np.linspace(0.05, 0.98, 24)  # where a line is looked at: nowhere more than the height of a label apart
_DISLIKE = 0.1  # points of reach that a direction costs, each more than the one before
_DOT_COST = 0.6  # for each unit of area of a point that is covered


class Placed(NamedTuple):
    """Where a label stands: its left and bottom, and whether a line leads to it and from where in the label."""

    left: float
    bottom: float
    line_to: tuple[float, float] | None


def place_labels(
    centers: npt.NDArray[np.float64],
    sizes: npt.NDArray[np.float64],
    bounds: tuple[float, float, float, float],
    *,
    radius: float,
    unit: float,
) -> list[Placed | None]:
    """Return a place for each label, or None where there is none.

    Parameters
    ----------
    centers : (n, 2) float64
        The points, the most important ones first.
    sizes : (n, 2) float64
        Widths and heights of the labels.
    bounds : (float, float, float, float)
        Left, bottom, right and top of where labels may stand.
    radius : float
        The radius of the points.
    unit : float
        How many of these units a typographic point is.
    """
    dots = np.hstack([centers - radius, centers + radius])
    taken: Boxes = np.empty((0, 4))
    placed: list[Placed | None] = []
    for number, (center, size) in enumerate(zip(centers, sizes, strict=True)):
        boxes, anchors, cost = _places(center, size, radius, unit)
        lines = center + (anchors - center)[:, np.newaxis] * _STEPS[:, np.newaxis]
        far = np.array([reach > _NEAR for reach in _REACHES for _ in _DIRECTIONS])
        window = np.hstack([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        near = taken[_overlaps(window[np.newaxis], taken)[0] > 0]
        free = np.asarray(((boxes[:, :2] >= bounds[:2]) & (boxes[:, 2:] <= bounds[2:])).all(axis=1), np.bool_)
        free &= ~(_overlaps(boxes, near) > 0).any(axis=1)
        free[far] &= ~_inside(lines[far], near).reshape(far.sum(), -1).any(axis=1)
        if not free.any():
            placed.append(None)
            continue
        others = np.delete(dots, number, axis=0)
        others = others[_overlaps(window[np.newaxis], others)[0] > 0]
        cost = cost + _DOT_COST * _overlaps(boxes, others).sum(axis=1) / unit**2
        best = int(np.where(free, cost, np.inf).argmin())
        taken = np.vstack([taken, boxes[best]])
        line = None
        if far[best]:
            line = (float(anchors[best, 0]), float(anchors[best, 1]))
            taken = np.vstack([taken, np.hstack([lines[best] - 0.5 * unit, lines[best] + 0.5 * unit])])
        placed.append(Placed(float(boxes[best, 0]), float(boxes[best, 1]), line))
    return placed


def _places(
    center: npt.NDArray[np.float64], size: npt.NDArray[np.float64], radius: float, unit: float
) -> tuple[Boxes, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the boxes a label could take, the points of them that are nearest to its point, and what each costs."""
    directions = np.array(_DIRECTIONS, np.float64)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    steps = directions / lengths
    anchors = np.vstack([center + steps * (radius + reach * unit) for reach in _REACHES])
    signs = np.tile(directions, (len(_REACHES), 1))
    low = anchors - size * (1 - signs) / 2
    ranks = np.arange(len(_DIRECTIONS)) * _DISLIKE
    cost = np.concatenate([reach + ranks for reach in _REACHES])
    return np.hstack([low, low + size]), anchors, cost


def _overlaps(boxes: Boxes, others: Boxes) -> npt.NDArray[np.float64]:
    """Return the areas that each of (n, 4) boxes shares with each of (m, 4) others, (n, m)."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[np.newaxis, :, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[np.newaxis, :, 2:])
    areas: npt.NDArray[np.float64] = np.clip(high - low, 0, None).prod(axis=2)
    return areas


def _inside(points: npt.NDArray[np.float64], boxes: Boxes) -> npt.NDArray[np.bool_]:
    """Return which of (n, s, 2) points are in which of (m, 4) boxes, (n, s, m)."""
    after = points[:, :, np.newaxis] >= boxes[:, :2]
    before = points[:, :, np.newaxis] <= boxes[:, 2:]
    return np.asarray((after & before).all(axis=3), np.bool_)
