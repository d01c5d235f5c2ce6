"""Who makes the vectors of a row, behind one protocol.

==========  ================================================================================
base        the protocol, `Trainer`, and what a training gives, `Trained`
wordneg     `wordneg.Word2Vec` with a sampler and an objective
gensim      gensim's Word2Vec
cooccurring what methods share that are trained on co-occurrences
wordrank    `wordneg.WordRank`
allvec      `wordneg.AllVec`
closedform  `wordneg.ClosedForm`
outside     vectors that were trained elsewhere
rows        the rows that arguments of `wordneg.compare` stand for
==========  ================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wordneg.comparison.trainers.base import EpochHook, Trained, Trainer
from wordneg.comparison.trainers.gensim import GensimTrainer
from wordneg.comparison.trainers.outside import OutsideVectors
from wordneg.comparison.trainers.rows import CORPUS_OPTIONS, METHODS, TEXT_OPTIONS, make_trainers, tunable
from wordneg.comparison.trainers.wordneg import Word2VecTrainer

__all__ = [
    "CORPUS_OPTIONS",
    "METHODS",
    "TEXT_OPTIONS",
    "EpochHook",
    "Trained",
    "Trainer",
    "is_seeded",
    "make_trainers",
    "trainer_of",
    "tunable",
]

_EVERY: tuple[type[Trainer], ...] = (Word2VecTrainer, GensimTrainer, *METHODS.values(), OutsideVectors)
_KINDS = {kind.kind: kind for kind in _EVERY}


def trainer_of(label: str, options: Mapping[str, Any]) -> Trainer:
    """Return the trainer of a row that is described as JSON.

    Parameters
    ----------
    label : str
        The row's name.
    options : mapping
        Arguments of the trainer, which ``"trainer"`` names, such as "gensim" or "wordrank"; "wordneg" without it.

    Raises
    ------
    TypeError, ValueError
        If a setting is unknown, of the wrong kind or out of range, or there is no such trainer.
    """
    options = dict(options)
    kind = options.pop("trainer", Word2VecTrainer.kind)
    if kind not in _KINDS:
        raise ValueError(f"got trainer={kind!r} for the row {label!r}, expected {' or '.join(map(repr, _KINDS))}")
    return _KINDS[kind].from_json(label, options)


def is_seeded(options: Mapping[str, Any]) -> bool:
    """Return whether a seed changes the vectors of a row that is described as JSON."""
    return _KINDS[options.get("trainer", Word2VecTrainer.kind)].seeded
