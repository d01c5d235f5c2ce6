"""`Results`: what a Word2Vec has learned, beside its input vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from wordneg.common.settings import Real
from wordneg.diagnosis.report import SamplerReport
from wordneg.diagnosis.reporting import sampler_report
from wordneg.estimator.base import Estimator
from wordneg.samplers import SAMPLERS
from wordneg.vectors.wordvectors import WordVectors
from wordneg.word2vec.cluster.text import ClusterText
from wordneg.word2vec.fitting import Fitting
from wordneg.word2vec.readout import CONTEXT_WEIGHT, read_out

__all__ = ["Results"]


class Results(Fitting):
    """The part of `wordneg.Word2Vec` that gives out its matrices, vectors read out of both, and reports on samplers."""

    @property
    def ensemble(self) -> WordVectors:
        """Vectors read out of both matrices as they are now, ``(V, D) float32``; see `read_out` for other weights.

        Analogies and similarity gain from the context vectors, most of all with CBOW; see
        `wordneg.word2vec.readout`.
        """
        return self.read_out()

    def read_out(self, weight: float | None = None) -> WordVectors:
        """Return vectors made of each word's input and output vector: ``unit(w) + weight · unit(c)``, centered.

        Parameters
        ----------
        weight : float, optional
            Weight of the output vectors: by default .4 for skip-gram and .7 for CBOW.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or the model has ``negative=0``.
        ValueError
            If the weight is no finite number.
        """
        if not self.parameters.negative:
            raise RuntimeError("the model has negative=0: it has no output vectors, which read_out needs")
        built = self._checked("read_out")
        if weight is None:
            weight = CONTEXT_WEIGHT["skip-gram" if self.parameters.sg else "CBOW"]
        matrix = read_out(built.inputs.values, built.outputs.values, Real(least=None)("weight", weight))
        return WordVectors(built.vocabulary.words, matrix, counts=built.vocabulary.counts)

    @property
    def syn1neg(self) -> np.ndarray:
        """The output vectors, ``(V, D) float32``, under gensim's name for them; training starts from what is set.

        There are none with ``negative=0`` (AttributeError).
        """
        outputs = self._built().outputs
        if not self.parameters.negative:
            raise AttributeError("the model has negative=0: no output vectors are trained, but those of nodes, syn1")
        return outputs.vectors

    @syn1neg.setter
    def syn1neg(self, vectors: np.ndarray) -> None:
        self._built().outputs.vectors = vectors

    @property
    def syn1(self) -> np.ndarray:
        """The vectors of the inner nodes of the tree, ``(V, D) float32``, with ``hs=1``; the last row is of none.

        Training starts from what is set.
        """
        return self._nodes().vectors

    @syn1.setter
    def syn1(self, vectors: np.ndarray) -> None:
        self._nodes().vectors = vectors

    def sampler_report(
        self, *samplers: Any, corpus: Any = None, positions: int = 2000, bias_words: int = 1000, seed: int = 1
    ) -> SamplerReport:
        """Measure what samplers do on the vectors as they are, at random positions of the corpus.

        Nothing is trained. To follow a sampler over the epochs, keep reports by a callback:
        ``callbacks=[lambda model: reports.append(model.sampler_report())]``.

        Parameters
        ----------
        *samplers : str, dict, class or instance
            The samplers, given as for the constructor; by default the model's own. Several are measured at the same
            positions.
        corpus : corpus or TokenStore, optional
            The corpus; by default the one that was given to `build_vocab`.
        positions : int
            The number of positions to measure at.
        bias_words : int
            The number of most frequent words on which the bias of the gradient is measured.
        seed : int
            Seed of positions and draws.

        Returns
        -------
        SamplerReport
            Prints as a table, and has `plot` and `as_dict`.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or no corpus.
        ValueError
            If no position of the corpus has a context, or a number is out of range.
        """
        if not self.parameters.negative:
            raise ValueError("the model has negative=0: no sampler draws for it")
        store = self._state.store if corpus is None else Estimator.prepare(self, corpus)  # in this process
        if isinstance(store, ClusterText):
            raise RuntimeError("the text is on the cluster; give sampler_report a corpus that this process can read")
        store = self._corpus_of(store, "sampler_report")
        self._checked("sampler_report")
        return sampler_report(
            store,
            self._weights(),
            self.parameters,
            [SAMPLERS.resolve(sampler) for sampler in samplers] or [self.sampler],
            self.objective,
            model=self._in_words(),
            epochs=len(self.history),
            positions=positions,
            bias_words=bias_words,
            seed=seed,
        )

    def _in_words(self) -> str:
        kind = "skip-gram" if self.parameters.sg else "CBOW"
        return f"{kind}, {self._extent()}"
