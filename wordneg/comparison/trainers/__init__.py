"""Who makes the vectors of a row: the protocol, `Trainer`; what a training gives, `Trained`; and its `Watcher`.

==========  ========================================================================================
`wordneg`   rows of `wordneg.Word2Vec`, `WordRank`, `AllVec` and `ClosedForm`
`others`    rows of gensim's Word2Vec, and of vectors that were trained elsewhere
`rows`      the rows that arguments of `wordneg.compare` stand for, and what of them is tuned
==========  ========================================================================================
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Given, SettingError
from wordneg.comparison.records import Epoch, Score
from wordneg.estimator.base import Estimator
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore

__all__ = ["TEXT_OPTIONS", "VOCABULARY_OPTIONS", "Report", "Trained", "Trainer", "Watcher", "unheard"]

TEXT_OPTIONS = ("tokenizer", "encoding", "unicode_errors")
"""Arguments of `Word2Vec` that say how text is read."""

VOCABULARY_OPTIONS = (
    "min_count",
    "max_vocab_size",
    "max_final_vocab",
    "sorted_vocab",
    "phrases",
    "phrase_threshold",
    "phrase_scoring",
)
"""The options that decide the vocabulary: the same for all rows, as the corpus is encoded once."""

_PROBED_EPOCHS = 3


Report = Callable[[int, str], object]
"""Told, now and then, how many more words have been trained on, and what is being done."""


def unheard(words: int, doing: str) -> None:
    """Listen to no report."""


class Watcher:
    """Watches one training: takes its time without compiling, keeps its learning curve, and reports how it goes.

    It is a callback of wordneg's estimators; who trains with something else tells it.

    Parameters
    ----------
    report : callable
        Told how the training goes.
    words : int
        Words of an epoch, for the report.
    name : str
        What is trained, for the report; may be empty.
    score : callable, optional
        Returns scores after an epoch, of its number and the (V, D) input vectors.

    Attributes
    ----------
    epochs : list of Epoch
        The learning curve.
    before : float
        Seconds before the first epoch that count as training, see `start`.
    """

    def __init__(
        self,
        report: Report = unheard,
        words: int = 0,
        name: str = "",
        score: Callable[[int, NDArray[np.float32]], tuple[Score, ...]] = lambda number, inputs: (),
    ) -> None:
        self.epochs: list[Epoch] = []
        self.before, self._start = 0.0, math.nan
        self._report, self._words, self._doing, self._score = report, words, f"{name}, " if name else "", score
        report(0, f"{self._doing}compiling")

    def start(self) -> None:
        """Count what is done from now until the first epoch as training."""
        self._start = time.perf_counter()

    def begun(self) -> None:
        """Take note that all is compiled and the first epoch begins."""
        self._report(0, f"{self._doing}training")

    def epoch(self, number: int, seconds: float, loss: float, inputs: NDArray[np.float32]) -> None:
        """Take note of an epoch, from 1: seconds of training so far, mean loss, the (V, D) input vectors."""
        self.epochs.append(Epoch(number, seconds, loss, self._score(number, inputs)))
        self._report(self._words, f"{self._doing}training")

    # --- as a callback ----------------------------------------------------------------------------------

    def on_train_begin(self, model: Estimator[Any, Any]) -> None:
        """Take the time before the first epoch."""
        if not math.isnan(self._start):
            self.before = time.perf_counter() - self._start
        self.begun()

    def on_epoch_end(self, model: Estimator[Any, Any]) -> None:
        """Take note of an epoch of an estimator."""
        self.epoch(len(model.history), self.seconds(model), model.history[-1].loss, model.wv.vectors)

    def seconds(self, model: Estimator[Any, Any]) -> float:
        """Return the seconds of training so far."""
        return self.before + sum(report.seconds for report in model.history)


@dataclass(eq=False)
class Trained:
    """Trained vectors, whoever trained them.

    Attributes
    ----------
    inputs : (V, D) float32
        The word vectors.
    outputs : (V, D) float32 or None
        The output or context vectors; None if they are not known, so that held-out text cannot be scored.
    words : int or None
        Words trained on in all epochs, before subsampling; None if an epoch is no pass over words.
    seconds : float or None
        Training time without compiling, including what comes before the first epoch; None if it is not known.
    before : float
        Seconds of it before the first epoch: a sampler's first stage, or the counting of co-occurrences.
    vocabulary : tuple of str or None
        The words of the rows; None if they are the words of the text.
    tree : HuffmanTree or None
        The tree of hierarchical softmax, if `outputs` are the vectors of its nodes.
    """

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32] | None
    words: int | None = None
    seconds: float | None = None
    before: float = 0.0
    vocabulary: tuple[str, ...] | None = None
    tree: HuffmanTree | None = None


@dataclass(frozen=True)
class Trainer:
    """A row of a comparison: one way to get vectors. Nothing else asks what kind of row it is.

    Attributes
    ----------
    label : str
        The name of the row, different from all others.
    parameters : BaseParameters
        The settings, the seed aside.
    kind : str
        The trainer's name in JSON.
    reads_text : bool
        Whether an epoch is a pass over the words of the text.
    seeded : bool
        Whether a seed changes the vectors. If not, there is one run, with seed 0.
    here : bool
        Whether its runs are made in this process even where there is an executor.
    """

    label: str
    parameters: Any
    kind: ClassVar[str]
    reads_text: ClassVar[bool] = True
    seeded: ClassVar[bool] = True
    here: ClassVar[bool] = False

    # --- what it is -------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Who trains, for error messages."""
        raise NotImplementedError

    @property
    def epochs(self) -> int:
        """Passes of a training; 0 if nothing is trained."""
        return int(self.parameters.epochs)

    @property
    def racing(self) -> bool:
        """Whether a training that is repeated with the same seed may come out differently."""
        return bool(self.parameters.workers > 1)

    @property
    def mean(self) -> bool:
        """Whether the query is the mean of the context's input vectors, not their sum."""
        return True

    @property
    def cosine(self) -> bool:
        """Whether scores are cosines of input and output vectors, not their dot products."""
        return False

    @property
    def scores_per_positive(self) -> float | None:
        """Scores computed for one positive pair, negatives and candidates included; None if there is no such number."""
        return None

    def as_plain(self) -> dict[str, Any]:
        """Return all settings but the seed as plain data, which JSON can hold."""
        options = self.parameters.as_dict()
        options.pop("seed", None)
        return {"trainer": self.kind, **options}

    @classmethod
    def from_plain(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the trainer that `as_plain` described.

        Raises
        ------
        TypeError, ValueError
            If a setting is unknown, of the wrong kind or out of range.
        """
        raise NotImplementedError

    # --- what is done with it ---------------------------------------------------------------------------

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train on a store of text, with a seed of everything random, under a watcher, by default a new one.

        Raises
        ------
        FloatingPointError
            If the training diverges.
        KeyboardInterrupt
            If the training is interrupted: half a training is not a result.
        """
        raise NotImplementedError

    def prepared(self) -> Self:
        """Return the trainer with everything that it reads besides the text.

        Raises
        ------
        OSError, TypeError, ValueError
            If something cannot be read.
        """
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """The settings of what the row is made of, such as "sampler.candidates"."""
        return ()

    def tuned(self, option: str) -> str | None:
        """Return the setting that is tuned where an argument of `Word2Vec` is tuned; None if there is none."""
        return option if "." not in option or option in self.parts else None

    def shares(self, option: str, other: Trainer) -> bool:
        """Return whether a setting that is tuned is the same one in another row."""
        return other.tuned(option) == option

    def value(self, option: str) -> Any:
        """Return the value of a setting."""
        return getattr(self.parameters, option)

    def with_options(self, **changes: Any) -> Self:
        """Return the trainer with some settings changed."""
        return replace(self, parameters=replace(self.parameters, **changes))

    def paced(self, text: TokenStore, words: int) -> tuple[Self, TokenStore]:
        """Return a short training by which its speed is measured, and the part of the text for it."""
        return self.with_options(epochs=_PROBED_EPOCHS), text.head(words)

    def check_budget(self, budget: str) -> None:
        """Refuse a budget other than "epochs" that has no meaning for the row, by a ValueError."""
        if budget == "candidates" and self.scores_per_positive is None:
            raise SettingError(
                "got ",
                Given("budget", budget),
                f" and the row {self.label!r}, whose number of scores for a positive depends on the vectors "
                "(scores_per_positive is None). Take ",
                Given("budget", "time"),
                ", or leave the row out",
            )

    @classmethod
    def notes(cls, rows: Sequence[Any], request: Any) -> list[str]:
        """Return what a reader should know about the rows of this kind, some of those of a `Request`."""
        return []
