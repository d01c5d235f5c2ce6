"""`compare`: settings × seeds, trained, measured and gathered."""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wordneg import corpora
from wordneg.common.progress import Bar
from wordneg.comparison.choices import Choices, check_rows
from wordneg.comparison.executing import checked_executor
from wordneg.comparison.experiment import RUNS, Experiment
from wordneg.comparison.folder import Folder
from wordneg.comparison.heldout import Yardstick, split
from wordneg.comparison.outside import check_extra, read_extra
from wordneg.comparison.planning import Plan, Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.running import forget
from wordneg.comparison.scoring import check_benchmarks, read_benchmarks
from wordneg.comparison.session import TEXT, Session, all_words
from wordneg.comparison.settings import CORPUS_OPTIONS, Setting, make_settings
from wordneg.evaluation import Vectors
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore

__all__ = ["DEFAULT_SAMPLERS", "check_arguments", "compare", "encoded", "prepared"]

DEFAULT_SAMPLERS = ("unigram", "adaptive", "dns", "optrank")


def compare(
    corpus: Any,
    samplers: Any = DEFAULT_SAMPLERS,
    objectives: Any = None,
    *,
    seeds: int | Sequence[int] = 5,
    epochs: int | Sequence[int] = 5,
    tune: str | None = "alpha",
    tune_by: str = "benchmarks",
    tune_words: int | None = None,
    budget: str = "epochs",
    baseline: str | None = None,
    benchmarks: Any = None,
    folder: str | os.PathLike[str] | None = None,
    held_out: float | None = 0.02,
    extra: Mapping[str, Any] | None = None,
    gensim: bool = False,
    wordrank: bool | Mapping[str, Any] | Sequence[Mapping[str, Any]] = False,
    out: str | os.PathLike[str] | None = None,
    executor: Any = None,
    progress: bool | None = None,
    command: str | None = None,
    **options: Any,
) -> Comparison:
    """Compare samplers, objectives or any other settings: train each with several seeds, and measure.

    Parameters
    ----------
    corpus : corpus or TokenStore
        Anything that `Word2Vec` takes; it is encoded once.
    samplers : str, dict, class, instance, or list of these
        A list is an axis, each element a sampler. A dict is one sampler: ``{"name": "dns", "candidates": 64}``.
    objectives : str, dict, class, instance, or list of these, optional
        By default the one that goes with each sampler.
    seeds : int or sequence of int
        How many (1, 2, …), or which. With a single one there are no intervals over seeds, and the result says so.
    epochs : int or list of int
        Of each setting; of the baseline, where another budget than "epochs" decides those of the others.
    tune : str, optional
        A numeric argument of `Word2Vec`, such as "alpha", of which each setting gets its own best value first, see
        `wordneg.comparison.tuning`. None: no tuning, and the result says so.
    tune_by : {"benchmarks", "held-out"}
        Best by the mean of the benchmarks (Spearman's correlation, accuracy), or by the log-likelihood of the
        held-out text. Either is also reported, on the whole text with other seeds; the result says that, too.
    tune_words : int, optional
        What the tuning of a setting may train on, in all; by default as much as its runs. The prefix is as
        long as six trainings allow; on a short one too high a rate looks best.
    budget : {"epochs", "time", "candidates"}
        What all settings have the same of: epochs; wall-clock time, by the speed of each, measured on the prefix; or
        scores of positives, negatives and searched candidates. Epochs are whole numbers, so that time and scores
        are the same but for rounding. The first stage of a staged sampler counts in its time, as does WordRank's
        counting of co-occurrences; WordRank has no scores to count.
    baseline : str, optional
        Label of the row that others are compared with; by default the first.
    benchmarks : list of str, path, WordPairs or Analogies, optional
        By default all named ones that are at hand; an empty list for none.
    folder : path, optional
        A folder with further benchmark files.
    held_out : float, optional
        Share of the text, at its end, that is kept out of training for its log-likelihood, see
        `wordneg.comparison.heldout`. None: nothing is held out.
    extra : mapping of str to path or vectors, optional
        Vectors from outside as rows: files, ``KeyedVectors``, ``WordVectors``, by label.
    gensim : bool
        Whether gensim's own trainer is a row, too, at the first setting's arguments.
    wordrank : bool, mapping or list of mappings
        Whether `WordRank` is a row, too: True, or a dict of its settings such as ``{"epochs": 30, "window": 10}``; a
        list of dicts makes a row of each. Words, dimensions and workers are those of the first setting; the rest,
        window and epochs included, is WordRank's own. With ``tune="alpha"`` its `learning_rate` is tuned.
    out : path, optional
        A folder for the results; each is written when it is there. If it holds the same comparison already, that goes
        on where it stopped. By default a temporary one, which vanishes with the result.
    executor : object, optional
        Anything with ``submit(function, argument)`` that returns an object with ``result()``: a process pool, Dask's
        client. It must see the folder of the results. By default runs are made one after the other, in this process.
    progress : bool, optional
        Whether to show a bar over all runs; by default if standard error is a terminal, and in notebooks.
    command : str, optional
        How to repeat this, for the report; by default the call.
    **options
        Other arguments of `Word2Vec`. A value that is a list is an axis; those that decide the vocabulary (such as
        `min_count`) cannot be.

    Returns
    -------
    Comparison
        Also if interrupted by Ctrl-C: with the runs finished so far, and a warning.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong kind or out of range, the list of samplers is empty, a sampler has no
        such name; vectors of `extra` are damaged; there is no benchmark to tune by; or `out` holds another comparison.
    KeyboardInterrupt
        If interrupted before a run was finished.
    OSError
        If the corpus or a file of `extra` or `benchmarks` cannot be read, or the results cannot be written.

    Notes
    -----
    What is wrong is told before the corpus is opened, if that can be told without it: arguments, benchmarks, vectors
    from outside, the folder. A run that fails is a row that says why, not the end of the others.
    """
    given = {name: value for name, value in locals().items() if name != "options"} | options
    checked_executor(executor)
    begin = time.perf_counter()
    request, place = prepared(
        samplers,
        objectives,
        seeds=seeds,
        tune=tune,
        tune_by=tune_by,
        tune_words=tune_words,
        budget=budget,
        held_out=held_out,
        gensim=gensim,
        wordrank=wordrank,
        baseline=baseline,
        benchmarks=benchmarks,
        folder=folder,
        extra=extra,
        epochs=epochs,
        out=out,
        command=_call(given) if command is None else command,
        **options,
    )
    finished = set() if place is None else {label for label, _ in place.finished()}
    outside = read_extra({label: source for label, source in request.extra.items() if label not in finished})
    store = encoded(corpus, options)
    training, text = split(store, held_out) if held_out else (store, None)
    plan = Plan(
        request=request,
        benchmarks=request.benchmarks.with_words(store.vocabulary),
        training=training,
        name=store.name or "corpus",
        fingerprint=store.fingerprint,
        seconds=time.perf_counter() - begin,
    )
    _check_text(plan, text)
    if place is None:
        place = Folder(Path(tempfile.mkdtemp(prefix="wordneg-")), request.as_json())
    try:
        experiment = _made(plan, place, text, outside, executor, progress)
    except BaseException:
        if out is None:
            shutil.rmtree(place.path, ignore_errors=True)
        raise
    comparison = Comparison(experiment, temporary=out is None)
    if comparison.missing:
        hint = "give it an `out` folder next time" if out is None else f"the same call with out={str(out)!r} goes on"
        warnings.warn(
            f"the comparison was interrupted after {len(comparison.runs)} runs, with {comparison.missing} to be made; "
            f"{hint}",
            stacklevel=2,
        )
    return comparison


