"""The settings of `wordneg train`: a table a method, from which its flags, its help and its checks are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial
from typing import Any

from wordneg.cli.files import format_option
from wordneg.cli.options import DEBUG, JSON, Alias, Option, Refusal, number, setting, whole
from wordneg.word2vec.parameters import Parameters

__all__ = [
    "FIXED_BY_MODEL",
    "OPTIONS",
    "REFUSALS",
    "SETTINGS",
    "WORDRANK_OPTIONS",
    "WORDRANK_SETTINGS",
    "with_defaults",
]

_whole = partial(Option, parse=whole, metavar="N")
_number = partial(Option, parse=number, metavar="X")
_switch = partial(Option, kind="switch")
_pair = partial(Option, parse=setting, metavar="KEY=VALUE", repeatable=True)

_VECTOR_SIZE = _whole("vector_size", "dimensions", aliases=("-size", "-dim"))
_WINDOW = _whole("window", "largest distance of a context word", aliases=("-window", "-ws"))
_VOCABULARY = (
    _whole("min_count", "drop rarer words", aliases=("-min-count", "-minCount")),
    _whole("max_final_vocab", "raise --min-count until at most N words are left"),
    _whole("max_vocab_size", "forget rare words while counting, to bound memory"),
    _switch("sorted_vocab", "number words by frequency (default), not as they come"),
)
_EPOCHS = partial(_whole, "epochs", aliases=("-iter", "-epoch"))
_WORKERS = _whole("workers", "threads; by default all cores", aliases=("-threads", "-thread"))
_SEED = partial(_whole, "seed", aliases=("-seed",))

_WORD2VEC = {
    "model": (
        _VECTOR_SIZE,
        _switch(
            "sg",
            "train skip-gram; by default, and with --cbow, CBOW (also -cbow 0|1)",
            aliases=(Alias.negated("-cbow"), Alias.negated("--cbow")),
        ),
        _WINDOW,
        _switch("shrink_windows", "draw each window from 1 to --window (default)"),
        _switch("cbow_mean", "CBOW: mean of the context vectors (default), not their sum"),
    ),
    "vocabulary": (
        *_VOCABULARY,
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
        _EPOCHS("passes over the corpus"),
        _number("alpha", "first learning rate", aliases=("-alpha", "-lr")),
        _number("min_alpha", "last learning rate"),
        _WORKERS,
        _SEED("of all that is random; with --workers 1 it decides the vectors"),
        _switch("compute_loss", "evaluate the loss of every pair, not of a sample; slower"),
    ),
}

_WORDRANK = {
    "model": (_VECTOR_SIZE,),
    "vocabulary": _VOCABULARY,
    "co-occurrences": (
        _WINDOW,
        _switch("symmetric", "count context words on both sides (default), not only those before a word"),
        _switch("distance_weighting", "a pair counts 1 / distance (default), not 1"),
        _number("xmax", "a pair that occurs so often, or more often, has the weight 1"),
        _number("epsilon", "the weight of a rarer one is (count / xmax) to this power"),
        _number("memory_limit", "bytes of memory for counting; beyond, it goes on in files"),
    ),
    "ranking loss": (
        Option("loss", "what a context that ranks too high costs: hinge or logistic", metavar="NAME"),
        Option("transform", "how the loss grows with the rank: rho0, rho1, rho2 or rho3", metavar="NAME"),
        _number("alpha", "α in the loss rho((rank + β) / α - 1); not the learning rate, as it is of word2vec"),
        _number("beta", "β in the loss"),
        _number("t", "exponent of rho3"),
        _number("tau", "margin of the hinge"),
        _number("reg", "regularisation"),
    ),
    "training": (
        _EPOCHS("passes over the non-zero cells of the matrix of co-occurrences"),
        Option("optimizer", "adagrad or sgd", metavar="NAME"),
        _number("learning_rate", "first learning rate", aliases=("-lr",)),
        _number("min_learning_rate", "last learning rate"),
        _whole("negative", "other contexts that one is compared with", aliases=("-negative", "-neg")),
        _switch("share_negatives", "share them among the contexts of a word (default); much faster"),
        _whole("period", "estimate the ranks anew every N epochs"),
        _whole("xi_candidates", "estimate a rank from N contexts; by default from all, where that is affordable"),
        _WORKERS,
        _SEED("of all that is random; it decides the vectors, with any number of workers"),
    ),
}


def _rows(table: Mapping[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    return tuple(replace(option, group=group) for group, options in table.items() for option in options)


def with_defaults(options: tuple[Option, ...], defaults: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return options with their defaults in the help, but for those of switches, which have it in words."""
    return tuple(
        option
        if option.kind == "switch" or defaults.get(option.name) is None
        else replace(option, help=f"{option.help} (default: {_in_words(defaults[option.name])})")
        for option in options
    )


def _in_words(default: Any) -> str:
    return f"{default:g}" if isinstance(default, float) else str(default)


SETTINGS = with_defaults(_rows(_WORD2VEC), {field.name: field.default for field in fields(Parameters)})
"""Those that make the model: named like `wordneg.Word2Vec`'s, and not set unless given."""

WORDRANK_SETTINGS = _rows(_WORDRANK)
"""The same of `wordneg.WordRank`, without their defaults: to know those takes Numba."""

FIXED_BY_MODEL = frozenset(
    ("vector_size", "sg", "cbow_mean", "min_count", "max_final_vocab", "max_vocab_size", "sorted_vocab", "ns_exponent")
)
"""Those that a model which is trained on has already decided."""

OPTIONS = (
    Option("output", "the file to write", metavar="OUT", aliases=("-o", "-output"), required=True),
    Option("method", "word2vec, or wordrank (see --method wordrank --help)", metavar="NAME", default="word2vec"),
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
)
"""Those that every method has."""

WORDRANK_OPTIONS = (
    Option("contexts", "also write the context vectors to a file", metavar="FILE", default=None),
    Option(
        "ensemble",
        "write the sums of word and context vectors, instead of word vectors or the model; vectors only, so that "
        "--load cannot go on with them",
        "flag",
    ),
)
"""What else `wordneg.WordRank` can write."""

_SUBWORDS = "its vectors are those of whole words"

REFUSALS = (
    Refusal("hs", "hierarchical softmax is left out on purpose: wordneg is about negative samples", ("0",)),
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
"""Flags of word2vec.c and fastText without a counterpart, and the values of them that ask for nothing."""
