"""Tables of papers that can be run again: their protocol, their numbers, and what stands for each of their rows.

Only what was read in the paper itself is given as the paper's. What it leaves open is said, with what is done here
instead; so is every way in which a row of ours is not the paper's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from types import MappingProxyType
from typing import Any, NamedTuple

from wordneg import evaluation
from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError

__all__ = ["PAPERS", "Paper", "PaperRow", "Published", "find_paper"]


class Published(NamedTuple):
    """What a paper reports of a row: accuracy on analogies, and the mean of Spearman's correlations."""

    analogies: float
    similarity: float


@dataclass(frozen=True)
class PaperRow:
    """A row of a paper's table, and what stands for it here.

    Attributes
    ----------
    label : str
        What the paper calls it.
    sampler : mapping
        Ours, as `Word2Vec` takes it; the objective is the one that goes with it.
    published : mapping of str to Published
        The paper's numbers, by the name of the corpus.
    difference : str
        How our row differs from the paper's, in a sentence or more.
    """

    label: str
    sampler: Mapping[str, Any]
    published: Mapping[str, Published]
    difference: str


@dataclass(frozen=True)
class Paper:
    """A table of a paper.

    Attributes
    ----------
    name : str
        What users write.
    title : str
        What is run again, in a few words.
    citation : str
        Authors, year, title and venue.
    table : str
        The name of the table in the paper.
    options : mapping
        The protocol, as arguments of `Word2Vec`.
    unstated : mapping of str to str
        Arguments of `Word2Vec` that the paper does not state, each with what is known of it otherwise.
    rows : tuple of PaperRow
        The rows, in the paper's order; the others are compared with the first.
    sizes : mapping of str to float
        The paper's corpora: name, and words in it, about.
    corpus : str
        What these corpora are, and how their words were estimated.
    analogies : str
        The benchmark of analogies, by its name in `wordneg.evaluation.BENCHMARKS`.
    similarity : tuple of str
        The benchmarks of similarity, whose mean is reported.
    differences : tuple of str
        How our protocol differs from the paper's, whatever the corpus; each in a sentence or more.
    """

    name: str
    title: str
    citation: str
    table: str
    options: Mapping[str, Any]
    unstated: Mapping[str, str]
    rows: tuple[PaperRow, ...]
    sizes: Mapping[str, float]
    corpus: str
    analogies: str
    similarity: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """All benchmarks of the table, by name."""
        return (self.analogies, *self.similarity)

    def nearest_size(self, words: int) -> str:
        """Return the name of the paper's corpus whose size is nearest, as a ratio."""
        return min(self.sizes, key=lambda size: abs(log(self.sizes[size] / max(1, words))))

    def checked_size(self, size: str) -> str:
        """Return the name of one of the paper's corpora, or raise ValueError."""
        if size not in self.sizes:
            expected = ", ".join(map(repr, self.sizes))
            raise SettingError(
                "got ", Given("size", size), f"{near_misses(str(size), self.sizes)}; {self.table} has {expected}"
            )
        return size

    def check_benchmarks(self, benchmarks: Sequence[str] | None) -> None:
        """Refuse benchmarks that are not the paper's, by a ValueError; None stands for all."""
        if benchmarks is None:
            return
        listed = ", ".join(map(repr, self.benchmarks))
        if isinstance(benchmarks, str) or not benchmarks:
            raise SettingError(
                "got ", Given("benchmarks", benchmarks), f", expected a list of some of {listed}; or None for all"
            )
        for benchmark in benchmarks:
            if benchmark not in self.benchmarks:
                hint = near_misses(str(benchmark), self.benchmarks)
                raise SettingError(f"got {benchmark!r}, which is no benchmark of the paper's{hint}; they are {listed}")

    def chosen_benchmarks(
        self, benchmarks: Sequence[str] | None, folder: str | os.PathLike[str] | None
    ) -> tuple[str, ...]:
        """Return benchmarks in the paper's order.

        Raises
        ------
        FileNotFoundError
            If one is not at hand and none was named.
        """
        if benchmarks is not None:
            return tuple(name for name in self.benchmarks if name in benchmarks)
        at_hand = evaluation.benchmarks_at_hand(folder)
        if missing := [name for name in self.benchmarks if name not in at_hand]:
            rest = [name for name in self.benchmarks if name in at_hand]
            files = ", ".join(evaluation.BENCHMARKS[name].file for name in missing)
            raise FileNotFoundError(
                f"{self.table} is made of {len(self.benchmarks)} benchmarks, and {', '.join(map(repr, missing))} "
                f"{'is' if len(missing) == 1 else 'are'} not at hand. Put {files} into a folder and name that "
                f"(folder=…); or name all benchmarks, and they are downloaded (benchmarks={list(self.benchmarks)!r}); "
                "or name those that you have, and the mean will be over fewer than the paper's "
                f"(benchmarks={rest!r})"
            )
        return self.benchmarks