def prepared(
    samplers: Any,
    objectives: Any = None,
    *,
    out: str | os.PathLike[str] | None,
    command: str,
    **options: Any,
) -> tuple[Request, Folder | None]:
    """Return what is asked for, and the folder for it if one is given; raise as `compare` does without the corpus.

    Benchmarks are read, those with a name are downloaded if need be; nothing is written.

    Parameters
    ----------
    samplers, objectives, out, command
        See `compare`.
    **options
        The other arguments of `check_arguments`.
    """
    choices, settings, rows, baseline = check_arguments(samplers, objectives, **options)
    benchmarks = read_benchmarks(options.get("benchmarks"), options.get("folder"))
    request = Request(choices, tuple(settings), rows, baseline, benchmarks, command)
    return request, None if out is None else Folder(Path(out), request.as_json())


def _check_text(plan: Plan, text: TokenStore | None) -> None:
    """Complain before anything is trained.

    Raises
    ------
    ValueError
        If there is too little text to hold out, or no benchmark to tune by has its words.
    """
    if text is not None:
        Yardstick.of(text, plan.request.reference.parameters.window)
    if plan.request.choices.needs_benchmarks:
        plan.benchmarks.require_some()


def _made(
    plan: Plan,
    place: Folder,
    text: TokenStore | None,
    outside: dict[str, Vectors],
    executor: Any,
    progress: bool | None,
) -> Experiment:
    """Make the comparison in a folder, and return it; an interruption is its end, if there is a run."""
    place.begin(plan.corpus)
    try:
        with Bar(all_words(plan), progress) as bar:
            Session(plan, place, text, outside, executor, bar).make()
    except KeyboardInterrupt:
        if not any((place.path / RUNS).glob("*.json")):
            raise
    finally:
        forget()
        shutil.rmtree(place.path / TEXT, ignore_errors=True)
    return Experiment.open(place.path)


