"""Who makes the vectors of a row, behind one protocol.

==========  ================================================================================
base        the protocol, `Trainer`; what a training gives, `Trained`; who is told, `Watcher`
wordneg     `wordneg.Word2Vec` with a sampler and an objective
gensim      gensim's Word2Vec
wordrank    `wordneg.WordRank`
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
from wordneg.comparison.trainers.rows import AUTO, CORPUS_OPTIONS, TEXT_OPTIONS, ends, make_trainers, tunable
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.comparison.trainers.wordrank import WORDRANK_COMMON, WordRankTrainer

__all__ = [
    "AUTO",
    "CORPUS_OPTIONS",
    "TEXT_OPTIONS",
    "WORDRANK_COMMON",
    "Trained",
    "Trainer",
    "Watcher",
    "described_trainers",
    "ends",
    "make_trainers",
    "trainer_of",
    "tunable",
]

_KINDS: dict[str, type[Trainer]] = {
    kind.kind: kind for kind in (Word2VecTrainer, GensimTrainer, WordRankTrainer, OutsideVectors)
}


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
        Arguments of the trainer, which ``"trainer"`` names: "gensim", "wordrank" or "outside"; "wordneg" without it.

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