_SIZES = {"128M": 128e6, "256M": 256e6, "512M": 512e6, "1G": 1e9, "2G": 2e9}  # bytes
_BYTES_PER_WORD = 14e9 / 2.3e9  # of the whole of which they are parts


def _published(analogies: str, similarity: str) -> Mapping[str, Published]:
    """Return two columns of the table, each a number for each size."""
    columns = (map(float, analogies.split()), map(float, similarity.split()))
    return MappingProxyType(dict(zip(_SIZES, map(Published, *columns), strict=True)))


def _optrank_rows() -> Iterator[PaperRow]:
    yield PaperRow(
        "CBOW-p",
        {"name": "unigram", "exponent": 0.75},
        _published(".364 .438 .543 .660 .691", ".622 .634 .643 .641 .647"),
        "popularity sampling, to the paper's power 0.75",
    )
    yield PaperRow(
        "CBOW-a",
        {"name": "adaptive"},
        _published(".404 .513 .632 .667 .712", ".618 .621 .637 .631 .646"),
        "our adaptive sampler, made after Rendle and Freudenthaler (2014), as the settings of the one of Chen et al. "
        "(2018) are not known. The paper has their power = 0.005: that may be the exponent of the popularity, which is "
        "then nearly uniform, or the scale of the ranks as a share of the vocabulary, λ = 0.005 V. Neither is "
        "assumed: λ is 500, and half of the negatives come by popularity to the power 0.75",
    )
    yield PaperRow(
        "WordRank",
        {"name": "wordrank"},
        _published(".415 .518 .642 .647 .685", ".633 .651 .657 .670 .665"),
        "WordRank's weighting in a stream of text, not WordRank itself, which trains on counts of co-occurrence and "
        "takes each positive's loss over the whole vocabulary; here it is estimated from 32 candidates, drawn by "
        "popularity, with α = 10,000 (in the paper α = 100, β = 99), CBOW's inputs and the protocol of the other rows",
    )
    yield PaperRow(
        "OptRank",
        {"name": "optrank", "eps": 0.5, "phi": 100.0},
        _published(".437 .542 .658 .675 .718", ".637 .654 .675 .661 .672"),
        "the batch form: negatives are violators among 32 candidates that the block shares, and the rank is estimated "
        "from their number; the paper searches for each negative in turn, up to a threshold of which it has no number, "
        "and which a batch does not need. ε = 0.5 is the paper's, φ = 100 that of the authors' program; weights of "
        "positives are at least 1",
    )


_OPTRANK = Paper(
    name="optrank",
    title="OptRank, Table 2",
    citation=(
        "Guo, Ouyang, Yuan and Wang 2018, Approximating Word Ranking and Negative Sampling for Word Embedding, IJCAI"
    ),
    table="Table 2",
    options=MappingProxyType(
        {
            "sg": 0,
            "vector_size": 300,
            "window": 8,
            "negative": 15,
            "sample": 1e-3,
            "alpha": 0.025,
            "min_alpha": 0.0,
        }
    ),
    unstated=MappingProxyType(
        {"epochs": "the authors' demo script, whose learning rate and sample are not the paper's, has 10"}
    ),
    rows=tuple(_optrank_rows()),
    sizes=MappingProxyType({name: size / _BYTES_PER_WORD for name, size in _SIZES.items()}),
    corpus="parts of a Wikipedia of 2017, by file size (the whole, 14 GB, is 2.3 billion words)",
    analogies="google",
    similarity=("wordsim353", "wordsim353-rel", "wordsim353-sim", "mturk771", "men", "simlex999"),
    differences=(
        "Reported: the paper has the best performance of each model, from how many runs is not said; here it is the "
        "mean over seeds, after the last epoch.",
        "Similarity: the mean of Spearman's correlations on six sets. Which MTurk set the paper has is not said; here "
        "it is the one of 771 pairs (Halawi et al. 2012).",
        "Trainer: wordneg's, not the authors' programs. Numbers are those of input vectors, by cosine; analogies "
        "are solved by 3CosAdd.",
    ),
)

PAPERS: Mapping[str, Paper] = MappingProxyType({paper.name: paper for paper in (_OPTRANK,)})
"""The papers, by name."""


def find_paper(name: str) -> Paper:
    """Return the paper of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in PAPERS:
        raise SettingError(
            f"there is no paper named {name!r}{near_misses(str(name), PAPERS)}; those whose tables can be run again "
            f"are {', '.join(map(repr, PAPERS))}"
        )
    return PAPERS[name]