def check_arguments(
    samplers: Any,
    objectives: Any = None,
    *,
    seeds: int | Sequence[int] = 5,
    tune: str | None = "alpha",
    tune_by: str = "benchmarks",
    tune_words: int | None = None,
    budget: str = "epochs",
    held_out: float | None = 0.02,
    gensim: bool = False,
    wordrank: bool | Mapping[str, Any] | Sequence[Mapping[str, Any]] = False,
    baseline: str | None = None,
    benchmarks: Any = None,
    folder: str | os.PathLike[str] | None = None,
    extra: Mapping[str, Any] | None = None,
    **options: Any,
) -> tuple[Choices, list[Setting], dict[str, Any], str]:
    """Return choices, settings, rows from outside and baseline; raise as `compare` does, before there is a corpus.

    Parameters
    ----------
    samplers, objectives, seeds, tune, tune_by, tune_words, budget, held_out, gensim, wordrank
        See `compare`.
    baseline, benchmarks, folder, extra
        See `compare`.
    **options
        Arguments of `Word2Vec`.
    """
    choices = Choices.of(seeds, budget, tune, tune_by, tune_words, held_out)
    settings = make_settings(samplers, objectives, options, gensim=gensim, wordrank=wordrank)
    if extra is not None and not isinstance(extra, Mapping):
        raise TypeError(f"got extra={extra!r}, expected a dict from label to vectors or their path")
    rows = dict(extra or {})
    baseline = settings[0].label if baseline is None else baseline
    check_rows(choices, settings, rows, baseline)
    check_extra(rows)
    check_benchmarks(benchmarks, folder, needed=choices.needs_benchmarks)
    return choices, settings, rows, baseline


def encoded(corpus: Any, options: Mapping[str, Any]) -> TokenStore:
    """Return a corpus as a store, with those arguments of `Word2Vec` that decide its vocabulary."""
    if isinstance(corpus, TokenStore):
        return corpus
    chosen = {name: options[name] for name in CORPUS_OPTIONS if name in options}
    if "sorted_vocab" in chosen:
        chosen["sorted_vocab"] = bool(chosen["sorted_vocab"])
    return encode(corpus, **chosen)


def _call(given: Mapping[str, Any]) -> str:
    """Return the call of `compare` that these arguments make, defaults left out."""
    defaults = {name: parameter.default for name, parameter in inspect.signature(compare).parameters.items()}
    silent = {"corpus", "out", "executor", "progress", "command"}
    corpus = given["corpus"] if isinstance(given["corpus"], str | os.PathLike) else getattr(given["corpus"], "name", "")
    text = f"corpora.load({corpus!r})" if corpus in corpora.names() else repr(str(corpus or "…"))
    said = [
        f"{name}={value!r}"
        for name, value in given.items()
        if name not in silent and not (name in defaults and defaults[name] is value)
    ]
    return f"wordneg.compare({', '.join([text, *said])})"
