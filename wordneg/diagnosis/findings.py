"""The checks of `wordneg.testing.check_sampler`, and the record of its findings."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHECKS", "Finding", "SamplerCheck"]

CHECKS = {
    "members": "has all attributes of a sampler",
    "settings": "its settings can be saved with a model",
    "jitted": "draw is compiled code",
    "compiles": "prepare and scratch work, and draw compiles with what they return",
    "refresh": "can be refreshed",
    "ends": "draw ends, without an error",
    "bounds": "stays inside its arrays",
    "read-only": "does not change arrays of the trainer",
    "filled": "fills all negatives, whatever they held before",
    "range": "draws words of the vocabulary",
    "positive": "never draws the positive",
    "weight": "returns a finite weight for the positive, of at least 0",
    "seed": "is determined by the seed",
    "memory": "does not depend on what np.empty happens to hold",
    "query": "reads the query only if needs_query says so",
    "distribution": "draws from the stated distribution",
}
"""The checks in order, each with a description of a sampler that passes it."""

_MARKS = {True: "ok", False: "FAILED", None: "-"}


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    check : str
        Name of the check.
    passed : bool or None
        Whether the sampler passed; None if the check was not made.
    message : str
        What is wrong, or what was found to be right.
    """

    check: str
    passed: bool | None
    message: str

    def __str__(self) -> str:
        return f"{_MARKS[self.passed]:<8}{self.check:<14}{self.message}"


@dataclass(frozen=True, repr=False)
class SamplerCheck:
    """The findings of `check_sampler`.

    Attributes
    ----------
    sampler : str
        The sampler.
    findings : tuple of Finding
        One finding per check.
    nanoseconds, unigram_nanoseconds : float or None
        Time to draw one negative, and the same for `wordneg.samplers.Unigram` right afterwards;
        None if a check failed.
    """

    sampler: str
    findings: tuple[Finding, ...]
    nanoseconds: float | None = None
    unigram_nanoseconds: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the sampler failed no check."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Findings of the checks that failed."""
        return tuple(finding for finding in self.findings if finding.passed is False)

    def __repr__(self) -> str:
        verdict = f"{len(self.failures)} of {len(self.findings)} checks failed" if self.failures else "no check failed"
        lines = [f"check of {self.sampler}: {verdict}", *(f"  {finding}" for finding in self.findings)]
        if self.nanoseconds is not None:
            lines.append(
                f"  cost: {self.nanoseconds:.1f} ns per negative; by popularity {self.unigram_nanoseconds:.1f} ns"
            )
        return "\n".join(lines)
