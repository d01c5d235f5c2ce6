"""Word2Vec: the estimator. Constructor, attributes and methods are gensim 4's by name and default."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Given, Real, SettingError
from wordneg.compiled.weights import Weights, initialize
from wordneg.diagnosis.probing import probe
from wordneg.diagnosis.report import SamplerReport
from wordneg.diagnosis.reporting import sampler_report
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, Timer
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus, read_corpus
from wordneg.estimator.state import CorpusFacts, State
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.objectives import OBJECTIVES, Logistic, Objective
from wordneg.samplers import SAMPLERS, Sampler, Unigram
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule, Vocabulary
from wordneg.vectors.wordvectors import WordVectors
from wordneg.word2vec.blocks import NO_WAYS, Ways
from wordneg.word2vec.cluster.connecting import check_client
from wordneg.word2vec.cluster.text import ON_CLUSTER, ClusterText, lies_on_cluster, read_on_cluster
from wordneg.word2vec.compatible import Compatible
from wordneg.word2vec.first_stage import FirstStage
from wordneg.word2vec.hierarchical import ways_of
from wordneg.word2vec.locking import checked_locks
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.presets import preset as settings_of_preset
from wordneg.word2vec.readout import CONTEXT_WEIGHT, read_out
from wordneg.word2vec.replica import Replica
from wordneg.word2vec.trainer import EpochReport, Position, Trainer
from wordneg.word2vec.trainers import make_trainer

__all__ = ["Word2Vec"]

_NS_EXPONENT = 0.75

# gensim's settings that have no counterpart: the value that changes nothing, and why there is no other
_LEFT_OUT: dict[str, tuple[Any, str]] = {
    "null_word": (0, "it serves gensim's doc2vec only"),
}
# those without an effect: the default, and why
_WITHOUT_EFFECT: dict[str, tuple[Any, str]] = {
    "batch_words": (10_000, "wordneg chooses the size of its chunks itself"),
    "hashfxn": (hash, "starting vectors come from the seed alone"),
}
_FOR_GROWING = {"min_count", "max_final_vocab", "max_vocab_size"}

_LITTLE = 30  # one word left in more than this many is next to nothing


class Word2Vec(Compatible):
    """Word vectors from text: skip-gram or CBOW, with negatives from a sampler of choice.

    Parameters
    ----------
    sentences : corpus, optional
        Anything that `wordneg.corpora.open_corpus` takes: a list or generator of token lists, a corpus, a path.
        Tokens are strings or integers, which stay integers.
        Read once. Without it the model is not trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        A text file, instead of `sentences`: tokens between blanks, one sentence a line.
    vector_size : int
        Dimensions D.
    alpha, min_alpha : float
        The learning rate falls linearly from one to the other.
    window : int
        Largest distance between center and context word.
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
        1 for hierarchical softmax: besides the negatives, as in gensim, or with ``negative=0`` instead of them. It
        needs no sampler: the chances of all words add up to 1, by a binary tree of them, Huffman's.
        Not with `shards` or `client`.
    negative : int
        Number of negatives K for each positive pair. 0, with ``hs=1``, for none; `sampler` and `objective` then have no
        part.
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
        Which words to keep, see `build_vocab`.
    comment : str, optional
        Kept as an attribute, and saved.
    callbacks : sequence
        gensim's callback objects (``on_epoch_end(model)`` and so on), or functions of the model, called
        after every epoch. One that returns True ends the training.
    max_final_vocab : int, optional
        Raise `min_count` until at most so many words are left.
    phrases : int
        In how many passes words that often stand side by side are joined, such as ``new_york``; see `wordneg.Phrases`.
    phrase_threshold : float, optional
        The score that a phrase must exceed: by default 10, or .5 for "npmi".
    phrase_scoring : {"default", "npmi"}
        How phrases are scored.
    shards : int
        Cut the text into so many parts, each of which trains a replica of the vectors; these are merged again and
        again. The vectors are then the same, bit by bit, for any number of workers. Eight shards or fewer are about as
        good as one; from four on they take about twice the learning rate. See ``docs/distributed.md``.
    merge_every : int, optional
        How many words of its shard a replica trains on from one merge to the next; by default a tenth of the shard, but
        at most 250,000.
    shrink_windows : bool
        Draw each center's window from 1 … `window`, as word2vec does.
    preset : {"quality"}, optional
        Settings that a search found to be best, instead of gensim's defaults; settings given by name go before it. See
        `wordneg.word2vec.presets`.
    sampler : str, dict, class or instance, optional
        See `wordneg.samplers`; by default ``Unigram(ns_exponent)``.
    objective : str, dict, class or instance, optional
        See `wordneg.objectives`; by default the one that goes with the sampler, mostly "logistic".
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
        A file that `train` writes now and then, and at its end: what it needs to go on if the process is killed. It is
        loaded as a model is, and `resume` goes on with it.
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
        callbacks: Sequence[Any] | None = (),
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        encoding: str | None = None,
        unicode_errors: str | None = None,
        progress: bool | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: float = 10.0,
        client: Any = None,
        **settings: Any,
    ) -> None:
        if "batch_words" in settings:
            self.batch_words = settings["batch_words"]
        _refuse(settings)
        settings = self._named(positional, settings)
        if preset is not None:
            skip_gram = bool(settings.get("sg", Parameters.sg))
            settings = settings_of_preset(preset, skip_gram=skip_gram) | settings
        super().__init__(
            callbacks=callbacks,
            tokenizer=tokenizer,
            encoding=encoding,
            unicode_errors=unicode_errors,
            progress=progress,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
            **settings,
        )
        if sampler is not None and ns_exponent != _NS_EXPONENT:
            raise SettingError(
                "got ",
                Given("ns_exponent", ns_exponent),
                f' and a sampler; give the exponent to the sampler, as in sampler={{"name": "unigram", "exponent": '
                f"{ns_exponent}}}",
            )
        self.sampler = Unigram(ns_exponent) if sampler is None else sampler
        self.objective = objective
        if comment is not None:
            self.comment = comment
        self.client = client
        self._begin(sentences, corpus_file, trim_rule)

    @property
    def sampler(self) -> Sampler:
        """Where the negatives come from; may be set to whatever the constructor takes."""
        return self._sampler

    @sampler.setter
    def sampler(self, choice: Any) -> None:
        self._sampler: Sampler = SAMPLERS.resolve(choice)

    @property
    def objective(self) -> Objective:
        """What scores are pushed towards; may be set to whatever the constructor takes.

        Unless it is named, or after it is set to None, it is the one that goes with the sampler.
        """
        if self._objective is None:
            fitting: Objective = OBJECTIVES.resolve(self._sampler.default_objective)
            return fitting
        return self._objective

    @objective.setter
    def objective(self, choice: Any) -> None:
        self._objective: Objective | None = None if choice is None else OBJECTIVES.resolve(choice)

    @property
    def ns_exponent(self) -> float:
        """The exponent of the default sampler, `Unigram`; setting it makes that the sampler."""
        if not isinstance(self.sampler, Unigram):
            raise AttributeError(f"the sampler is {self.sampler!r}; ns_exponent is of the default sampler only")
        return self.sampler.exponent

    @ns_exponent.setter
    def ns_exponent(self, exponent: float) -> None:
        self.sampler = Unigram(exponent)

    @property
    def client(self) -> Any:
        """The client of the Dask cluster that trains, or None; not saved with the model, nor copied."""
        return self._client

    @client.setter
    def client(self, client: Any) -> None:
        if client is not None:
            check_client(client)
            if self.parameters.shards == 1:
                raise SettingError(
                    "got a client with ",
                    Given("shards", 1),
                    "; give as many shards as the cluster has threads, or a few, such as 8",
                )
        self._client = client

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: all but what is on a cluster."""
        state = self._state if self._client is None else replace(self._state, store=None)
        return vars(self) | {"_client": None, "_state": state}

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _LEFT_OUT or name == "hashfxn":
            _refuse({name: value})
        else:
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        drawn = f"sampler={self.sampler!r}, objective={self.objective!r}, "
        return (
            f"Word2Vec({self._in_words()}, {'hierarchical softmax, ' if self.parameters.hs else ''}"
            f"{drawn if self.parameters.negative else ''}{len(self.history)} epochs)"
        )

    def _in_words(self) -> str:
        kind = "skip-gram" if self.parameters.sg else "CBOW"
        return f"{kind}, {self._extent()}"

    # --- building and training --------------------------------------------------------------------

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        update: bool = False,
        progress_per: int = 10_000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
    ) -> None:
        """Read a corpus, count its words and start from fresh vectors; or, with `update`, add its words to those there.

        If this fails or is interrupted, the model stays as it was. `wv` stays the same object, with other words and
        vectors.

        Parameters
        ----------
        corpus_iterable : corpus or TokenStore
            Anything that the constructor takes, or a store made by `wordneg.encode`, which has applied the
            cut-offs already. It is kept for `train`.
        corpus_file : path
            A file, instead.
        update : bool
            Whether to keep words and vectors. New words that pass the cut-offs in this corpus get the numbers behind
            the others, in order of appearance, random input vectors and output vectors of 0; counts are added up.
            `train` then goes through this corpus alone: old words that occur in it move, and the others keep their
            input vectors, while the words around them change. Measured with skip-gram on 10 MB of Wikipedia and then
            10 MB from elsewhere in it (5 epochs each; medians of the cosine with the vector before): old words in the
            new text 0.86, with ``train(start_alpha=0.005)`` 0.99, others 1.00. Spearman's correlation on WordSim-353
            was 0.42 before, 0.56 after (0.46 with the low rate), 0.61 after training on both texts instead, and 0.53
            for a new model of both. If the old text still matters, give `train` both. With ``hs=1`` the old tree
            becomes a branch of the new one, so that its nodes keep what they have learned; gensim makes the tree anew,
            and its nodes then stand for other words. Ways to old words get longer by a node or two each time.
        progress_per, keep_raw_vocab
            Ignored; taken so that calls written for gensim run.
        trim_rule : callable, optional
            ``trim_rule(word, count, min_count)`` returns gensim's ``RULE_KEEP`` (2) or ``RULE_DISCARD`` (1) to keep or
            drop a word whatever its count, or ``RULE_DEFAULT`` (0).

        Raises
        ------
        TypeError, ValueError
            If there is no corpus, it is not made of token lists, no word is left, or nothing can be trained on it.
        RuntimeError
            If there are no words yet to be kept.
        """
        super().build_vocab(corpus_iterable, corpus_file, update, progress_per, keep_raw_vocab, trim_rule)

    def _fresh(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        store = self._read(corpus, trim_rule)
        return self._beginning(store.vocabulary, CorpusFacts.of(store), store)

    def _extended(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        known = self._checked("build_vocab(update=True)").vocabulary
        if isinstance(corpus, TokenStore):
            raise TypeError("got a store, whose words are fixed; with update=True, give the corpus itself")
        store = read_corpus(
            corpus, self.parameters, self._text, ahead=self._compile_ahead, trim_rule=trim_rule, vocabulary=known
        )
        return self._grown(store.vocabulary, CorpusFacts.of(store), store)

    def _read(self, corpus: Any, trim_rule: TrimRule | None) -> Any:
        if self.client is None or not lies_on_cluster(corpus):
            return super()._read(corpus, trim_rule)
        if trim_rule is not None:
            raise SettingError("got a trim_rule and a client, whose workers read the corpus; use min_count instead")
        return read_on_cluster(self.client, corpus, self._text, self.parameters)

    def prepare(self, corpus: Any) -> Any:
        """Return a corpus as `train` goes through it, see `Estimator.prepare`; with a client, paths are read there."""
        if isinstance(corpus, ClusterText) and corpus.vocabulary.words == self._built().vocabulary.words:
            return corpus
        if self.client is None or not lies_on_cluster(corpus):
            return super().prepare(corpus)
        return read_on_cluster(self.client, corpus, self._text, self.parameters, self._built().vocabulary)

    def _fixed(self) -> frozenset[str]:
        fixed = super()._fixed() - _FOR_GROWING
        return fixed.union(() if self._state.vocabulary is None else ("sg", "cbow_mean", "hs"))

    def _compile_ahead(self) -> None:
        """Compile the kernel, on a corpus without text."""
        vocabulary = Vocabulary(["a", "b"], np.ones(2, dtype=np.int64))
        weights = initialize(2, self.parameters.vector_size, 0)
        ways = ways_of(vocabulary.tree, weights.outputs) if self.parameters.hs else NO_WAYS
        counted = self.parameters.shards > 1
        parts = (vocabulary, weights, self.parameters, *self._choices())
        Replica(*parts, workers=1, chunk=1, counted=counted, ways=ways).compile()

    def _choices(self) -> tuple[Sampler, Objective]:
        """Return sampler and objective of a training; without negatives, the simplest, which have nothing to do."""
        return (self.sampler, self.objective) if self.parameters.negative else (Unigram(), Logistic())

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> tuple[int, int]:
        """Train, from the vectors as they are.

        Ctrl-C ends the training after the chunks in work and is then raised: the vectors trained so far are in the
        model, and `train` may be called again. `stop` ends it as well, with a warning.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus; words outside the vocabulary are dropped. By default the one of `build_vocab`.
        total_examples, total_words, word_count, queue_factor, report_delay
            Ignored; taken so that calls written for gensim run.
        epochs, start_alpha, end_alpha, compute_loss, callbacks
            By default the model's `epochs`, `alpha`, `min_alpha`, `compute_loss` and `callbacks`.

        Returns
        -------
        effective, raw : int
            Words trained on after subsampling, and before, over all epochs.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, no corpus to train on, or the model is being trained already.
        ValueError
            If the learning rate would rise.
        FloatingPointError
            If the loss becomes NaN or infinite.
        KeyboardInterrupt
            After Ctrl-C. Its attribute `model` is the model.
        """
        changes: dict[str, Any] = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha}
        changes["compute_loss"] = compute_loss
        parameters = replace(self.parameters, **{name: value for name, value in changes.items() if value is not None})
        with self._turn.taken("train"):
            store = self._corpus_of(one_corpus(corpus_iterable, corpus_file), "train")
            hooks = self._hooks(callbacks)
            self._take_checkpoint_path()
            begin = Pending(parameters.as_dict(), len(self.history), "", Position()._asdict(), {})
            done = self._training(lambda weights: self._train(store, weights, begin, hooks), parameters.epochs)
        effective, raw = sum(report.effective_words for report in done), sum(report.words for report in done)
        _tell_if_little_is_left(effective, raw, parameters.sample)
        return effective, raw

    def _go_on(self, pending: Pending, corpus: TokenStore, hooks: Callbacks) -> None:
        began, goes_on = (one.startswith(ON_CLUSTER) for one in (pending.corpus, corpus.fingerprint))
        if began != goes_on:
            readers = ("the workers of a cluster", "this process")
            raise ValueError(
                f"the checkpoint's training began with a text that {readers[not began]} read, but this one was read by "
                f"{readers[not goes_on]}; whether they are the same cannot be told: read it in the same way"
            )
        self._check_text(pending, corpus.fingerprint)
        self._state = replace(self._state, store=corpus)
        left = pending.parameters["epochs"] - pending.position["epoch"]
        self._training(lambda weights: self._train(corpus, weights, pending, hooks), left)

    def _train(self, store: TokenStore, weights: Weights, pending: Pending, hooks: Callbacks) -> list[EpochReport]:
        """Train weights from where a training is; return the reports of the epochs."""
        parameters = Parameters(**pending.parameters)
        here = Position(**{name: pending.position[name] for name in Position._fields})
        left = parameters.epochs - here.epoch
        locks = checked_locks(self.wv.vectors_lockf, len(store.vocabulary))
        sampler, objective = self._choices()
        ways, client = self._ways(), self.client

        def make(weights: Weights, sampler: Sampler, ways: Ways, locks: NDArray[np.float32] | None = None) -> Trainer:
            return make_trainer(store, weights, parameters, sampler, objective, client=client, locks=locks, ways=ways)

        trainer = make(weights, sampler, ways, locks)
        trainer.warn_if_poor(parameters.epochs)
        trained = any(report.words for report in self.history) or bool(pending.arrays)
        first_stage = FirstStage(sampler, store.vocabulary, weights, parameters, make, trained, ways)
        bar = TrainingBar(trainer.words * (first_stage.epochs + left), self._progress)
        timer = Timer(self.checkpoint_every)

        def keep(position: Position, *, complete: bool = False) -> None:
            facts = position._asdict() | {"complete": complete}
            arrays = {} if complete else trainer.memory()
            self._write_checkpoint(pending._replace(corpus=store.fingerprint, position=facts, arrays=arrays))
            timer.restart()

        with bar:
            probe(sampler, store.vocabulary, weights, parameters.negative)
            trainer.compile()
            if pending.arrays:
                trainer.remember(pending.arrays)
            else:
                first_stage.freeze(trainer, self._turn.asked, bar)
            reports = trainer.run(
                epochs=parameters.epochs,
                alpha=parameters.alpha,
                min_alpha=parameters.min_alpha,
                first_epoch=pending.first_epoch,
                interrupted=self._turn.asked,
                on_progress=bar.show,
                position=here,
                checkpoint=None if self.checkpoint is None else keep,
                due=timer.due,
            )
            done = self._follow(reports, hooks, bar, left)
        if self.checkpoint is not None and len(done) == left and done[-1].finished:
            keep(Position(parameters.epochs), complete=True)
        return done

    # --- results ----------------------------------------------------------------------------------

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
            As for the constructor; by default the model's own. Several are measured at the same positions.
        corpus : corpus or TokenStore, optional
            By default the one of `build_vocab`.
        positions : int
            How many positions.
        bias_words : int
            How many of the most frequent words the bias of the gradient is measured on.
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
        store = self._state.store if corpus is None else super().prepare(corpus)
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

    # --- files ------------------------------------------------------------------------------------

    def _own_metadata(self) -> dict[str, Any]:
        described = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        return described | ({"comment": self.comment} if isinstance(self.comment, str) else {})

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        locks = checked_locks(self.wv.vectors_lockf, len(self.wv))
        built = self._built()
        own: dict[str, NDArray[Any]] = {} if locks is None else {"locks": locks}
        if built.nodes is not None and built.tree is not None:
            own["nodes"] = built.nodes.values.astype(np.float32, copy=False)
            if built.tree is not built.vocabulary.tree:  # it has grown
                own |= {f"tree_{name}": values for name, values in built.tree._asdict().items()}
        return own

    def _restore_own(self, state: State, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> State:
        if "locks" in arrays and state.vectors is not None:
            state.vectors.vectors_lockf = arrays["locks"]
        if self.parameters.hs:
            if arrays["nodes"].shape != arrays["outputs"].shape:
                raise TypeError(f"nodes are of shape {arrays['nodes'].shape}, expected {arrays['outputs'].shape}")
            if "tree_points" in arrays and state.vectors is not None:
                ways = (arrays[f"tree_{name}"] for name in HuffmanTree._fields)
                tree = HuffmanTree.checked(len(state.vectors), *ways)
                state.vectors._words.tree = tree
                state = replace(state, tree=tree)
            return replace(state, nodes=TrainableMatrix(arrays["nodes"]))
        return state

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        mmap: str | None = None,
        *,
        sampler: Any = None,
        objective: Any = None,
        progress: bool | None = None,
    ) -> Self:
        """Return a model that was saved; it can be asked, and trained on with a corpus.

        Parameters
        ----------
        path : path
            The file.
        mmap : str, optional
            Without effect; taken so that calls written for gensim run.
        sampler, objective : optional
            Instead of the saved ones: needed where these are not known by name here.
        progress : bool, optional
            Whether to show a bar when training goes on.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a model, damaged or cut short, or its sampler is not known by name.
        """
        return cls._load(
            path,
            lambda metadata: {
                "sampler": sampler or metadata["sampler"],
                "objective": objective or metadata["objective"],
                "progress": progress,
                "comment": metadata.get("comment"),
            },
        )


def _tell_if_little_is_left(effective: int, raw: int, sample: float) -> None:
    """Warn if subsampling has left next to nothing of the words; of fewer than `_LITTLE`, none is left by chance."""
    if raw >= _LITTLE and effective * _LITTLE < raw:
        warnings.warn(
            f"subsampling left {effective:,} of {raw:,} words to train on, because a few words make up most of the "
            f"text; raise sample={sample:g}, or switch it off with sample=0",
            stacklevel=3,
        )


def _refuse(settings: dict[str, Any]) -> None:
    """Take gensim's settings that have no counterpart out of the settings, or refuse them."""
    for name in [*settings.keys() & _LEFT_OUT.keys()]:
        harmless, why = _LEFT_OUT[name]
        if (value := settings.pop(name)) != harmless:
            raise SettingError("got ", Given(name, value), f", which wordneg does not have: {why}")
    for name in [*settings.keys() & _WITHOUT_EFFECT.keys()]:
        default, why = _WITHOUT_EFFECT[name]
        if settings.pop(name) != default:
            warnings.warn(f"{name} has no effect: {why}", stacklevel=3)
