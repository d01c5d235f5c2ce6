"""`compare`: rows × seeds, trained, measured and gathered."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from typing import Any

from wordneg import corpora
from wordneg.comparison.making import make
from wordneg.comparison.plan import source_of
from wordneg.comparison.request import DEFAULT_SAMPLERS, Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.tasks import checked_executor
from wordneg.comparison.trainers import TEXT_OPTIONS

__all__ = ["call_of", "compare"]


def compare(
    corpus: Any,
    samplers: Any = DEFAULT_SAMPLERS,
    objectives: Any = None,
    *,
    rows: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] = 5,
    epochs: int | Sequence[int] | None = None,
    tune: str | Sequence[str] | Mapping[str, Any] | None = "alpha",
    tune_by: str | None = None,
    tune_words: int | None = None,
    budget: str = "epochs",
    baseline: str | None = None,
    benchmarks: Any = None,
    folder: str | os.PathLike[str] | None = None,
    held_out: float | None = 0.05,
    extra: Mapping[str, Any] | None = None,
    gensim: bool = False,
    wordrank: bool | Mapping[str, Any] | Sequence[Mapping[str, Any]] = False,
    all_vec: bool | Mapping[str, Any] | Sequence[Mapping[str, Any]] = False,
    closed_form: bool | Mapping[str, Any] | Sequence[Mapping[str, Any]] = False,
    out: str | os.PathLike[str] | None = None,
    executor: Any = None,
    progress: bool | None = None,
    command: str | None = None,
    **options: Any,
) -> Comparison:
    """Compare samplers, objectives or other settings: train each with several seeds, and score the vectors.

    Parameters
    ----------
    corpus : corpus or TokenStore
        Anything that `Word2Vec` takes; it is encoded once.
    samplers : str, dict, class, instance, or list of these
        A list is an axis, each element a sampler. A dict is one sampler: ``{"name": "dns", "candidates": 64}``.
    objectives : str, dict, class, instance, or list of these, optional
        By default the one that goes with each sampler.
    rows : mapping of str to mapping, optional
        Instead of samplers, objectives and `options`: the settings of each row by its label, for rows that are not all
        combinations of some values, ``{"narrow": {"sampler": "dns", "window": 2}, "wide": {"window": 10}}``.
        ``"trainer"`` names another trainer than `Word2Vec`: "gensim", "wordrank", "all-vec", "closed-form", or
        "outside" with its ``"vectors"``.
    seeds : int or sequence of int
        How many (1, 2, …), or which. With a single one there are no intervals over seeds, and the result says so.
    epochs : int or list of int, optional
        Passes over the text of each setting, by default 5; with a budget other than "epochs", only of the baseline.
    tune : str, sequence of str, or mapping, optional
        What is tuned for each setting first, see `wordneg.comparison.tuning`: a numeric argument of `Word2Vec`, such as
        "alpha". Or several, also of the sampler or objective, by name: ``{"alpha": "auto", "sampler.candidates": [8,
        32], "sample": (1e-5, 1e-3)}``. A list has the values to try; a tuple, or ``"1e-5..1e-3"``, is a range on a
        logarithmic axis; "auto" or None is a range around the row's own value, up to a factor of 8, or 4 for whole
        numbers. Names in a list are "auto". All rows have the same number of trials, their own values among
        them, which they keep unless others are better by more than noise; a row that lacks one of the settings is
        tuned in the others. None: no tuning, and the result says so.
    tune_by : {"held-out", "benchmarks"}, optional
        What the best values are best by: neighbors in the held-out text, the default, see
        `wordneg.comparison.neighbors`; or the mean of the benchmarks that have enough items (Spearman's correlation,
        accuracy, NDCG), the default where nothing is held out. Neighbors have far less noise on short texts. What is
        tuned by is not reported: rows are tuned by one half of the held-out text, or of each benchmark's items, and
        scored on the other, see ``wordneg.comparison.halves``.
    tune_words : int, optional
        Number of words that the tuning of a setting may train on; by default half as many again as its runs, but on a
        short text up to four million, over all epochs, for each training. The prefix is as long as 15 trainings allow;
        on a short one too high a rate looks best.
    budget : {"epochs", "time", "candidates"}
        What is equal for all settings: epochs; wall-clock time, by the speed of each, measured on the prefix; or
        scores of positives, negatives and searched candidates. Epochs are whole numbers, so that time and scores
        are equal up to rounding. The first stage of a staged sampler counts as training time, as does the counting
        of co-occurrences. Methods that are trained on them have no scores to count, and ClosedForm takes the time that
        it takes.
    baseline : str, optional
        The label of the row that others are compared with; by default the first.
    benchmarks : list of str, path, WordPairs, Analogies or NextItem, optional
        What vectors are scored on. By default all named benchmarks that are at hand; an empty list for none. For
        sessions, walks and other sequences of items there are ``"next-item"`` and ``"next-item-outputs"``, which need
        no file but held-out text, see `wordneg.comparison.NextItem`.
    folder : path, optional
        A folder with further benchmark files.
    held_out : float, optional
        The share of the text, at its end, that is kept out of training to tell neighbors in it from other words, see
        `wordneg.comparison.neighbors`, and to measure its log-likelihood, see `wordneg.comparison.heldout`. None:
        nothing is held out.
    extra : mapping of str to path or vectors, optional
        Vectors from outside as rows, by label: files, ``KeyedVectors``, ``WordVectors``.
    gensim : bool
        Whether gensim's own trainer is a row, too, with the first setting's arguments.
    wordrank : bool, mapping or list of mappings
        Whether `WordRank` is a row, too: True, or a dict of its settings such as ``{"epochs": 30, "window": 10}``; a
        list of dicts makes a row of each. Words, dimensions and workers are the first setting's; the rest, window
        and epochs included, is WordRank's own. With ``tune="alpha"`` its `learning_rate` is tuned around its own value.
    all_vec, closed_form : bool, mapping or list of mappings
        Likewise for `AllVec` and `ClosedForm`, of which nothing is tuned. ClosedForm has one run, as no seed changes
        it.
    out : path, optional
        A folder for the results; each is written as soon as it is there. If the folder holds a comparison on the same
        text already, that goes on: the result has the rows, seeds and benchmarks that are there and those asked for
        now, and what is missing is made. A run without a score on a benchmark that is new is trained once more, as
        vectors are not kept. By default a temporary folder, which is removed with the result.
    executor : object, optional
        Anything with ``submit(function, argument)`` that returns an object with ``result()``: a process pool, Dask's
        client. It must see the folder of the results. By default runs are made one after the other, in this process.
    progress : bool, optional
        Whether to show a progress bar; by default if standard error is a terminal, and in notebooks.
    command : str, optional
        How to repeat this, for the report; by default the call.
    **options
        Other arguments of `Word2Vec`. A value that is a list is an axis, but arguments that decide the vocabulary
        (such as `min_count`) cannot be lists.

    Returns
    -------
    Comparison
        If interrupted by Ctrl-C, with the runs finished so far, and a warning.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong kind or out of range, the list of samplers is empty, a sampler has no
        such name; vectors of `extra` are damaged; there is no benchmark to tune by; or `out` holds another comparison.
    KeyboardInterrupt
        If interrupted before a run was finished.
    OSError
        If the corpus or a file of `extra` or `benchmarks` cannot be read, or the results cannot be written; or
        another process writes into `out`.

    Notes
    -----
    Errors that can be found without the text (arguments, benchmarks, vectors from outside, the folder) are raised
    before it is opened. A run that fails becomes a row that says why; the others go on.
    """
    given = {name: value for name, value in locals().items() if name != "options"} | options
    checked_executor(executor)
    own = ("corpus", "out", "executor", "progress", "options")
    asked = {name: value for name, value in given.items() if name not in own}
    asked |= {"command": call_of(given) if command is None else command, "source": source_of(corpus, options)}
    if epochs is None:
        del asked["epochs"]
    text = {name: options[name] for name in TEXT_OPTIONS if name in options}
    return make(Request.of(**asked), corpus, text=text, out=out, executor=executor, progress=progress)


def call_of(given: Mapping[str, Any]) -> str:
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
