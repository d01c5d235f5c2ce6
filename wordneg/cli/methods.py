"""What `wordneg train --method` chooses from: the estimators, and the flags of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import wordneg
from wordneg.cli.options import Option
from wordneg.cli.settings import FIXED_BY_MODEL, SETTINGS, WORDRANK_OPTIONS, WORDRANK_SETTINGS
from wordneg.common.messages import near_misses

if TYPE_CHECKING:
    from wordneg.estimator.base import Estimator

__all__ = ["METHODS", "Method", "method_of"]


@dataclass(frozen=True)
class Method:
    """An estimator on the command line.

    Attributes
    ----------
    name : str
        As given to ``--method``.
    class_name : str
        The name of the estimator in `wordneg`, imported when needed: it needs Numba.
    kind : str
        Of its files, see `wordneg.files.storage`.
    command : str
        What is typed for it after ``wordneg``.
    summary, examples : str
        For the help.
    settings : tuple of Option
        The flags that are arguments of its constructor.
    outputs : tuple of Option
        Flags of what only this method can write.
    fixed_by_model : frozenset of str
        Settings that a model which is trained on has already decided.
    counterparts : dict of str to str
        Settings of other methods that have another name here, and that name.
    counts : bool
        Whether it trains on a file of co-occurrences, too.
    """

    name: str
    class_name: str
    kind: str
    command: str
    summary: str
    examples: str
    settings: tuple[Option, ...]
    outputs: tuple[Option, ...]
    fixed_by_model: frozenset[str]
    counterparts: dict[str, str]
    counts: bool = False

    def estimator(self) -> type[Estimator[Any, Any]]:
        """Return the class."""
        found: type[Estimator[Any, Any]] = getattr(wordneg, self.class_name)
        return found

    def options(self) -> tuple[Option, ...]:
        """Return its flags."""
        return (*self.outputs, *self.settings)

    def elsewhere(self) -> dict[str, str]:
        """Return the flags that other methods have, and what to say of them."""
        return {
            alias.flag: f"{alias.flag} belongs to --method {other.name}, and this is --method {self.name}; "
            + self._instead(option.name)
            for other in METHODS.values()
            for option in (*other.outputs, *other.settings)
            for alias in option.spellings()
        }

    def _instead(self, name: str) -> str:
        if name in self.counterparts:
            return f"here it is --{self.counterparts[name].replace('_', '-')}"
        return "leave it out, or choose the other method"


_WORDRANK_SUMMARY = """\
WordRank (Ji et al. 2016) trains on the matrix of co-occurrences: the contexts of a word are to rank before all
others, most of all at the top of the list. --alpha is α of that ranking loss; the learning rate is --learning-rate.

CORPUS may also be a file of co-occurrences, of wordneg.Cooccurrences.save: then --window, --symmetric and
--distance-weighting are those that they were counted with, and no cut-off applies."""

_WORD2VEC_SUMMARY = """\
Names and defaults are gensim's, so CBOW is trained unless --sg is given. The flags of word2vec.c (-train FILE, -size,
-cbow 0|1, ...) and of fastText (-input FILE, -dim, ...) are understood too, but leave the defaults as they are: CBOW
starts at --alpha 0.025, for instance, and in word2vec.c at 0.05."""

_WORDRANK_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg --method wordrank
  wordneg train text8 -o words.bin --method wordrank --contexts contexts.bin --vector-size 200 --window 10
  wordneg train 'news/*.txt.gz' -o sums.bin --method wordrank --ensemble --tokenize"""

_WORD2VEC_EXAMPLES = """\
  wordneg train wikipedia-sample -o sample.wordneg
  wordneg train 'news/*.txt.gz' -o news.bin --sg --window 8 --tokenize
  wordneg train more.txt -o news2.wordneg --load news.wordneg --epochs 2 --alpha 0.01
  wordneg train -train text8 -output vectors.bin -cbow 0 -size 200 -window 8 -negative 25 -sample 1e-4 \\
      -threads 20 -binary 1 -iter 15"""

_RATES = {"alpha": "learning_rate", "min_alpha": "min_learning_rate"}
"""Word2Vec's names of the learning rates, and WordRank's."""

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
            outputs=(),
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
            outputs=WORDRANK_OPTIONS,
            fixed_by_model=frozenset(FIXED_BY_MODEL & {option.name for option in WORDRANK_SETTINGS}),
            counterparts=_RATES,
            counts=True,
        ),
    )
}


def method_of(arguments: Sequence[str]) -> str:
    """Return the method that a command line asks for, of which depends what else can be in it.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    name = "word2vec"
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == "--":
            break
        if argument == "--method":
            name = following
        elif argument.startswith("--method="):
            name = argument.partition("=")[2]
    if name not in METHODS:
        raise ValueError(f"there is no method {name!r}, only {', '.join(METHODS)}{near_misses(name, METHODS)}")
    return name
