"""Who makes the vectors of a row, behind one protocol.

========  ========================================================================================
base      the protocol, `Trainer`; what a training gives, `Trained`; the `Watcher` of one
wordneg   `wordneg.Word2Vec` with a sampler and an objective; `WordRank`, `AllVec`, `ClosedForm`
others    gensim's Word2Vec, and vectors that were trained elsewhere
rows      the rows that arguments of `wordneg.compare` stand for, and what of them is tuned
========  ========================================================================================
"""

from wordneg.comparison.trainers.base import (
    TEXT_OPTIONS,
    VOCABULARY_OPTIONS,
    Report,
    Trained,
    Trainer,
    Watcher,
    unheard,
)
from wordneg.comparison.trainers.rows import (
    AUTO,
    METHODS,
    described_trainers,
    ends,
    is_seeded,
    make_trainers,
    trainer_of,
    tunable,
)

__all__ = [
    "AUTO",
    "METHODS",
    "TEXT_OPTIONS",
    "VOCABULARY_OPTIONS",
    "Report",
    "Trained",
    "Trainer",
    "Watcher",
    "described_trainers",
    "ends",
    "is_seeded",
    "make_trainers",
    "trainer_of",
    "tunable",
    "unheard",
]
