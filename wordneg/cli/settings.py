"""The settings of `wordneg train`: one table, from which its flags, its help and its checks are made."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial

from wordneg.cli.files import format_option
from wordneg.cli.options import DEBUG, JSON, Alias, Option, Refusal, number, setting, whole
from wordneg.parameters import Parameters

__all__ = ["FIXED_BY_MODEL", "OPTIONS", "REFUSALS", "SETTINGS"]

_whole = partial(Option, parse=whole, metavar="N")
_number = partial(Option, parse=number, metavar="X")
_switch = partial(Option, kind="switch")
_pair = partial(Option, parse=setting, metavar="KEY=VALUE", repeatable=True)

_TABLE = {
    "model": (
        _whole("vector_size", "dimensions", aliases=("-size", "-dim")),
        _switch(
            "sg",
            "train skip-gram; by default, and with --cbow, CBOW (also -cbow 0|1)",
            aliases=(Alias.negated("-cbow"), Alias.negated("--cbow")),
        ),
        _whole("window", "largest distance of a context word", aliases=("-window", "-ws")),
        _switch("shrink_windows", "draw each window from 1 to --window (default)"),
        _switch("cbow_mean", "CBOW: mean of the context vectors (default), not their sum"),
    ),
    "vocabulary": (
        _whole("min_count", "drop rarer words", aliases=("-min-count", "-minCount")),
        _whole("max_final_vocab", "raise --min-count until at most N words are left"),
        _whole("max_vocab_size", "forget rare words while counting, to bound memory"),
        _switch("sorted_vocab", "number words by frequency (default), not as they come"),
        _number(
            "sample", "drop some of the words above this share of the corpus; 0 keeps all", aliases=("-sample", "-t")
        ),
    ),
    "negatives and loss": (
        _whole("negative", "negatives of a positive pair", aliases=("-negative", "-neg")),
        _number("ns_exponent", "draw negatives by count to this power (default: 0.75)"),
        Option("sampler", "where negatives come from; see `wordneg samplers`", metavar="NAME"),
        _pair("sampler_option", "a setting of the sampler; may be repeated"),
        _switch("share_negatives", "skip-gram: share negatives within a window (default); much faster"),
        Option("objective", "the loss; see `wordneg objectives`", metavar="NAME"),
        _pair("objective_option", "a setting of the objective; may be repeated"),
    ),
    "training": (
        _whole("epochs", "passes over the corpus", aliases=("-iter", "-epoch")),
        _number("alpha", "first learning rate", aliases=("-alpha", "-lr")),
        _number("min_alpha", "last learning rate"),
        _whole("workers", "threads; by default all cores", aliases=("-threads", "-thread")),
        _whole("seed", "of all that is random; with --workers 1 it decides the vectors", aliases=("-seed",)),
        _switch("compute_loss", "evaluate the loss of every pair, not of a sample; slower"),
    ),
}

_DEFAULTS = {field.name: field.default for field in fields(Parameters)}


def _completed(option: Option, group: str) -> Option:
    """Return a row of the table with its group, and with its default in the help."""
    default = None if option.kind == "switch" else _DEFAULTS.get(option.name)
    return replace(option, group=group, help=option.help + ("" if default is None else f" (default: {default})"))


SETTINGS = tuple(_completed(option, group) for group, options in _TABLE.items() for option in options)
"""Those that make the model: named like `wordneg.Word2Vec`'s, and not set unless given."""

FIXED_BY_MODEL = frozenset(
    ("vector_size", "sg", "cbow_mean", "min_count", "max_final_vocab", "max_vocab_size", "sorted_vocab", "ns_exponent")
)
"""Those that a model which is trained on has already decided."""

OPTIONS = (
    Option("output", "the file to write", metavar="OUT", aliases=("-o", "-output"), required=True),
    format_option(aliases=(Alias("-binary", {"0": "text", "1": "binary"}),)),
    Option("load", "go on training this saved model", metavar="MODEL", default=None),
    Option("tokenize", "the corpus is raw prose: split at punctuation, lower-case", "flag"),
    Option(
        "save_vocab", "also write words and counts to a file", metavar="FILE", aliases=("-save-vocab",), default=None
    ),
    Option("progress", "show a bar; by default, if standard error is a terminal", "switch", default=None),
    Option("quiet", "say nothing but errors and warnings", "flag", aliases=("-q",)),
    JSON,
    DEBUG,
    *SETTINGS,
)

_SUBWORDS = "its vectors are those of whole words"

REFUSALS = (
    Refusal("hs", "hierarchical softmax is left out on purpose: wordneg is about negative samples", ("0",)),
    Refusal("classes", "cluster the vectors with a library of your choice", ("0",)),
    Refusal("read-vocab", "the vocabulary is counted from the corpus, or comes with a model (--load)"),
    Refusal("debug", harmless=None),
    Refusal("loss", "it trains with negative samples; see --objective", ("ns",)),
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
"""Flags of word2vec.c and fastText without a counterpart, and the values of them that ask for nothing."""
