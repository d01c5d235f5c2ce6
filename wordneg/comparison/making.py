"""The making of a comparison: tuning, budget and runs, from what was asked for to what is on the disk."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from wordneg import evaluation
from wordneg.common.machine import machine, versions
from wordneg.common.progress import Bar
from wordneg.comparison.benchmarks import Benchmarks, read_benchmarks
from wordneg.comparison.heldout import FULL, split
from wordneg.comparison.records import HELD_OUT, NEIGHBORS, Protocol, Run, Tuning
from wordneg.comparison.request import LEAST_PREFIX, TRIES, Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.store import RUNS, Store
from wordneg.comparison.tasks import TEXT, Setup, gather, probe, run, tune
from wordneg.comparison.trainers import VOCABULARY_OPTIONS, Trainer
from wordneg.comparison.tuning import CLEAR, COARSE, FINE, SEEDS, SHARES, SURE, TUNING_SEED, draws
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore

__all__ = ["Making", "encoded", "fair_epochs", "make", "prepared"]

_CHEAP = 4_000_000
"""Words that a training of tuning may take, over all its epochs, whatever the runs take."""

_OF_RUNS = 1.5
"""Words that the tuning of a row may take, as a multiple of what its runs take."""

_Send = Callable[[partial[Any]], Any]
_Pace = tuple[float, float] | None


def make(
    request: Request,
    corpus: Any,
    *,
    text: Mapping[str, Any] | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Any = None,
    progress: bool | None = None,
) -> Comparison:
    """Make the comparison that was asked for, see `compare`; `text` are those of `TEXT_OPTIONS` that are given."""
    begin = time.perf_counter()
    with Bar(0, progress, "reading the benchmarks"):
        request, benchmarks = prepared(request, out)
    store = Store(Path(tempfile.mkdtemp(prefix="wordneg-") if out is None else out))
    try:
        with store.locked():
            making = Making(request, benchmarks, corpus, text, store, progress, begin)
            comparison = making.make(executor, progress)
    except BaseException:
        if out is None:
            shutil.rmtree(store.path, ignore_errors=True)
        raise
    if comparison.missing:
        hint = "give it an `out` folder next time" if out is None else f"the same call with out={str(out)!r} goes on"
        warnings.warn(
            f"the comparison was interrupted after {len(comparison.runs)} runs, with {comparison.missing} to be made; "
            f"{hint}",
            stacklevel=3,
        )
    return comparison.vanishing() if out is None else comparison


def prepared(request: Request, out: str | os.PathLike[str] | None) -> tuple[Request, Benchmarks]:
    """Return what is asked for, together with what the folder holds, and the benchmarks, read; nothing is written.

    Benchmarks, and a folder that holds something else, raise what they raise in `compare`.
    """
    benchmarks = read_benchmarks(request.benchmarks, request.folder, needed=request.needs_benchmarks)
    request = replace(request, benchmarks=benchmarks.names)
    return (request if out is None else Store(Path(out)).check(request)), benchmarks


def encoded(request: Request, corpus: Any, text: Mapping[str, Any] | None = None) -> TokenStore:
    """Return a corpus as a store, with the settings of the rows that decide its vocabulary."""
    if isinstance(corpus, TokenStore):
        return corpus
    first = request.trainers[0]
    chosen = {name: first.value(name) for name in VOCABULARY_OPTIONS}
    return encode(corpus, **text or {}, **chosen | {"sorted_vocab": bool(chosen["sorted_vocab"])})


class Making:
    """The making of a comparison in a folder, whose text is read and whose benchmarks are looked up.

    Attributes
    ----------
    request : Request
        What was asked for.
    begun : Comparison or None
        What the folder holds already.
    rows : list of Trainer
        The rows with all that they read; rows of given vectors are dropped when they are scored, since they take room.
    setup : Setup
        What tasks share.
    """

    def __init__(
        self,
        request: Request,
        benchmarks: Benchmarks,
        corpus: Any,
        text: Mapping[str, Any] | None,
        store: Store,
        progress: bool | None,
        begin: float,
    ) -> None:
        store.check(request)  # once more, as somebody may have been there in between
        self.request = request
        self.begun = replace(Comparison.open(store.path), request=request) if store.is_begun() else None
        finished = set() if self.begun is None else {label for label, _ in self.begun.finished()}
        with Bar(0, progress, "reading the text"):
            self.rows = [row.prepared() if row.label not in finished else row for row in request.trainers]
            whole = encoded(request, corpus, text)
            training, held_out = split(whole, request.held_out) if request.held_out else (whole, None)
        self._name, self._fingerprint = whole.name or "corpus", whole.fingerprint
        with Bar(0, progress, "looking up the benchmarks"):
            window, tune_by = request.reference.parameters.window, request.tune_by if request.tuned else None
            self.setup = Setup(store, training, held_out, benchmarks, window, tune_by)
        self._preparing = time.perf_counter() - begin

    # --- how much ---------------------------------------------------------------------------------------

    @property
    def _words(self) -> int:
        return len(self.setup.training.tokens)

    @property
    def tuning_words(self) -> int:
        """Words that the tuning of a row may take: the given number, or `_OF_RUNS` times as many as its runs.

        No fewer, since on a short prefix too high a rate looks best; and up to `_CHEAP` words for each training, where
        a text is short.
        """
        if self.request.tune_words is not None:
            return self.request.tune_words
        if self.begun is not None and self.begun.protocol.tuning_words is not None:
            return self.begun.protocol.tuning_words  # the same for all rows, however many seeds and rows there are now
        words = max(int(_OF_RUNS * self._words * len(self.request.seeds)) // TRIES, _CHEAP // self.request.epochs)
        return min(self._words, words) * TRIES * self.request.epochs

    @property
    def prefix(self) -> int:
        """Words of the text that tuning trains on."""
        if self.begun is not None and self.begun.protocol.prefix is not None:
            return self.begun.protocol.prefix
        return min(self._words, max(self.tuning_words // (TRIES * self.request.epochs), LEAST_PREFIX))

    @property
    def _all_words(self) -> int:
        """Words of all trainings at most, for the bar."""
        epochs = sum(row.epochs for row in self.rows)
        tuning = self.prefix * TRIES * epochs if self.request.tuned else 0
        return self._words * epochs * len(self.request.seeds) + tuning

    # --- what is done -----------------------------------------------------------------------------------

    @property
    def _corpus(self) -> str:
        return f"{self._name} ({self._fingerprint[:12]})"

    def make(self, executor: Any, progress: bool | None) -> Comparison:
        """Do what is not done yet, here or by an executor; an interruption is the end of it, if there is a run.

        Raises
        ------
        ValueError, OSError
            If the folder holds a comparison on another text, or cannot be written to.
        """
        store = self.setup.store
        shutil.rmtree(store.path / TEXT, ignore_errors=True)  # of a process that was killed
        if self.begun is not None:
            store.check_corpus(self._corpus)
        self._write_header({} if self.begun is None else self.begun.epochs)
        try:
            with Bar(self._all_words, progress) as bar:
                self._make(bar, None if executor is None else self.setup.sender(executor))
        except KeyboardInterrupt:
            if not any((store.path / RUNS).glob("*.json")):
                raise
        finally:
            shutil.rmtree(store.path / TEXT, ignore_errors=True)
        return Comparison.open(store.path)

    def _make(self, bar: Bar, send: _Send | None) -> None:
        finished = {} if self.begun is None else self.begun.finished()
        seeds = {seed: None for row in self.rows for seed in self.request.seeds_of(row.label)}
        missing = [
            (row, seed)  # all rows with the first seed, then with the next
            for seed in seeds
            for row in self.rows
            if seed in self.request.seeds_of(row.label) and (row.label, seed) not in finished
        ]
        self._run([(row, seed) for row, seed in missing if row.here], bar, None)
        missing = [(row, seed) for row, seed in missing if not row.here]
        self.rows[:] = [row for row in self.rows if not row.here]
        planned = {} if self.begun is None else self.begun.epochs
        if missing or not planned:
            tuned = self._tuned(bar, send)
            if any(row.label not in planned for row in tuned):
                planned = self._planned(tuned, bar, send) | planned
            self._write_header(planned)
            ready = {row.label: row.with_options(epochs=planned[row.label]) for row in tuned}
            self._run([(ready[row.label], seed) for row, seed in missing], bar, send)

    def _tuned(self, bar: Bar, send: _Send | None) -> list[Trainer]:
        """Return the rows with the values that were found best for them, now or before."""
        request = self.request
        if request.tune is None:
            return self.rows
        known = {} if self.begun is None else {tuning.row: tuning for tuning in self.begun.tunings}
        baseline = request.reference.label
        left = [row for row in self.rows if row.label not in known and any(row.tuned(name) for name in request.tuned)]
        leader, others = ([row for row in left if (row.label == baseline) == leads] for leads in (True, False))
        for rows, before in ((leader, 0), (others, len(leader))):
            base = known.get(baseline)
            tasks = [self._tuning_of(row, base) for row in rows]
            words = [self.prefix * task.keywords["tries"] * row.epochs for task, row in zip(tasks, rows, strict=True)]
            after = len(left) - before - len(rows)
            for found in gather(tasks, words, "tuning", bar, self.setup, send, before=before, after=after):
                if isinstance(found, Exception):  # the disk or the executor: a row that fails has a tuning, too
                    raise found
                known[found.row] = found
        chosen = {label: tuning.chosen for label, tuning in known.items()}
        return [row.with_options(**chosen.get(row.label, {})) for row in self.rows]

    def _tuning_of(self, row: Trainer, base: Tuning | None) -> partial[Any]:
        """Return the task of tuning a row; `base` is what was found for the baseline, if it is tuned already."""
        request = self.request
        assert request.tune is not None
        epochs = row.epochs if row.reads_text else request.epochs
        tries = max(1, min(TRIES, self.tuning_words // (self.prefix * epochs)))
        leads = row.label == request.reference.label
        start = {} if base is None else {name: base.chosen[name] for name in self._shared(row) if name in base.chosen}
        words, tuned = self.prefix, request.tune
        return partial(tune, trainer=row, tuned=tuned, words=words, tries=tries, start=start, leads=leads)

    def _shared(self, row: Trainer) -> list[str]:
        """Return the settings that are tuned and that a row has in common with the baseline."""
        base = self.request.reference
        names = [base.tuned(asked) for asked in self.request.tuned]
        return [name for name in names if name and base.shares(name, row)]

    @property
    def followed(self) -> bool:
        """Whether a row begins with what was found for the baseline."""
        base = self.request.reference.label
        return any(self._shared(row) for row in self.rows if row.label != base)

    def _planned(self, rows: Sequence[Trainer], bar: Bar, send: _Send | None) -> dict[str, int]:
        """Return the epochs of the rows under the budget."""
        paces: dict[str, _Pace] = {}
        if self.request.budget == "time":
            tasks = [partial(probe, trainer=row, words=self.prefix) for row in rows]
            found = gather(tasks, [0] * len(tasks), "measuring speed", bar, self.setup, send)
            for row, pace in zip(rows, found, strict=True):
                if isinstance(pace, Exception):
                    raise pace
                paces[row.label] = pace
        reference = next(row for row in rows if row.label == self.request.reference.label)
        return fair_epochs(rows, reference, self.request.budget, paces)

    def _run(self, missing: Sequence[tuple[Trainer, int]], bar: Bar, send: _Send | None) -> None:
        tasks = [partial(run, trainer=row, seed=seed) for row, seed in missing]
        words = [self._words * row.epochs for row, _ in missing]
        results = gather(tasks, words, "run", bar, self.setup, send)
        for (row, seed), result in zip(missing, results, strict=True):
            if isinstance(result, Exception) and send is None:
                raise result  # the disk, not the row
            if isinstance(result, Exception):  # the executor, not the row
                error = f"the executor: {type(result).__name__}: {result}"
                self.setup.store.write_run(Run(row.label, seed, "failed", error, row.as_plain() | {"seed": seed}))

    def _write_header(self, epochs: Mapping[str, int]) -> None:
        request, training = self.request, self.setup.training
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        protocol = Protocol(
            corpus=self._name,
            fingerprint=self._fingerprint,
            words=self._words,
            vocabulary=len(training.vocabulary),
            benchmarks=(*request.benchmarks, *((NEIGHBORS, HELD_OUT) if request.held_out else ())),
            versions=versions(),
            machine=machine(),
            started=now if self.begun is None else self.begun.protocol.started,
            policy=str(evaluation.Policy()),
            notes=(*_notes(self, epochs), *self.setup.notes),
            preparing=self._preparing,
            tuning_words=self.tuning_words,
            prefix=self.prefix,
        )
        self.setup.store.write_header(request, protocol, self._corpus, epochs)


def fair_epochs(rows: Sequence[Trainer], reference: Trainer, budget: str, paces: Mapping[str, _Pace]) -> dict[str, int]:
    """Return the epochs of each row under a budget, by label: at least one, in whole numbers.

    Rows get as many as take the same time as the reference, or as many scores. `paces` are, for "time", the seconds of
    a row before its first epoch and for each, by label: rows without them, or all if the reference has none, keep their
    epochs.
    """

    def epochs(row: Trainer) -> float:
        if budget == "time":
            ours, theirs = paces[row.label], paces[reference.label]
            if ours and theirs:
                (before, epoch), (their_before, their_epoch) = ours, theirs
                return (their_before + their_epoch * reference.epochs - before) / epoch
        if budget == "candidates" and row.scores_per_positive and reference.scores_per_positive:
            return reference.epochs * reference.scores_per_positive / row.scores_per_positive
        return row.epochs

    return {row.label: row.with_options(epochs=max(1, round(epochs(row)))).epochs for row in rows}


# --- what a reader of the numbers should know -----------------------------------------------------------


def _notes(making: Making, epochs: Mapping[str, int]) -> tuple[str, ...]:
    """Return the notes of a comparison, benchmarks aside; `epochs` are those of each row, if they are planned."""
    request = making.request
    notes = [*_tuning_notes(making), *_budget_notes(request, epochs)]
    if len(request.seeds) == 1:
        notes.append(
            "There is one seed, so there is no interval over seeds: differences between trainings are not seen."
        )
    if any(trainer.racing for trainer in request.trainers):
        notes.append("With several threads, repeated runs differ slightly.")
    if request.held_out:
        softmax = "full" if len(making.setup.training.vocabulary) <= FULL else "sampled"
        notes.append(
            f"Held out: the last {request.held_out:.1%} of the text. Neighbors: the chance that two words that stand "
            "together in it, frequent words subsampled, have a greater cosine than two put together by chance (the "
            "area under the ROC curve, AUC), by the word vectors alone. Log-likelihood in nats a word under the "
            f"{softmax} softmax, by word and output vectors, after fitting two calibration parameters per model on "
            "separate text: models trained with negative samples are not normalized. Vocabulary and counts come from "
            "the whole text."
        )
    kinds: dict[type[Trainer], list[Trainer]] = {}
    for row in request.trainers:
        kinds.setdefault(type(row), []).append(row)
    for kind, rows in kinds.items():
        notes += kind.notes(rows, request)
    return tuple(notes)


def _tuning_notes(making: Making) -> list[str]:
    request = making.request
    if request.tune is None:
        tuned = [trainer for trainer in request.trainers if trainer.tuned("alpha") == "alpha"]
        values = sorted({trainer.value("alpha") for trainer in tuned})
        if len(values) > 1:
            return ["Nothing was tuned."]
        others = [trainer.name for trainer in request.trainers if trainer.tuned("alpha") not in ("alpha", None)]
        who = f"all rows but {others[0]}" if others else "all rows"
        return [
            f"Nothing was tuned: {who} have the learning rate {values[0]:g}, at which a sampler that pulls harder may "
            "look better or worse than it is at its own best."
        ]
    by = "neighbors in the first half of the held-out text; the second half is reported"
    if request.tune_by != HELD_OUT:
        by = "the mean of Spearman correlations, accuracies and NDCG on development halves with enough items"
    how = (
        f"on the first {making.prefix:,} words with seed {TUNING_SEED}, by {by}. A row "
        f"may take {making.tuning_words:,} words at most."
    )
    chance = "" if isinstance(request.tune, str) else "more than the best of as many draws is by chance, and by "
    label = request.reference.label
    begun = f"{label} was tuned first, and the others begin with what was found for it. " if making.followed else ""
    how += (
        f" {begun}A row keeps what it begins with unless other values are better by {chance}{CLEAR:g} standard errors "
        f"with {SEEDS} seeds, or by {SURE:g} standard errors with one; for {label} one seed is enough."
    )
    if isinstance(request.tune, str):
        return [f"{request.tune} was tuned for each row, in steps of factor {COARSE:g} and {FINE:g}, {how}"]
    return _several_tuned(request, request.tune, how)


def _several_tuned(request: Request, tune: Mapping[str, Any], how: str) -> list[str]:
    """Return what was done to tune several settings together."""
    values = "; ".join(
        f"{name} ({one if isinstance(one, str) else ', '.join(map(str, one))})" for name, one in tune.items()
    )
    notes = [
        f"Tuned together for each row: {values}. Up to {draws(TRIES)} draws, the same for all rows: all of them on "
        f"{SHARES[0]:.0%} of the first words, the better half on twice as many, and so on, {how}"
    ]
    for name in request.tuned:
        if lacking := [row.label for row in request.trainers if row.reads_text and row.tuned(name) is None]:
            notes.append(f"Not tuned, as there is no {name}: {', '.join(lacking)}.")
    return notes


def _budget_notes(request: Request, epochs: Mapping[str, int]) -> list[str]:
    if request.budget == "epochs":
        return []
    same = {
        "time": f"the wall-clock time of {request.reference.label}, at the speed measured before",
        "candidates": f"as many scores (of positives, negatives and candidates) as {request.reference.label}",
    }[request.budget]
    planned = "; ".join(f"{label}: {number}" for label, number in epochs.items())
    return [f"Equal {request.budget}: each row has about {same}, in whole epochs: {planned or 'see below'}."]
