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
        A list has a row for each of its samplers. A dict is one sampler: ``{"name": "dns", "candidates": 64}``.
    objectives : str, dict, class, instance, or list of these, optional
        The objectives, given like samplers. By default, each sampler's own default objective.
    rows : mapping of str to mapping, optional
        The settings of each row by its label, in place of samplers, objectives and `options`. Use it for rows that are
        not all combinations of some values: ``{"narrow": {"sampler": "dns", "window": 2}, "wide": {"window": 10}}``.
        ``"trainer"`` names another trainer than `Word2Vec`: "gensim", "wordrank", "all-vec", "closed-form", or
        "outside" with its ``"vectors"``.
    seeds : int or sequence of int
        The number of seeds (1, 2, …), or the seeds themselves. With a single seed there are no intervals over seeds,
        and the result says so.
    epochs : int or list of int, optional
        Passes over the text, by default 5; with a budget other than "epochs", those of the baseline alone.
    tune : str, sequence of str, or mapping, optional
        What is tuned for each row first, see `wordneg.comparison.tuning`. This is one numeric argument of `Word2Vec`,
        such as "alpha", or several settings by name, also of the sampler or objective: ``{"alpha": "auto",
        "sampler.candidates": [8, 32], "sample": (1e-5, 1e-3)}``. A list has the values to try. A tuple, or
        ``"1e-5..1e-3"``, is a range on a logarithmic axis. "auto" or None is a range around the row's own value, up to
        a factor of 8, or 4 for whole numbers; a list of names means "auto" for each. All rows have the same number of
        trials. The baseline begins with its own values, the others with what was found for the baseline; a row keeps
        these unless others are better by more than noise. A row that lacks one of the settings is tuned in the others.
        With None nothing is tuned, and the result says so.
    tune_by : {"held-out", "benchmarks"}, optional
        What decides which values are best: neighbors in the held-out text, the default, see
        `wordneg.comparison.neighbors`; or the mean of the benchmarks that have enough items (Spearman's correlation,
        accuracy, NDCG), the default if nothing is held out. Neighbors have far less noise on short texts. Rows are
        tuned by one half of the held-out text, or of each benchmark's items, and scored on the other half, see
        ``wordneg.comparison.halves``.
    tune_words : int, optional
        Number of words that the tuning of a row may train on. By default, this is half as many again as its runs, but
        on a short text up to four million for each training, over all epochs. The prefix is as long as 15 trainings
        allow; on a short prefix, too high a rate looks best.
    budget : {"epochs", "time", "candidates"}
        What is equal for all rows: epochs; wall-clock time, by the speed of each row, measured on the prefix; or the
        number of scores of positives, negatives and searched candidates. Epochs are whole numbers, so time and scores
        are equal up to rounding. The first stage of a staged sampler counts as training time, as does the counting
        of co-occurrences. Methods that train on them have no scores to count, and the time of ClosedForm cannot
        be chosen.
    baseline : str, optional
        The label of the row that others are compared with; by default the first.
    benchmarks : list of str, path, WordPairs, Analogies or NextItem, optional
        What vectors are scored on. By default all named benchmarks that are at hand; an empty list for none. For
        sessions, walks and other sequences of items there are ``"next-item"`` and ``"next-item-outputs"``, which need
        no file but held-out text, see `wordneg.comparison.NextItem`.
    folder : path, optional
        A folder with further benchmark files.
    held_out : float, optional
        The share of the text, at its end, that is kept out of training. In it, neighbors are told from other words, see
        `wordneg.comparison.neighbors`, and the log-likelihood is measured, see `wordneg.comparison.heldout`. With None
        nothing is held out.
    extra : mapping of str to path or vectors, optional
        Vectors from outside as rows, by label: files, ``KeyedVectors``, ``WordVectors``.
    gensim : bool
        Whether gensim's own trainer is a row, too, with the first row's arguments.
    wordrank : bool, mapping or list of mappings
        Whether `WordRank` is a row, too: True, or a dict of its settings such as ``{"epochs": 30, "window": 10}``; a
        list of dicts makes a row of each. Words, dimensions and workers are the same as the first row's; all else,
        window and epochs included, is WordRank's own. With ``tune="alpha"`` its
        `learning_rate` is tuned around its own value.
    all_vec, closed_form : bool, mapping or list of mappings
        Whether `AllVec` and `ClosedForm` are rows, too; given as for `wordrank`. Nothing of them is tuned. ClosedForm
        has one run, as no seed changes it.
    out : path, optional
        A folder for the results; each result is written as soon as it is there. If the folder already holds a
        comparison on the same text, that comparison goes on: the result has the old rows, seeds and benchmarks and the
        new ones, and what is missing is made. Vectors are not kept, so a run without a score on a new benchmark is
        trained once more. By default a temporary folder, which is removed with the result.
    executor : object, optional
        Anything with ``submit(function, argument)`` that returns an object with ``result()``: a process pool, Dask's
        client. It must see the folder of the results. By default runs are made one after the other, in this process.
    progress : bool, optional
        Whether to show a progress bar; by default if standard error is a terminal, and in notebooks.
    command : str, optional
        How to repeat this, for the report; by default the call.
    **options
        Other arguments of `Word2Vec`. A list has a row for each of its values. Arguments that decide the vocabulary
        (such as `min_count`) cannot be lists.

    Returns
    -------
    Comparison
        If interrupted by Ctrl-C, with the runs finished so far, and a warning.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong kind or out of range; if no sampler has a name that was given, or the
        list of samplers is empty; if vectors of `extra` are damaged; if there is no benchmark to tune by; or if `out`
        holds another comparison.
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
