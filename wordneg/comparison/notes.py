"""What a reader of a comparison's numbers should know, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wordneg.comparison.heldout import FULL
from wordneg.comparison.records import HELD_OUT
from wordneg.comparison.request import TRIES, Request
from wordneg.comparison.trainers import Trainer
from wordneg.comparison.tuning import CLEAR, COARSE, FINE, SHARES, TUNING_SEED, draws

__all__ = ["notes_of"]


def notes_of(
    request: Request, *, vocabulary: int, prefix: int, tuning_words: int, tuning_seeds: int, epochs: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the notes of a comparison, benchmarks aside.

    Parameters
    ----------
    request : Request
        What was asked for.
    vocabulary : int
        The number of distinct words.
    prefix, tuning_words : int
        Words that tuning trains on at a time, and for a row at most.
    tuning_seeds : int
        How many seeds it repeats each training with.
    epochs : mapping of str to int
        The epochs of each row, if they are planned.
    """
    notes = [*_tuning_notes(request, prefix, tuning_words, tuning_seeds), *_budget_notes(request, epochs)]
    if len(request.seeds) == 1:
        notes.append("There is one seed, hence no interval over seeds: differences between trainings are not seen.")
    if any(trainer.racing for trainer in request.trainers):
        notes.append("With several threads, repeated runs differ slightly.")
    if request.held_out:
        softmax = "full" if vocabulary <= FULL else "sampled"
        notes.append(
            f"Held out: the last {request.held_out:.1%} of the text. Log-likelihood in nats a word under the {softmax} "
            "softmax, after fitting two calibration parameters per model on separate text: models trained with "
            "negative samples are not normalized. Vocabulary and counts come from the whole text."
        )
    kinds: dict[type[Trainer], list[Trainer]] = {}
    for row in request.trainers:
        kinds.setdefault(type(row), []).append(row)
    for kind, rows in kinds.items():
        notes += kind.notes(rows, request)
    return tuple(notes)


def _tuning_notes(request: Request, prefix: int, tuning_words: int, seeds: int) -> list[str]:
    if request.tune is None:
        settings = [trainer for trainer in request.trainers if trainer.tuned("alpha") == "alpha"]
        values = sorted({trainer.value("alpha") for trainer in settings})
        if len(values) > 1:
            return ["Nothing was tuned."]
        others = [trainer.name for trainer in request.trainers if trainer.tuned("alpha") not in ("alpha", None)]
        who = f"all settings but {others[0]}'s" if others else "all settings"
        return [
            f"Nothing was tuned: {who} have the learning rate {values[0]:g}, at which a sampler that pulls harder may "
            "look better or worse than it is at its own best."
        ]
    criterion = "the log-likelihood of the first half of the held-out text; the second half is reported"
    if request.tune_by != HELD_OUT:
        criterion = "the mean of Spearman correlations and accuracies on development halves with enough items"
    times = f"seed {TUNING_SEED}" if seeds == 1 else f"{seeds} seeds from {TUNING_SEED} on"
    how = (
        f"on the first {prefix:,} words with {times}, by {criterion}. {tuning_words:,} words for each setting at most."
    )
    if isinstance(request.tune, str):
        return [
            f"{request.tune} was tuned for each setting, in steps of factor {COARSE:g} and {FINE:g}, {how} A setting "
            f"keeps its own value unless another is better by {CLEAR:g} standard errors."
        ]
    return _several_tuned(request, request.tune, how)


def _several_tuned(request: Request, tune: Mapping[str, Any], how: str) -> list[str]:
    """Return what was done to tune several settings together."""
    values = "; ".join(
        f"{name} ({one if isinstance(one, str) else ', '.join(map(str, one))})" for name, one in tune.items()
    )
    notes = [
        f"Tuned together for each setting: {values}. Up to {draws(TRIES)} draws, the same for all settings, {how} All "
        f"draws are trained on {SHARES[0]:.0%} of these words, the better half on twice as many, and so on. A setting "
        "keeps its own values unless the best draw is better by more standard errors than the best of so many is by "
        "chance."
    ]
    for name in request.tuned:
        if lacking := [row.label for row in request.trainers if row.reads_text and row.tuned(name) is None]:
            notes.append(f"Not tuned, as there is no {name}: {', '.join(lacking)}.")
    return notes


def _budget_notes(request: Request, epochs: Mapping[str, int]) -> list[str]:
    if request.budget == "epochs":
        return []
    same = {
        "time": f"the wall-clock time of {request.reference.label}, by the pace measured before",
        "candidates": f"as many scores (of positives, negatives and candidates) as {request.reference.label}",
    }[request.budget]
    planned = ", ".join(f"{label} {number}" for label, number in epochs.items())
    return [f"Equal {request.budget}: each setting has about {same}, in whole epochs: {planned or 'see below'}."]
