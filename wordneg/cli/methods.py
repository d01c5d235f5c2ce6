"""The estimators that `wordneg train --method` chooses from, with the flags of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import wordneg
from wordneg.cli.options import Option
from wordneg.cli.settings import (
    ALL_VEC_SETTINGS,
    CLOSED_FORM_SETTINGS,
    COOCCURRENCE_OPTIONS,
    FIXED_BY_MODEL,
    SETTINGS,
    WORD2VEC_OPTIONS,
    WORDRANK_SETTINGS,
)
from wordneg.common.messages import near_misses
from wordneg.common.settings import SettingError

if TYPE_CHECKING:
    from wordneg.estimator.base import Estimator

__all__ = ["METHODS", "Method", "method_of"]


@dataclass(frozen=True)
class Method:
    """An estimator on the command line.

    Attributes
    ----------
    name : str
        Name as given to ``--method``.
    class_name : str
        Name of the estimator in `wordneg`; it is imported only when needed, because it needs Numba.
    kind : str
        Kind of the estimator's files; see `wordneg.files.storage`.
    command : str
        The command to type after ``wordneg``.
    summary, examples : str
        Texts for the help.
    settings : tuple of Option
        Flags that are arguments of the estimator's constructor.
    more : tuple of Option
        Other flags that only this method has.
    fixed_by_model : frozenset of str
        Settings that are already decided when training of a loaded model is continued.
    counterparts : dict of str to str
        Settings of other methods that have another name in this one, with that name.
    counts : bool
        Whether the method can also train on a file of co-occurrences.
    """

    name: str
    class_name: str
    kind: str
    command: str
    summary: str
    examples: str
    settings: tuple[Option, ...]
    more: tuple[Option, ...]
    fixed_by_model: frozenset[str]
    counterparts: dict[str, str]
    counts: bool = False

    def estimator(self) -> type[Estimator[Any, Any]]:
        """Return the class of the estimator."""
        found: type[Estimator[Any, Any]] = getattr(wordneg, self.class_name)
        return found

    def options(self) -> tuple[Option, ...]:
        """Return the flags of the method."""
        return (*self.more, *self.settings)

    def elsewhere(self) -> dict[str, str]:
        """Return the flags of other methods, each with the message to give if it is used."""
        owners: dict[str, list[str]] = {}
        names = {}
        for other in METHODS.values():
            for option in (*other.more, *other.settings):
                for alias in option.spellings():
                    owners.setdefault(alias.flag, []).append(other.name)
                    names[alias.flag] = option.name
        return {
            flag: f"{flag} belongs to --method {' and '.join(methods)}, but this is --method {self.name}; "
            + self._instead(names[flag])
            for flag, methods in owners.items()
        }

    def _instead(self, name: str) -> str:
        if name in self.counterparts:
            return f"use --{self.counterparts[name].replace('_', '-')} here"
        return "leave it out, or choose another method"


_COUNTS = """\
CORPUS may also be a file of co-occurrences written by wordneg.Cooccurrences.save. The file then determines --window,
--symmetric and --distance-weighting, and no cut-off applies."""

_WORDRANK_SUMMARY = f"""\
WordRank (Ji et al. 2016) trains on a co-occurrence matrix, so that the contexts of a word rank before all others,
with the emphasis on the top of the list. --alpha is the α of this ranking loss; the learning rate is --learning-rate.

{_COUNTS}"""

_ALL_VEC_SUMMARY = f"""\
AllVec (Xin et al. 2018) fits the scores of all pairs of words by weighted least squares: those that co-occur to their
positive pointwise mutual information, all others to --negative-target. Nothing is sampled, and there is no learning
rate.

{_COUNTS}"""

_CLOSED_FORM_SUMMARY = f"""\
ClosedForm (Karkada et al. 2025) takes the vectors from eigenvectors of the co-occurrences: what word2vec tends to,
without a learning rate, a seed or epochs.

