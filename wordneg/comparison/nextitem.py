"""Next items: how far up in a ranked list the next item of a held-out session stands.

Vectors of items from sessions (item2vec, Barkan and Koenigstein 2016) are there to recommend by, and judged by "next
event prediction" (Caselles-Dupré et al. 2018). Here a *step* is an item of a held-out session and the one after it.
All other items are ranked by their score for the first one; the whole vocabulary, as metrics of a sample of it may
order models otherwise (Krichene and Rendle 2020):

* by **vectors**, the cosine of the word vectors of the two: what `WordVectors.most_similar` returns, and what any index
  of nearest neighbors does with vectors that were saved;
* by **outputs**, u · v, the model's own score for an item beside the first one (a cosine where it was trained on
  cosines, a log-probability under hierarchical softmax): what `Word2Vec.predict_output_word` returns.

The two do not order samplers alike, see docs/items.md, so that neither stands for the other. Items are ranked by raw
scores, as users do; `wordneg.comparison.heldout` fits scores to the frequencies of words first.

The last item alone is asked, not the mean of those before it. The mean of the last three was far worse on the sessions
and walks of `tests/benchmarks/generators.py`, as it has to be, since these are Markov chains; on running text it was
worse by outputs, and by vectors now better and now worse.

An item that follows itself is no step, as nobody is recommended what they are looking at, nor is one with an item that
training has not seen; these are counted as missing. Steps are the same for all models and seeds, and tests are over
sessions, since steps of one session are not independent.

References
----------
O. Barkan, N. Koenigstein (2016), "Item2vec: neural item embedding for collaborative filtering", MLSP.
H. Caselles-Dupré, F. Lesaint, J. Royo-Letelier (2018), "Word2vec applied to recommendation: hyperparameters matter",
RecSys.
W. Krichene, S. Rendle (2020), "On sampled metrics for item recommendation", KDD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.benchmarks import NextItem
from wordneg.comparison.heldout import log_chances
from wordneg.comparison.neighbors import unit
from wordneg.comparison.records import Score
from wordneg.comparison.scoring import Scored, by_band, frequency_ranks
from wordneg.comparison.trainers import Trained, Trainer
from wordneg.evaluation import count_above, hit_rate, ndcg
from wordneg.text.tokenstore import TokenStore

__all__ = ["NextItems"]

_STEPS = 5000
_SEED = 4713
_SCORES = 4_000_000  # at once, which bounds the memory
_Rows = NDArray[np.int64]


class NextItems:
    """Steps of held-out sessions, an item and the next one.

    Parameters
    ----------
    asked : NextItem
        How long the list is, and what items are ranked by.
    text : TokenStore
        The held-out sessions, a sentence each.
    training : TokenStore
        The text that models are trained on.
    steps : int
        The most steps that are chosen, at random.

    Attributes
    ----------
    items, following : (N,) int64
        The item and the next one of each step.
    sessions : (N,) int64
        The session of each step.
    known : (N,) bool
        Whether a step counts: both items are in the training text, and differ.
    """

    def __init__(self, asked: NextItem, text: TokenStore, training: TokenStore, steps: int = _STEPS) -> None:
        self._asked, self._words = asked, text.vocabulary.words
        sessions = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets))
        places = np.flatnonzero(sessions[:-1] == sessions[1:])
        places = np.sort(np.random.default_rng(_SEED).permutation(places)[:steps])
        self.items, self.following = (text.tokens[places + shift].astype(np.int64) for shift in (0, 1))
        self.sessions = sessions[places]
        seen = np.bincount(training.tokens, minlength=len(self._words)) > 0
        self.known = seen[self.items] & seen[self.following] & (self.items != self.following)
        self._parts = by_band(frequency_ranks(text.vocabulary.counts)[self.following])

    @property
    def name(self) -> str:
        """The name of the benchmark."""
        return self._asked.name

    @property
    def known_items(self) -> int:
        """How many steps count."""
        return int(self.known.sum())

    @property
    def note(self) -> str:
        """What a reader of the scores should know."""
        told = {
            "vectors": "the cosine of word vectors, as in most_similar",
            "outputs": "the model's own scores of word and output vectors, as in predict_output_word",
        }[self._asked.by]
        sessions = len(np.unique(self.sessions))
        return (
            f"{self.name}: NDCG (1 / log2(1 + rank), 0 beyond the first {self._asked.k}) of the item that follows "
            f"another in held-out text, all ranked by {told}. {len(self.items):,} steps of {sessions:,} sessions, "
            f"{len(self.items) - self.known_items:,} left out: an item follows itself, or is not in the training text."
        )

    def score(self, trainer: Trainer, trained: Trained) -> Scored:
        """Return NDCG and hit rate of a model, in total and by how frequent the next item is, and NDCG of every step.

        A model without output vectors has no score by them, and none has one if its vectors are not finite.
        """
        above, tied, used = self.rank(trainer, trained)
        scores, gains = [], np.full(len(used), np.nan)
        for name, measure in (("ndcg", ndcg), ("hit rate", hit_rate)):
            found = np.full(len(used), np.nan)
            found[used] = measure(above, tied, self._asked.k)
            for band, inside in self._parts.items():
                counted = inside & used
                mean = float(found[counted].mean()) if counted.any() else None
                scores.append(Score(self.name, name, band, mean, int(counted.sum()), int((inside & ~used).sum())))
            gains = found if name == "ndcg" else gains
        clusters = self.sessions.astype(np.int32)
        items = {self.name: gains.astype(np.float32), f"{self.name}/cluster": clusters}
        return Scored(tuple(scores), items if used.any() else {})

    def rank(self, trainer: Trainer, trained: Trained) -> tuple[_Rows, _Rows, NDArray[np.bool_]]:
        """Rank the next items among all others.

        Returns
        -------
        above, tied : (M,) int64
            How many items have a greater score than the next one, and how many others the same, at M steps.
        used : (N,) bool
            Which steps these are: those that count, and whose items have vectors.
        """
        rows = np.arange(len(self._words))
        if trained.vocabulary is not None:
            row_of = {word: row for row, word in enumerate(trained.vocabulary)}
            rows = np.array([row_of.get(str(word), -1) for word in self._words])
        items, following = rows[self.items], rows[self.following]
        used = self.known & (items >= 0) & (following >= 0)
        inputs, outputs = trained.inputs, trained.inputs if self._asked.by == "vectors" else trained.outputs
        if outputs is None or not (np.isfinite(inputs).all() and np.isfinite(outputs).all()):
            used[:] = False
        if outputs is None or not used.any():
            nothing = np.empty(0, dtype=np.int64)
            return nothing, nothing, used
        items, following = items[used], following[used]
        tree = trained.tree if self._asked.by == "outputs" else None
        if self._asked.by == "vectors" or trainer.cosine:
            inputs, outputs = unit(inputs), unit(outputs)
        everything, found = np.arange(len(inputs)), []
        size = max(1, _SCORES // len(inputs))
        for begin in range(0, len(items), size):
            part = slice(begin, begin + size)
            queries = inputs[items[part]]
            scores = queries @ outputs.T if tree is None else log_chances(queries, outputs, tree, everything)
            found.append(count_above(scores, following[part], items[part]))
        above, tied = (np.concatenate(counts) for counts in zip(*found, strict=True))
        return above, tied, used
