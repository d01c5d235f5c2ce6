"""The settings of `wordneg train`: flags, help and checks are made from what each model declares."""

from __future__ import annotations

from functools import partial
from typing import Any

from wordneg.allvec.parameters import AllVecParameters
from wordneg.cli.corpora import TEXT_OPTIONS
from wordneg.cli.files import format_option
from wordneg.cli.options import DEBUG, JSON, PROGRESS, QUIET, Alias, Option, Refusal, number, setting, whole
from wordneg.closedform.parameters import ClosedFormParameters
from wordneg.common.settings import Declaration, declarations
from wordneg.word2vec.parameters import Parameters
from wordneg.wordrank.parameters import WordRankParameters

__all__ = [
    "ALL_VEC_SETTINGS",
    "CLOSED_FORM_SETTINGS",
    "COOCCURRENCE_OPTIONS",
    "FIXED_BY_MODEL",
    "OPTIONS",
    "REFUSALS",
    "SETTINGS",
    "WORD2VEC_OPTIONS",
    "WORDRANK_SETTINGS",
]

_VALUES: dict[str, dict[str, Any]] = {
    "whole": {"parse": whole, "metavar": "N"},
    "real": {"parse": number, "metavar": "X"},
    "name": {"metavar": "NAME"},
    "switch": {"kind": "switch"},
}
_GROUPS = (
    "model",
    "vocabulary",
    "co-occurrences",
    "ranking loss",
    "squared loss",
    "matrix",
    "negatives and loss",
    "training",
)

_pair = partial(Option, parse=setting, metavar="KEY=VALUE", repeatable=True, group="negatives and loss")
_CHOICES = (
    Option("preset", "settings that a search found to be best: quality", metavar="NAME", group="training"),
    Option(
        "ns_exponent",
        "draw negatives by count to this power (default: 0.75)",
        parse=number,
        metavar="X",
        group="negatives and loss",
    ),
    Option("sampler", "where negatives come from; see `wordneg samplers`", metavar="NAME", group="negatives and loss"),
    _pair("sampler_option", "a setting of the sampler; may be repeated"),
    Option("objective", "the loss; see `wordneg objectives`", metavar="NAME", group="negatives and loss"),
    _pair("objective_option", "a setting of the objective; may be repeated"),
)


def _option(name: str, default: Any, declared: Declaration) -> Option:
    """Return the flag of a setting; its help names the default, which a switch has in its words."""
    values = _VALUES[declared.check.kind]
    told = "" if declared.check.kind == "switch" or default is None else f" (default: {_in_words(default)})"
    aliases: tuple[str | Alias, ...] = (*declared.flags, *map(Alias.negated, declared.opposites))
    return Option(name, declared.help + told, aliases=aliases, group=declared.group, **values)


def _in_words(default: Any) -> str:
    return f"{default:g}" if isinstance(default, float) else str(default)


def _options(parameters: type, *others: Option) -> tuple[Option, ...]:
    """Return the flags of a model's settings and others, group by group."""
    declared = [_option(name, *facts) for name, facts in declarations(parameters).items()]
    return tuple(sorted([*declared, *others], key=lambda option: _GROUPS.index(option.group)))


SETTINGS = _options(Parameters, *_CHOICES)
"""The settings of a `wordneg.Word2Vec`, which are not set unless given."""

WORDRANK_SETTINGS = _options(WordRankParameters)
"""The settings of a `wordneg.WordRank`."""

ALL_VEC_SETTINGS = _options(AllVecParameters)
"""The settings of a `wordneg.AllVec`."""

CLOSED_FORM_SETTINGS = _options(ClosedFormParameters)
"""The settings of a `wordneg.ClosedForm`."""

FIXED_BY_MODEL = frozenset(
    (
        "vector_size",
        "sg",
        "cbow_mean",
        "hs",
        "min_count",
        "max_final_vocab",
        "max_vocab_size",
        "sorted_vocab",
        "ns_exponent",
        "preset",
    )
)
"""The settings that a loaded model has already decided."""

OPTIONS = (
    Option("output", "the file to write", metavar="OUT", aliases=("-o", "-output"), required=True),
    Option(
        "method",
        "word2vec, wordrank, all-vec or closed-form (--method NAME --help)",
        metavar="NAME",
        default="word2vec",
    ),
    format_option(aliases=(Alias("-binary", {"0": "text", "1": "binary"}),)),
    Option("load", "continue training this saved model", metavar="MODEL", default=None),
    Option("checkpoint", "save the state of the training to this file now and then", metavar="FILE", default=None),
    Option(
        "checkpoint_every", "minutes between checkpoints (default: 10)", parse=number, metavar="MINUTES", default=10.0
    ),
    Option("resume", "continue from the file of --checkpoint if it exists", "flag"),
    *TEXT_OPTIONS,
    Option(
        "save_vocab", "also write words and counts to a file", metavar="FILE", aliases=("-save-vocab",), default=None
    ),
    PROGRESS,
    QUIET,
    JSON,
    DEBUG,
)
"""The flags that every method has."""

WORD2VEC_OPTIONS = (
    Option(
        "scheduler",
        "with --shards: train on the Dask cluster of this scheduler, such as tcp://host:8786",
        metavar="ADDRESS",
        default=None,
        group="training",
    ),
)
"""What else `wordneg.Word2Vec` can be told."""

COOCCURRENCE_OPTIONS = (
    Option("contexts", "also write the context vectors to a file", metavar="FILE", default=None),
    Option(
        "ensemble",
        "write the sums of word and context vectors, instead of word vectors or the model; vectors only, so that "
        "--load cannot go on with them",
        "flag",
    ),
)
"""What else the methods can write that are trained on co-occurrences."""

_SUBWORDS = "its vectors are of whole words"

REFUSALS = (
    Refusal("classes", "cluster the vectors with a library of your choice", ("0",)),
    Refusal("read-vocab", "the vocabulary is counted from the corpus, or comes with a model (--load)"),
    Refusal("debug", harmless=None),
    Refusal("loss", "word2vec trains with negative samples; see --objective", ("ns",)),
    Refusal("minn", _SUBWORDS, ("0",)),
    Refusal("maxn", _SUBWORDS, ("0",)),
    Refusal("wordNgrams", _SUBWORDS, ("1",)),
    Refusal("bucket", harmless=None),
    Refusal("label", "it trains no classifiers"),
    Refusal("pretrainedVectors", "go on from a saved model instead (--load)"),
    Refusal("saveOutput", harmless=None),
    Refusal("lrUpdateRate", harmless=None),
    Refusal("verbose", harmless=None),
)
"""Flags of word2vec.c and fastText without a counterpart, and their values that ask for nothing."""
