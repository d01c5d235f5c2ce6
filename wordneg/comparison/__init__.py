"""Comparing settings of training, so that the difference is one of what is compared.

>>> import wordneg
>>> text = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 200
>>> comparison = wordneg.compare(text, ["unigram", "uniform"], seeds=1, tune=None, benchmarks=[], vector_size=16)
>>> [run.status for run in comparison.runs]
['done', 'done']

A comparison of samplers is easily one of something else. What is done about it:

=====================  ==========================================================================================
a sampler's best rate  each setting is tuned first, on a prefix, with a seed of its own (`tuning`)
cost                   equal epochs, equal time or equal scores, as asked; time, speed and memory are reported
chance                 several seeds; intervals and tests over seeds and items (`presentation`)
the benchmarks' taste  the log-likelihood of held-out text, the same for every sampler (`heldout`)
silent substitutes     every result says what it was made of, and what was left out (`records.Protocol`)
=====================  ==========================================================================================

One comparison is a folder of plain files (`experiment`): each run is on the disk when it is finished, and a comparison
that was killed goes on from there. `reproduce` makes two of them, by the protocol of a paper (`papers`), and puts the
paper's numbers beside ours.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wordneg.comparison.experiment import Experiment
from wordneg.comparison.papers import PAPERS, Paper, PaperRow
from wordneg.comparison.records import Epoch, Protocol, Run, Score, Tuning
from wordneg.comparison.reproduction import Reproduction
from wordneg.comparison.result import Comparison

if TYPE_CHECKING:
    from wordneg.comparison.comparing import compare
    from wordneg.comparison.reproducing import reproduce

__all__ = [
    "PAPERS",
    "Comparison",
    "Epoch",
    "Experiment",
    "Paper",
    "PaperRow",
    "Protocol",
    "Reproduction",
    "Run",
    "Score",
    "Tuning",
    "compare",
    "reproduce",
]

_HOMES = {"compare": "comparing", "reproduce": "reproducing"}  # reading results needs no Numba


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"wordneg.comparison.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'wordneg.comparison' has no attribute {name!r}")
