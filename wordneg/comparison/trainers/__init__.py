"""Who makes the vectors of a row, behind one protocol.

==========  ================================================================================
base        the protocol, `Trainer`; what a training gives, `Trained`; who is told, `Watcher`
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

from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.comparison.trainers.gensim import GensimTrainer
from wordneg.comparison.trainers.outside import OutsideVectors
from wordneg.comparison.trainers.rows import (
    AUTO,
    CORPUS_OPTIONS,
    METHODS,
    TEXT_OPTIONS,
    ends,
    make_trainers,
    tunable,
)
from wordneg.comparison.trainers.wordneg import Word2VecTrainer

__all__ = [
    "AUTO",
    "CORPUS_OPTIONS",
    "METHODS",
    "TEXT_OPTIONS",
    "Trained",
    "Trainer",
    "Watcher",
    "described_trainers",
    "ends",
    "is_seeded",
    "make_trainers",
    "trainer_of",
    "tunable",
]

_EVERY: tuple[type[Trainer], ...] = (Word2VecTrainer, GensimTrainer, *METHODS.values(), OutsideVectors)
_KINDS = {kind.kind: kind for kind in _EVERY}


def described_trainers(rows: Mapping[str, Mapping[str, Any]]) -> tuple[Trainer, ...]:
    """Return the rows of a comparison that are described one by one, see `trainer_of`.

    Raises
    ------
    TypeError, ValueError
        See `trainer_of`; if there is none, the first is not one of `Word2Vec`, or they are not for the same words.
    """
    if not isinstance(rows, Mapping) or not all(isinstance(one, Mapping) for one in rows.values()):
        raise SettingTypeError(
            "got ", Given("rows", rows), ', expected settings by label such as {"narrow": {"window": 2}}'
        )
    made = tuple(trainer_of(label, options) for label, options in rows.items())
    if not made or not isinstance(made[0], Word2VecTrainer):
        raise SettingError("the first of the rows must be one of Word2Vec, whose settings of the vocabulary all share")
    for trainer in made:
        for name in (name for name in CORPUS_OPTIONS if name not in TEXT_OPTIONS and trainer.epochs):
            if trainer.value(name) != made[0].value(name):
                raise SettingError(
                    f"got {name}={trainer.value(name)!r} in the row {trainer.label!r} and {made[0].value(name)!r} in "
                    f"{made[0].label!r}; it decides the vocabulary, so that all rows need the same"
                )
    return made


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
        raise SettingError(f"got trainer={kind!r} for the row {label!r}, expected {' or '.join(map(repr, _KINDS))}")
    return _KINDS[kind].from_json(label, options)


def is_seeded(options: Mapping[str, Any]) -> bool:
    """Return whether a seed changes the vectors of a row that is described as JSON."""
    return _KINDS[options.get("trainer", Word2VecTrainer.kind)].seeded
