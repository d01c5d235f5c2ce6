"""Word2Vec: the estimator. Constructor, attributes and methods are gensim 4's by name and default."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Unpack

from wordneg.common.settings import Given, SettingError
from wordneg.text.vocabulary import TrimRule
from wordneg.word2vec.choosing import popular, refuse
from wordneg.word2vec.compatible import Compatible
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.presets import preset as settings_of_preset
from wordneg.word2vec.trainer import EpochReport

if TYPE_CHECKING:
    from wordneg.word2vec.keywords import Word2VecKeywords

__all__ = ["Word2Vec"]

_NS_EXPONENT = 0.75


class Word2Vec(Compatible):
    """Word vectors from text: skip-gram or CBOW, with negatives from a sampler of choice.

    Parameters
    ----------
    sentences : corpus, optional
        Anything that `wordneg.corpora.open_corpus` takes: a list or generator of token lists, a corpus, a path.
        Tokens are strings or integers; integers stay integers. The corpus is read once. Without it the model is not
        trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        A text file, instead of `sentences`: tokens between blanks, one sentence a line.
    vector_size : int
        Dimensions D.
    alpha, min_alpha : float
        The learning rate falls linearly from one to the other.
    window : int
        Largest distance between center and context word. Of baskets, whose items are in no order, 100,000 takes all.
        No window reaches beyond its piece of the text, which has 1,000 to 50,000 words.
    min_count : int
        Rarer words are dropped.
    max_vocab_size : int, optional
        Bounds the memory for counting words, see `wordneg.encode`.
    sample : float
        Subsampling of frequent words: the threshold as a share of the corpus (or a count, if at least
        1); 0 or None keeps all.
    seed : int or None
        Seed of the starting vectors and all draws. With ``workers=1``, or with several `shards`, the same seed gives
        the same vectors, bit by bit; otherwise several workers make them differ slightly from run to run.
    workers : int, optional
        Threads; all cores if left out or -1.
    sg : {0, 1}
        1 for skip-gram, 0 for CBOW.
    hs : {0, 1}
        1 for hierarchical softmax: together with the negatives, as in gensim, or with ``negative=0`` instead of them.
        It needs no sampler: a binary tree of all words, Huffman's, makes their probabilities add up to 1. It cannot be
        combined with `shards` or `client`.
    negative : int
        Number of negatives K for each positive pair. With ``hs=1`` it may be 0, for no negatives; `sampler` and
        `objective` are then not used.
    ns_exponent : float
        Exponent of the default sampler: negatives are drawn by count to this power.
    cbow_mean : {0, 1}
        CBOW: whether the input is the mean of the context vectors, or their sum.
    epochs : int
        Passes over the corpus.
    sorted_vocab : {0, 1}
        Number words by descending count; otherwise in their order in the corpus.
    compute_loss : bool
        Evaluate the loss of every pair instead of a sample of them (10 to 100 percent slower).
    trim_rule : callable, optional
        Decides which words to keep, see `build_vocab`.
    comment : str, optional
        Kept as an attribute, and saved.
    callbacks : sequence
        gensim's callback objects (``on_epoch_end(model)`` and so on), or functions of the model, called
        after every epoch. One that returns True ends the training.
    max_final_vocab : int, optional
        Raise `min_count` until at most this many words are left.
    phrases : int
        The number of passes that join words that often stand side by side, such as ``new_york``; see `wordneg.Phrases`.
    phrase_threshold : float, optional
        The score that a phrase must exceed: by default 10, or .5 for "npmi".
    phrase_scoring : {"default", "npmi"}
        How phrases are scored.
    shards : int
        Cut the text into this many parts. Each of them trains a replica of the vectors; these are merged again and
        again. The vectors are then the same, bit by bit, for any number of workers. Eight shards or fewer are about as
        good as one; from four on they take about twice the learning rate. See ``docs/distributed.md``.
    merge_every : int, optional
        The number of words of its shard that a replica trains on between two merges; by default a tenth of the shard,
        but at most 250,000.
    shrink_windows : bool
        Draw each center's window from 1 … `window`, as word2vec does.
    preset : {"quality"}, optional
        Settings that a search found to be best, instead of gensim's defaults. Settings given by name take precedence.
        See `wordneg.word2vec.presets`.
    sampler : str, dict, class or instance, optional
        See `wordneg.samplers`; by default ``Unigram(ns_exponent)``.
    objective : str, dict, class or instance, optional
        See `wordneg.objectives`; by default the sampler's own default, mostly "logistic".
    share_negatives : bool
        Skip-gram: let the context words of a center share its negatives, which is several times as fast
        and as good (Ji et al. 2016, arXiv 1604.04661). False draws fresh ones for each, as word2vec does.
    tokenizer : callable, optional
        Splits a string into tokens, where `sentences` yields strings or is a file of raw prose.
    encoding, unicode_errors : str, optional
        The encoding of text files, by default UTF-8, and what happens to bytes that are invalid in it; see
        `wordneg.corpora.open_corpus`.
    progress : bool, optional
        Whether to show a bar; by default if standard error is a terminal, and in notebooks.
    checkpoint : path, optional
        A file in which `train` saves its state now and then, and at its end, so that it can go on if the process is
        killed. Load the file like a model, and call `resume`.
    checkpoint_every : float
        Minutes from one checkpoint to the next.
    client : dask.distributed.Client, optional
        Train the `shards` on a Dask cluster, with the same vectors as on threads. Paths, patterns, addresses such as
        ``s3://bucket/*.txt`` and Dask bags are read by the workers. See ``docs/distributed.md``.

    Attributes
    ----------
    wv : WordVectors
        The input vectors.
    history : list of EpochReport
        Mean loss, words and seconds of every epoch so far.
    parameters : Parameters
        The settings; each is also an attribute of the model (``model.window``), and may be set by it, unless words
        and vectors have been made by another value (AttributeError).
    interrupted : bool
        Whether the last training was ended early, by Ctrl-C or `stop`.
    corpus_count, corpus_total_words : int
        Sentences and tokens read by `build_vocab`.

    Raises
    ------
    TypeError, ValueError
        If a setting is unknown, of the wrong kind or out of range.

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 50
    >>> model = Word2Vec(sentences, vector_size=16, min_count=1, workers=1)
    >>> model.wv["cat"].shape
    (16,)
    """

    _kind = "model"
    _parameters_type = Parameters
    _report_type: ClassVar[type[EpochReport]] = EpochReport
    _positional = (
        "vector_size",
        "alpha",
        "window",
        "min_count",
        "max_vocab_size",
        "sample",
        "seed",
        "workers",
        "min_alpha",
        "sg",
        "hs",
        "negative",
    )

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *positional: Any,
        ns_exponent: float = _NS_EXPONENT,
        sampler: Any = None,
        objective: Any = None,
        preset: str | None = None,
        trim_rule: TrimRule | None = None,
        comment: Any = None,
        client: Any = None,
        **settings: Unpack[Word2VecKeywords],
    ) -> None:
        vars(self)["load"] = _asked_of_a_model
        if "batch_words" in settings:
            self.batch_words = settings["batch_words"]
        given: dict[str, Any] = {**settings}
        refuse(given)
        given = self._named(positional, given)
        if preset is not None:
            given = settings_of_preset(preset, skip_gram=bool(given.get("sg", Parameters.sg))) | given
        super().__init__(**given)
        if sampler is not None and ns_exponent != _NS_EXPONENT:
            raise SettingError(
                "got ",
                Given("ns_exponent", ns_exponent),
                f' and a sampler; give the exponent to the sampler, as in sampler={{"name": "unigram", "exponent": '
                f"{ns_exponent}}}",
            )
        self.sampler = popular(ns_exponent) if sampler is None else sampler
        self.objective = objective
        if comment is not None:
            self.comment = comment
        self.client = client
        self._begin(sentences, corpus_file, trim_rule)

    def __repr__(self) -> str:
        drawn = f"sampler={self.sampler!r}, objective={self.objective!r}, "
        epochs = len(self.history)
        trained = f"{epochs} epoch{'' if epochs == 1 else 's'}" if epochs else "not trained"
        return (
            f"Word2Vec({self._in_words()}, {'hierarchical softmax, ' if self.parameters.hs else ''}"
            f"{drawn if self.parameters.negative else ''}{trained})"
        )


def _asked_of_a_model(*path: Any, **arguments: Any) -> NoReturn:
    """Refuse `load` of a model, whose result would be lost by whoever expects the model to become what was saved."""
    raise AttributeError("load is asked of the class, and returns a model: model = Word2Vec.load(path)")