{_COUNTS}"""

_WORD2VEC_SUMMARY = """\
Names and defaults are gensim's, so CBOW is trained unless --sg is given. The flags of word2vec.c (-train FILE, -size,
-cbow 0|1, ...) and of fastText (-input FILE, -dim, ...) are also understood, but do not change the defaults: for
instance, CBOW starts at --alpha 0.025, whereas word2vec.c starts at 0.05."""

_WORDRANK_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg --method wordrank
  wordneg train text8 -o words.bin --method wordrank --contexts contexts.bin --vector-size 200 --window 10
  wordneg train 'news/*.txt.gz' -o sums.bin --method wordrank --ensemble --tokenize"""

_ALL_VEC_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg --method all-vec
  wordneg train text8 -o sums.bin --method all-vec --ensemble --vector-size 200 --epochs 20"""

_CLOSED_FORM_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg --method closed-form
  wordneg train text8 -o words.bin --method closed-form --vector-size 200 --window 10"""

_WORD2VEC_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg
  wordneg train 'news/*.txt.gz' -o news.bin --sg --window 8 --tokenize
  wordneg train more.txt -o news2.wordneg --load news.wordneg --epochs 2 --alpha 0.01
  wordneg train -train text8 -output vectors.bin -cbow 0 -size 200 -window 8 -negative 25 -sample 1e-4 \\
      -threads 20 -binary 1 -iter 15"""

_RATES = {"alpha": "learning_rate", "min_alpha": "min_learning_rate"}
"""Names of the learning rates in Word2Vec, with their names in WordRank."""

_DECIDED_BY_WORDS = FIXED_BY_MODEL - {"sg", "cbow_mean", "ns_exponent"}
"""The settings that a loaded model of co-occurrences has already decided."""

METHODS = {
    method.name: method
    for method in (
        Method(
            "word2vec",
            class_name="Word2Vec",
            kind="model",
            command="train",
            summary=_WORD2VEC_SUMMARY,
            examples=_WORD2VEC_EXAMPLES,
            settings=SETTINGS,
            more=WORD2VEC_OPTIONS,
            fixed_by_model=FIXED_BY_MODEL,
            counterparts={rate: name for name, rate in _RATES.items()},
        ),
        Method(
            "wordrank",
            class_name="WordRank",
            kind="wordrank",
            command="train --method wordrank",
            summary=_WORDRANK_SUMMARY,
            examples=_WORDRANK_EXAMPLES,
            settings=WORDRANK_SETTINGS,
            more=COOCCURRENCE_OPTIONS,
            fixed_by_model=_DECIDED_BY_WORDS,
            counterparts=_RATES,
            counts=True,
        ),
        Method(
            "all-vec",
            class_name="AllVec",
            kind="all-vec",
            command="train --method all-vec",
            summary=_ALL_VEC_SUMMARY,
            examples=_ALL_VEC_EXAMPLES,
            settings=ALL_VEC_SETTINGS,
            more=COOCCURRENCE_OPTIONS,
            fixed_by_model=_DECIDED_BY_WORDS,
            counterparts={},
            counts=True,
        ),
        Method(
            "closed-form",
            class_name="ClosedForm",
            kind="closed-form",
            command="train --method closed-form",
            summary=_CLOSED_FORM_SUMMARY,
            examples=_CLOSED_FORM_EXAMPLES,
            settings=CLOSED_FORM_SETTINGS,
            more=COOCCURRENCE_OPTIONS,
            fixed_by_model=_DECIDED_BY_WORDS,
            counterparts={},
            counts=True,
        ),
    )
}


def method_of(arguments: Sequence[str]) -> str:
    """Return the method that a command line asks for, which determines the other flags allowed in it.

    Raises
    ------
    SettingError
        If there is no method of this name.
    """
    name = "word2vec"
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--":
            break
        if argument == "--method":
            name = following
        elif argument.startswith("--method="):
            name = argument.partition("=")[2]
    if name not in METHODS:
        raise SettingError(
            f"there is no method {name!r}; the methods are {', '.join(METHODS)}{near_misses(name, METHODS)}"
        )
    return name
