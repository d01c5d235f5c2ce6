"""Small comparisons that are really made: text, benchmark, call, and an executor that is interrupted."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np

from wordneg import compare, evaluation
from wordneg.comparison.trainers import Watcher

ANIMALS, CARS = ("cat", "dog", "cow", "hen"), ("car", "bus", "van", "cab")
# Unigram and uniform draw alike, so that one compiled kernel serves nearly all trainings.
SMALL = {"vector_size": 16, "min_count": 1, "workers": 1, "window": 3, "epochs": 3, "alpha": 0.05}


def make_text():
    rng = np.random.default_rng(0)
    return [["the", *rng.choice(kind, 4).tolist()] for _ in range(400) for kind in (ANIMALS, CARS)]


def make_pairs():
    listed = [("cat", "dog", 9), ("car", "bus", 8), ("cat", "bus", 2), ("hen", "van", 1), ("cow", "unheard", 5)]
    return evaluation.WordPairs("toy", tuple((a, b) for a, b, _ in listed), np.array([g for *_, g in listed], float))


def quick(corpus, samplers=("unigram", "uniform"), objectives=None, **options):
    """Return a comparison of two samplers and two seeds, unless asked otherwise, without tuning or benchmarks."""
    chosen = {"seeds": 2, "tune": None, "benchmarks": [], **SMALL} | options
    return compare(corpus, list(samplers) if isinstance(samplers, tuple) else samplers, objectives, **chosen)


class Stopping:
    """An executor that is interrupted after some tasks."""

    def __init__(self, after):
        self.left = after

    def submit(self, function, *arguments):
        future = Future()
        if self.left == 0:
            future.set_exception(KeyboardInterrupt())
        elif self.left > 0:
            future.set_result(function(*arguments))
        self.left -= 1
        return future


class Listener(Watcher):
    """A watcher of a training that keeps what it was told."""

    def __init__(self):
        super().__init__()
        self.times, self.has_begun = [], False

    def begun(self):
        assert not self.times
        self.has_begun = True

    def epoch(self, number, seconds, loss, inputs):
        self.times.append(seconds)
        assert self.has_begun
        assert number == len(self.times)
