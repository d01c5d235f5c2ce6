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

from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.comparison.trainers.gensim import GensimTrainer
from wordneg.comparison.trainers.outside import OutsideVectors
from wordneg.comparison.trainers.rows import CORPUS_OPTIONS, TEXT_OPTIONS, make_trainers, tunable
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.comparison.trainers.wordrank import WordRankTrainer

__all__ = [
    "CORPUS_OPTIONS",
    "TEXT_OPTIONS",
    "Trained",
    "Trainer",
    "Watcher",
    "make_trainers",
    "trainer_of",
    "tunable",
]

_KINDS: dict[str, type[Trainer]] = {
    kind.kind: kind for kind in (Word2VecTrainer, GensimTrainer, WordRankTrainer, OutsideVectors)
}


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
        raise ValueError(f"got trainer={kind!r} for the row {label!r}, expected {' or '.join(map(repr, _KINDS))}")
    return _KINDS[kind].from_json(label, options)
