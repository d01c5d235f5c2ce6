"""The scores of single items, on which settings are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.comparison.experiment import Experiment
from wordneg.comparison.presentation.quantities import Yardstick
from wordneg.comparison.records import Run

__all__ = ["Items", "Sample"]

_WITH_ITEMS = ("spearman", "accuracy")


class Sample(NamedTuple):
    """Scores of some settings on the N items that all their runs used.

    Attributes
    ----------
    scores : list of (S, N) float64 arrays
        One for each setting, of its S seeds.
    gold : (N,) float64 array or None
        Of similarity.
    clusters : (N,) or (N, M) int64 array or None
        What items share with each other.
    """

    scores: list[npt.NDArray[Any]]
    gold: npt.NDArray[Any] | None
    clusters: npt.NDArray[Any] | None


class Items:
    """The items of an experiment, each file read once.

    Parameters
    ----------
    experiment : Experiment
        With whatever runs are finished.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._read: dict[tuple[str, int], Mapping[str, npt.NDArray[Any]]] = {}

    def common(self, yardstick: Yardstick, settings: Sequence[Sequence[Run]]) -> Sample | None:
        """Return the scores on the items that all runs used; None if there are none, or no such.

        Parameters
        ----------
        yardstick : Yardstick
            Of what.
        settings : sequence of sequence of Run
            The runs of each setting.
        """
        name, measure = yardstick
        groups = [[self._of(run) for run in runs] for runs in settings]
        arrays = [items[name] for group in groups for items in group if name in items]
        complete = all(groups) and all(name in items for group in groups for items in group)
        if measure not in _WITH_ITEMS or not complete or len({array.shape for array in arrays}) != 1:
            return None
        gold, clusters = (groups[0][0].get(f"{name}/{part}") for part in ("gold", "cluster"))
        used = np.isfinite(arrays).all(axis=0)
        if (measure == "spearman" and gold is None) or not used.any():
            return None
        scores = [np.array([items[name][used] for items in group]) for group in groups]
        return Sample(scores, None if gold is None else gold[used], None if clusters is None else clusters[used])

    def _of(self, run: Run) -> Mapping[str, npt.NDArray[Any]]:
        key = (run.setting, run.seed)
        if key not in self._read:
            self._read[key] = self._experiment.items(run)
        return self._read[key]
