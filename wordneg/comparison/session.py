"""The making of a comparison, from what was planned to what is on the disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wordneg import evaluation
from wordneg.common.progress import Bar
from wordneg.comparison.executing import gather
from wordneg.comparison.folder import Folder, write_header, write_run
from wordneg.comparison.planning import Pace, Plan, fair_epochs
from wordneg.comparison.records import Run
from wordneg.comparison.running import Measures, RunTask, TuneTask, measure_extra, probe, run, tune
from wordneg.comparison.settings import Setting
from wordneg.comparison.tuning import TRIES
from wordneg.text.tokenstore import TokenStore

__all__ = ["TEXT", "Session", "all_words"]

TEXT = ".text"
"""Folder, in that of the comparison, of the encoded text, as long as it is being made."""


class Session:
    """The making of a comparison: tuning, budget, runs, rows from outside.

    Parameters
    ----------
    plan : Plan
        What is to be made.
    place : Folder
        Where it is kept, and what is there already.
    text : TokenStore or None
        The held-out text.
    extra : dict of str to Vectors
        Those from outside that are not scored yet; emptied on the way, since they take room.
    executor : object or None
        Where tasks are done.
    bar : Bar
        Shows how far it is.
    """

    def __init__(
        self,
        plan: Plan,
        place: Folder,
        text: TokenStore | None,
        extra: dict[str, evaluation.Vectors],
        executor: Any,
        bar: Bar,
    ) -> None:
        self._plan, self._place, self._executor, self._bar = plan, place, executor, bar
        self._text, self._extra = text, extra
        held_out = None if text is None else place.path / TEXT / "held-out"
        window = plan.request.reference.parameters.window
        self._measures = Measures(plan.benchmarks, place.path / TEXT / "training", held_out, window)

    def make(self) -> None:
        """Do what is not done yet."""
        plan, folder, request = self._plan, self._place.path, self._place.request
        if self._place.experiment is None:
            write_header(folder, plan.protocol({}), request, {})
        missing = self._missing()
        plan.training.save(self._measures.training)
        if self._text is not None and self._measures.held_out is not None:
            self._text.save(self._measures.held_out)
        self._score_extra()
        if missing or not self._place.epochs:
            settings = self._tuned()
            epochs = self._place.epochs or self._planned(settings)
            protocol = plan.protocol(epochs)
            if self._place.experiment is not None:
                protocol = replace(protocol, started=self._place.experiment.protocol.started)
            write_header(folder, protocol, request, epochs)
            self._run([setting.with_parameters(epochs=epochs[setting.label]) for setting in settings], missing)

    def _missing(self) -> list[tuple[str, int]]:
        """Return labels and seeds of the runs to be made: all settings with the first seed, then with the next."""
        finished = self._place.finished()
        pairs = [
            (setting.label, seed)
            for seed in self._plan.request.choices.seeds
            for setting in self._plan.request.settings
        ]
        return [pair for pair in pairs if pair not in finished]

    def _tuned(self) -> list[Setting]:
        """Return the settings with the values that were found best for them, now or before."""
        option, settings = self._plan.request.choices.tune, list(self._plan.request.settings)
        if option is None:
            return settings
        known = self._place.tunings()
        names = {setting.label: setting.tuned_as(option) for setting in settings if setting.label not in known}
        tasks = [self._tune_task(setting, name) for setting in settings if (name := names.get(setting.label))]
        words = [task.prefix * task.tries * task.setting.parameters.epochs for task in tasks]
        for found in gather(self._executor, tune, tasks, words, "tuning", self._bar):
            if isinstance(found, Exception):  # the disk or the executor: a setting that fails has a tuning, too
                raise found
            known[found.setting] = found
        chosen = {label: {tuning.option: tuning.chosen} for label, tuning in known.items()}
        return [setting.with_parameters(**chosen.get(setting.label, {})) for setting in settings]

    def _tune_task(self, setting: Setting, option: str) -> TuneTask:
        plan = self._plan
        epochs = setting.parameters.epochs if setting.reads_text else plan.request.epochs
        tries = max(1, min(TRIES, plan.tuning_words // (plan.prefix * epochs)))
        by, folder = plan.request.choices.tune_by, self._place.path
        return TuneTask(setting, option, by, plan.prefix, tries, folder, self._measures)

    def _planned(self, settings: list[Setting]) -> dict[str, int]:
        """Return the epochs of the settings under the budget."""
        paces: dict[str, Pace | None] = {}
        if self._plan.request.choices.budget == "time":
            tasks = [self._tune_task(setting, "alpha") for setting in settings]
            found = gather(self._executor, probe, tasks, [0] * len(tasks), "measuring speed", self._bar)
            for setting, pace in zip(settings, found, strict=True):
                if isinstance(pace, Exception):
                    raise pace
                paces[setting.label] = pace
        return fair_epochs(settings, self._plan.request.reference, self._plan.request.choices.budget, paces)

    def _run(self, settings: list[Setting], missing: list[tuple[str, int]]) -> None:
        by_label = {setting.label: setting for setting in settings}
        tasks = [RunTask(by_label[label], seed, self._place.path, self._measures) for label, seed in missing]
        words = [len(self._plan.training.tokens) * task.setting.parameters.epochs for task in tasks]
        results = gather(self._executor, run, tasks, words, "run", self._bar)
        for task, result in zip(tasks, results, strict=True):
            if isinstance(result, OSError) and self._executor is None:
                raise result  # the disk, not the setting
            if isinstance(result, Exception):  # the executor, not the setting
                label, options = task.setting.label, task.setting.as_json() | {"seed": task.seed}
                error = f"the executor: {type(result).__name__}: {result}"
                failed = Run(label, task.seed, "failed", error, options, None, None, None, (), (), None)
                write_run(self._place.path, failed, {})

    def _score_extra(self) -> None:
        while self._extra:
            label, vectors = self._extra.popitem()
            self._bar.describe(f"scoring {label}")
            row = Run(label, 0, "done", None, {}, None, None, None, (), (), None)
            try:
                scored = measure_extra(vectors, self._measures)
            except (TypeError, ValueError) as error:
                write_run(self._place.path, replace(row, status="failed", error=str(error)), {})
            else:
                write_run(self._place.path, replace(row, scores=scored.scores), scored.items)


def all_words(plan: Plan) -> int:
    """Return the words of all trainings, for the bar."""
    trained = sum(setting.parameters.epochs for setting in plan.request.settings)
    tuning = plan.prefix * TRIES * trained if plan.request.choices.tune is not None else 0
    return len(plan.training.tokens) * trained * len(plan.request.choices.seeds) + tuning
