"""The checks of `wordneg.testing.check_sampler`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.checking import bounds_checked, raised_at, require_jitted
from wordneg.diagnosis.cases import LATE, Case, empty_filled_with, normal_weights, zipf
from wordneg.diagnosis.distribution import Stated, deviation
from wordneg.diagnosis.draws import Blocks, Drawing
from wordneg.diagnosis.findings import CHECKS, Finding
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS, Refreshing, Sampler, Staged, Static
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Checker"]

_TINY = (2, 3)  # words: no choice at all, and hardly any
_ROUNDS = 5  # number of draws for each block
_MARGIN, _UNTOUCHED = 8, -77  # cells on either side of the negatives, and their content
_BEFORE = (-1, 10**6)  # what the negatives hold before a draw: neither is a word


class _CannotGoOnError(Exception):
    """Raised after a failure that makes the later checks impossible."""


class _Drawn(NamedTuple):
    """What a sampler returned: ``(N, K) int32`` negatives and ``(N,) float32`` weights of the positive."""

    negatives: NDArray[np.int32]
    pulls: NDArray[np.float32]


class Checker:
    """Runs the checks and keeps the first failure of each.

    Parameters
    ----------
    vocabulary : Vocabulary
        The largest vocabulary to draw from.
    negative, seed, patience
        See `wordneg.testing.check_sampler`.
    """

    def __init__(self, vocabulary: Vocabulary, negative: int, seed: int, patience: float) -> None:
        self._vocabulary, self._negative, self._seed, self._patience = vocabulary, negative, seed, patience
        self._failures: dict[str, str] = {}
        self._left_out = dict.fromkeys(CHECKS, "not checked, because of an earlier failure")

    def run(self, sampler: Any, stated: Stated | None) -> tuple[Finding, ...]:
        """Run all checks and return their findings."""
        try:
            self._check_members(sampler)
            self._check_settings(sampler)
            self._check_jitted(sampler)
            self._check_draws(sampler)
            self._check_distribution(sampler, stated)
        except _CannotGoOnError:
            pass
        return tuple(map(self._finding, CHECKS))

    def _finding(self, check: str) -> Finding:
        if check in self._failures:
            return Finding(check, False, self._failures[check])
        if check in self._left_out:
            return Finding(check, None, self._left_out[check])
        return Finding(check, True, CHECKS[check])

    def _fail(self, check: str, message: str) -> None:
        self._failures.setdefault(check, message)

    def _made(self, *checks: str, needed: bool = False) -> None:
        """Record that checks were made; if they are `needed` by later checks and one failed, stop."""
        for check in checks:
            self._left_out.pop(check, None)
        if needed and self._failures.keys() & set(checks):
            raise _CannotGoOnError

    # --- looking at it ----------------------------------------------------------------------------

    def _check_members(self, sampler: Any) -> None:
        if missing := SAMPLERS.missing(sampler):
            self._fail("members", f"has no {' and no '.join(missing)}; wordneg.samplers.Sampler explains them")
            self._made("members", needed=True)
        SAMPLERS.complete(sampler)
        if not isinstance(sampler.name, str) or not sampler.name:
            self._fail("members", f"name is {sampler.name!r}, expected the string by which the sampler is chosen")
        if not isinstance(sampler.needs_query, bool):
            self._fail("members", f"needs_query is {sampler.needs_query!r}, expected True or False")
        if hasattr(sampler, "refresh") != hasattr(sampler, "refresh_every"):
            self._fail("members", "has only one of refresh and refresh_every, so it would never be refreshed")
        try:
            OBJECTIVES.resolve(sampler.default_objective)
        except (TypeError, ValueError) as error:
            self._fail("members", f"default_objective is not an objective: {error}")
        self._made("members", needed=True)

    def _check_settings(self, sampler: Sampler) -> None:
        try:
            json.dumps(SAMPLERS.describe(sampler))
        except TypeError as error:
            self._fail("settings", f"a model with it cannot be saved: {error}; make its fields numbers or strings")
        self._made("settings")

    def _check_jitted(self, sampler: Sampler) -> None:
        try:
            require_jitted(f"sampler {sampler.name!r}", "draw", sampler.draw)
        except TypeError as error:
            self._fail("jitted", str(error))
        self._made("jitted", needed=True)

    # --- drawing ----------------------------------------------------------------------------------

    def _check_draws(self, sampler: Sampler) -> None:
        draw = bounds_checked(sampler.draw)
        follows = isinstance(sampler, (Refreshing, Staged))
        if not follows:
            self._left_out["refresh"] = "not checked, because it does not depend on the weights: it has no refresh"
        for vocabulary in (*map(zipf, _TINY), self._vocabulary):
            for epoch in (0.0, LATE) if follows else (0.0,):
                self._check_case(sampler, draw, Case.of(vocabulary, self._negative, epoch))

    def _check_case(self, sampler: Sampler, draw: Any, case: Case) -> None:
        """Draw several times in one case, and compare the results."""

        def drawn(**changes: Any) -> _Drawn:
            return self._drawn(sampler, draw, case, **changes)

        first = drawn()
        if not np.array_equal(first.negatives, drawn().negatives):
            self._fail("seed", f"the same seed gave other negatives the second time, {case}; draw with `rng` only")
        self._made("seed", needed=True)
        self._check_weights(first, case)
        self._check_filled(first, drawn(before=_BEFORE[1]), case)
        if "filled" not in self._failures:
            self._check_words(first, case)
        if not np.array_equal(first.negatives, drawn(garbage=0x5A).negatives):
            self._fail("memory", f"depends on what np.empty happens to hold, {case}; use np.zeros, or set all elements")
        if not sampler.needs_query:
            queries = np.random.default_rng(7).normal(size=case.blocks.queries.shape).astype(np.float32)
            other = drawn(blocks=case.blocks._replace(queries=queries))
            if not np.array_equal(first.negatives, other.negatives):
                self._fail(
                    "query",
                    f"other queries gave other negatives, {case}, but needs_query is False, so `query` will be "
                    "empty in training; set needs_query = True",
                )
        self._made("memory", "query")

    def _drawn(
        self,
        sampler: Sampler,
        draw: Any,
        case: Case,
        *,
        blocks: Blocks | None = None,
        before: int = _BEFORE[0],
        garbage: int = 0,
    ) -> _Drawn:
        """Prepare the sampler anew and draw for all blocks a few times."""
        blocks = case.blocks if blocks is None else blocks
        drawing = self._prepared(sampler, draw, case, garbage)
        order = np.repeat(np.arange(len(blocks.positives)), _ROUNDS)
        room = np.full((len(order), case.negative + 2 * _MARGIN), _UNTOUCHED, dtype=np.int32)
        room[:, _MARGIN:-_MARGIN] = before
        read = {"outputs": case.weights.outputs, "query": blocks.queries, "context": blocks.contexts}
        originals = {name: array.copy() for name, array in read.items()}
        pulls = self._patiently(lambda: drawing.fill(blocks, order, room, _MARGIN), case)
        for name, array in read.items():
            if not np.array_equal(array, originals[name]):
                array[...] = originals[name]
                self._fail("read-only", f"writes to {name}, {case}, which belongs to the trainer")
        if (room[:, :_MARGIN] != _UNTOUCHED).any() or (room[:, -_MARGIN:] != _UNTOUCHED).any():
            self._fail("bounds", f"writes outside of the negatives, {case}")
        self._made("ends", "bounds", "read-only")
        return _Drawn(room[:, _MARGIN:-_MARGIN], pulls)

    def _prepared(self, sampler: Sampler, draw: Any, case: Case, garbage: int) -> Drawing:
        try:
            with empty_filled_with(garbage):
                drawing = Drawing(
                    sampler, case.vocabulary, case.weights, negative=case.negative, seed=self._seed, draw=draw
                )
            drawing.draw(case.blocks, np.zeros(0, dtype=np.int64))  # draws nothing, but compiles
        except Exception as error:
            told = str(error).startswith(f"sampler {sampler.name!r}")
            self._fail("compiles", str(error) if told else f"{_told(error)}, {case}")
        self._made("compiles", needed=True)
        if case.epoch:
            try:
                drawing.follow(case.epoch)
            except Exception as error:
                self._fail("refresh", f"{_told(error)}, {case}")
            self._made("refresh", needed=True)
        return drawing

    def _patiently(self, work: Callable[[], NDArray[np.float32]], case: Case) -> NDArray[np.float32]:
        """Draw in a separate thread, which can be abandoned if it does not end."""
        results: list[NDArray[np.float32]] = []
        errors: list[Exception] = []

        def attempt() -> None:
            try:
                results.append(work())
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(self._patience)
        if thread.is_alive():
            self._fail(
                "ends",
                f"draw did not end within {self._patience:g} s, {case}; does it look for words that do not exist? "
                "A vocabulary may have fewer words than there are negatives",
            )
        elif errors and isinstance(errors[0], IndexError):
            self._fail("bounds", f"draw, or a function that it calls, reads or writes outside of an array, {case}")
        elif errors:
            self._fail("ends", f"{_told(errors[0])}, {case}")
        self._made("ends", "bounds", needed=not results)
        return results[0]

    def _check_weights(self, drawn: _Drawn, case: Case) -> None:
        wrong = drawn.pulls[~(np.isfinite(drawn.pulls) & (drawn.pulls >= 0))]
        if wrong.size:
            self._fail(
                "weight",
                f"returned {wrong[0]} as the positive's weight, {case}; expected a finite number of at least 0, "
                "usually 1",
            )
        self._made("weight")

    def _check_filled(self, first: _Drawn, second: _Drawn, case: Case) -> None:
        left = (first.negatives == _BEFORE[0]) & (second.negatives == _BEFORE[1])
        if left.any():
            self._fail("filled", f"left {left.sum():,} of {left.size:,} negatives as they were, {case}; set all K")
        elif not np.array_equal(first.negatives, second.negatives):
            self._fail("filled", f"draws depend on what `negatives` held before, {case}; set them before reading them")
        self._made("filled")

    def _check_words(self, drawn: _Drawn, case: Case) -> None:
        words, size = drawn.negatives, len(case.vocabulary)
        outside = words[(words < 0) | (words >= size)]
        if outside.size:
            self._fail(
                "range",
                f"drew {outside[0]}, {case}; expected 0 to {size - 1}, because training reads and changes the row of "
                "each negative without checking",
            )
        found = int((words == np.repeat(case.blocks.positives, _ROUNDS)[:, np.newaxis]).sum())
        if found:
            self._fail(
                "positive",
                f"drew the positive as {found:,} of {words.size:,} negatives, {case}; draw again in this case",
            )
        self._made("range", "positive")

    # --- its distribution -------------------------------------------------------------------------

    def _check_distribution(self, sampler: Sampler, stated: Stated | None) -> None:
        if self._failures:
            return
        weights = normal_weights(len(self._vocabulary))
        drawing = Drawing(sampler, self._vocabulary, weights, negative=self._negative, seed=self._seed)
        if stated is None and isinstance(sampler, Static):
            stated = sampler.probabilities(drawing.state)
        if stated is None:
            self._left_out["distribution"] = "not checked, because none is stated; give probabilities"
            return
        if message := deviation(drawing, self._vocabulary, stated):
            self._fail("distribution", message)
        self._made("distribution")


def _told(error: BaseException) -> str:
    return f"{type(error).__name__} in {raised_at(error)}: {error}"
