"""The making of a comparison: tuning, budget and runs, from what was asked for to what is on the disk."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from wordneg import evaluation
from wordneg.common.machine import machine, versions
from wordneg.common.progress import Bar
from wordneg.comparison.notes import notes_of
from wordneg.comparison.records import HELD_OUT, Protocol, Run
from wordneg.comparison.request import LEAST_PREFIX, TRIES, Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.tasks import TEXT, Pace, Setup, do_elsewhere, gather, probe, run, tune
from wordneg.comparison.trainers import Trainer
from wordneg.text.tokenstore import TokenStore

__all__ = ["Making", "fair_epochs"]

_CHEAP = 4_000_000
"""Words that a training of tuning may take, over all its epochs, whatever the runs take."""

_SEEDS = 3
"""Seeds that a training of tuning is repeated with at most."""

_Send = Callable[[partial[Any]], Any]


@dataclass
class Making:
    """The making of a comparison.

    Attributes
    ----------
    request : Request
        What was asked for.
    rows : list of Trainer
        The rows with all that they read; rows of given vectors are dropped when they are scored, since they take room.
    setup : Setup
        What tasks share.
    begun : Comparison or None
        What the folder holds already.
    text : (str, str)
        Name and fingerprint of the whole text.
    preparing : float
        Seconds that it took to read text and benchmarks.
    """

    request: Request
    rows: list[Trainer]
    setup: Setup
    begun: Comparison | None
    text: tuple[str, str]
    preparing: float

    # --- how much ---------------------------------------------------------------------------------------

    @property
    def _words(self) -> int:
        return len(self.setup.training.tokens)

    @property
    def tuning_words(self) -> int:
        """Words that the tuning of a row may take: the given number, or as many as its runs.

        No fewer, since on a short prefix too high a rate looks best; and up to `_CHEAP` words for each training and its
        repetitions, where a text is short.
        """
        if self.request.tune_words is not None:
            return self.request.tune_words
        if self.begun is not None and self.begun.protocol.tuning_words is not None:
            return self.begun.protocol.tuning_words  # the same for all rows, however many seeds and rows there are now
        cheap = min(self._words * _SEEDS, _CHEAP // self.request.epochs)
        return max(self._words * len(self.request.seeds) // TRIES, cheap) * TRIES * self.request.epochs

    @property
    def prefix(self) -> int:
        """Words of the text that tuning trains on."""
        if self.begun is not None and self.begun.protocol.prefix is not None:
            return self.begun.protocol.prefix
        return min(self._words, max(self.tuning_words // (TRIES * self.request.epochs), LEAST_PREFIX))

    @property
    def tuning_seeds(self) -> int:
        """How many seeds each training of tuning is repeated with: as many as the words allow, up to `_SEEDS`."""
        return max(1, min(_SEEDS, self.tuning_words // (TRIES * self.request.epochs * self.prefix)))

    @property
    def all_words(self) -> int:
        """Words of all trainings at most, for the bar."""
        epochs = sum(row.epochs for row in self.rows)
        tuning = self.prefix * TRIES * self.tuning_seeds * epochs if self.request.tuned else 0
        return self._words * epochs * len(self.request.seeds) + tuning

    # --- what is done -----------------------------------------------------------------------------------

    @cached_property
    def _corpus(self) -> str:
        name, fingerprint = self.text
        return f"{name} ({fingerprint[:12]})"

    def begin(self) -> None:
        """Say what the results will be.

        Raises
        ------
        ValueError
            If the folder holds a comparison on another text.
        OSError
            If it cannot be written to.
        """
        if self.begun is not None:
            self.setup.store.check_corpus(self._corpus)
        self._write_header({} if self.begun is None else self.begun.epochs)

    def sender(self, executor: Any, benchmarks: evaluation.BenchmarkSet, held_out: TokenStore | None) -> _Send:
        """Return what gives tasks to an executor; the text is saved for them."""
        folder = self.setup.store.path
        self.setup.training.save(folder / TEXT / "training")
        if held_out is not None:
            held_out.save(folder / TEXT / HELD_OUT)
        window, criterion = (
            self.request.reference.parameters.window,
            self.request.criterion if self.request.tuned else None,
        )
        return lambda task: executor.submit(do_elsewhere, (task, folder, benchmarks, window, criterion))

    def make(self, bar: Bar, send: _Send | None) -> None:
        """Do what is not done yet.

        Parameters
        ----------
        bar : Bar
            Shows how far it is.
        send : callable or None
            Gives a task to an executor; None to do all in this process.
        """
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
        known = {} if self.begun is None else {tuning.setting: tuning for tuning in self.begun.tunings}
        tasks, words = [], []
        for row in self.rows:
            if row.label not in known and any(row.tuned(name) for name in request.tuned):
                epochs = row.epochs if row.reads_text else request.epochs
                seeds, prefix = self.tuning_seeds, self.prefix
                tries = max(1, min(TRIES, self.tuning_words // (prefix * epochs * seeds)))
                tasks.append(partial(tune, trainer=row, tuned=request.tune, words=prefix, tries=tries, seeds=seeds))
                words.append(prefix * tries * seeds * row.epochs)
        for found in gather(tasks, words, "tuning", bar, self.setup, send):
            if isinstance(found, Exception):  # the disk or the executor: a row that fails has a tuning, too
                raise found
            known[found.setting] = found
        chosen = {label: tuning.chosen for label, tuning in known.items()}
        return [row.with_options(**chosen.get(row.label, {})) for row in self.rows]

    def _planned(self, rows: Sequence[Trainer], bar: Bar, send: _Send | None) -> dict[str, int]:
        """Return the epochs of the rows under the budget."""
        paces: dict[str, Pace | None] = {}
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
                self.setup.store.write_run(Run(row.label, seed, "failed", error, row.to_json() | {"seed": seed}))

    def _write_header(self, epochs: Mapping[str, int]) -> None:
        request, training, (name, fingerprint) = self.request, self.setup.training, self.text
        notes = notes_of(
            request,
            vocabulary=len(training.vocabulary),
            prefix=self.prefix,
            tuning_words=self.tuning_words,
            tuning_seeds=self.tuning_seeds,
            epochs=epochs,
        )
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        protocol = Protocol(
            corpus=name,
            fingerprint=fingerprint,
            words=self._words,
            vocabulary=len(training.vocabulary),
            benchmarks=(*request.benchmarks, *((HELD_OUT,) if request.held_out else ())),
            versions=versions(),
            machine=machine(),
            started=now if self.begun is None else self.begun.protocol.started,
            policy=str(evaluation.Policy()),
            notes=(*notes, *self.setup.notes),
            preparing=self.preparing,
            tuning_words=self.tuning_words,
            prefix=self.prefix,
        )
        self.setup.store.write_header(request, protocol, self._corpus, epochs)


def fair_epochs(
    rows: Sequence[Trainer], reference: Trainer, budget: str, paces: Mapping[str, Pace | None]
) -> dict[str, int]:
    """Return the epochs of each row under a budget, by label: at least one, in whole numbers.

    Parameters
    ----------
    rows : sequence of Trainer
        The rows.
    reference : Trainer
        The row whose epochs decide; others get as many as take the same time, or as many scores.
    budget : {"epochs", "time", "candidates"}
        What is the same.
    paces : mapping of str to Pace or None
        By label, for "time". A row without one, or all if the reference has none, keep their epochs.
    """

    def epochs(row: Trainer) -> float:
        if budget == "time":
            ours, base = paces[row.label], paces[reference.label]
            if ours and base:
                return (base.before + base.epoch * reference.epochs - ours.before) / ours.epoch
        if budget == "candidates" and row.scores_per_positive and reference.scores_per_positive:
            return reference.epochs * reference.scores_per_positive / row.scores_per_positive
        return row.epochs

    return {row.label: row.with_options(epochs=max(1, round(epochs(row)))).epochs for row in rows}
