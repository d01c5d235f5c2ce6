"""Compare settings of training, so that a difference comes from what is compared and from nothing else.

>>> import wordneg
>>> text = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 200
>>> comparison = wordneg.compare(text, ["unigram", "uniform"], seeds=1, tune=None, benchmarks=[], vector_size=16)
>>> [run.status for run in comparison.runs]
['done', 'done']

A comparison of samplers can easily measure something else. This is what is done against that:

=====================  ==========================================================================================
a sampler's best rate  each row is tuned first, on a prefix, with seeds of its own, by what is not reported (`tuning`,
                       `halves`)
cost                   equal epochs, equal time or equal scores, as asked; time, speed and memory are reported
chance                 several seeds; intervals and tests over seeds and items (`show.statistics`)
the benchmarks' taste  neighbors and log-likelihood of held-out text, the same for every sampler (`neighbors`,
                       `heldout`)
silent substitutes     every result says what it was made of, and what was left out (`records.Protocol`)
=====================  ==========================================================================================

These are its steps, and where they are in the code:

=================  ==============================================================================================
what is asked for  `comparing`, a call of `compare`, or `plan`, a file: both become a `request`, checked once
its rows           `trainers`, who make vectors behind one protocol
what is done       `making` tunes and trains what is missing; `tasks` are single runs and tunings, done in this
                   process or by an executor
tuning             `tuning` searches each row's best values, by `halves` of what is measured that are not reported
scores             `benchmarks` are found and read, `scoring` scores by them, `nextitem` by what comes next in held-out
                   sessions, `heldout` by the likelihood of text
what is left       `records` of runs and tunings in a `store`, a folder, each as soon as it is there: a comparison that
                   was killed goes on, and may be extended
what is returned   `result`, a `Comparison`; `show` makes its findings, tables, plots and page
papers             `reproduction` makes two comparisons by the protocol of one of the `papers`, and puts its numbers
                   beside ours
=================  ==============================================================================================
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wordneg.comparison.benchmarks import NextItem
from wordneg.comparison.papers import PAPERS, Paper, PaperRow
from wordneg.comparison.records import Epoch, Protocol, Run, Score, Tried, Tuning
from wordneg.comparison.request import Request
from wordneg.comparison.result import Comparison

if TYPE_CHECKING:
    from wordneg.comparison.comparing import compare
    from wordneg.comparison.plan import read_plan
    from wordneg.comparison.reproduction import Reproduction, reproduce

__all__ = [
    "PAPERS",
    "Comparison",
    "Epoch",
    "NextItem",
    "Paper",
    "PaperRow",
    "Protocol",
    "Reproduction",
    "Request",
    "Run",
    "Score",
    "Tried",
    "Tuning",
    "compare",
    "read_plan",
    "reproduce",
]

# loaded when first used: reading results needs no Numba
_HOMES = {"Reproduction": "reproduction", "compare": "comparing", "read_plan": "plan", "reproduce": "reproduction"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"wordneg.comparison.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'wordneg.comparison' has no attribute {name!r}")
