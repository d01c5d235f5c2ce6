"""What `wordneg.testing.check_sampler` checks, and what it found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHECKS", "Finding", "SamplerCheck"]

CHECKS = {
    "members": "has all that a sampler has",
    "settings": "its settings can be saved with a model",
    "jitted": "draw is compiled code",
    "compiles": "prepare and scratch work, and draw compiles with what they return",
    "refresh": "can be refreshed",
    "ends": "draw ends, without an error",
    "bounds": "stays inside its arrays",
    "read-only": "leaves alone what is not its own",
    "filled": "fills all negatives, whatever was in them before",
    "range": "draws words of the vocabulary",
    "positive": "never draws the positive",
    "weight": "returns a finite weight for the positive, of at least 0",
    "seed": "follows from the seed",
    "memory": "does not depend on what np.empty happens to hold",
    "query": "looks at the query only if needs_query says so",
    "distribution": "draws by the stated distribution",
}
"""The checks, in their order, each with what a sampler that passes it does."""

_MARKS = {True: "ok", False: "FAILED", None: "-"}


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    check : str
        Its name.
    passed : bool or None
        None if it was not made.
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
    """What `check_sampler` found.

    Attributes
    ----------
    sampler : str
        The sampler.
    findings : tuple of Finding
        One for each check.
    nanoseconds, unigram_nanoseconds : float or None
        Time of drawing one negative, and the same for `wordneg.samplers.Unigram` right afterwards;
        None if a check failed.
    """

    sampler: str
    findings: tuple[Finding, ...]
    nanoseconds: float | None = None
    unigram_nanoseconds: float | None = None

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The checks that failed."""
        return tuple(finding for finding in self.findings if finding.passed is False)

    def __repr__(self) -> str:
        verdict = f"{len(self.failures)} of {len(self.findings)} checks failed" if self.failures else "all is well"
        lines = [f"check of {self.sampler}: {verdict}", *(f"  {finding}" for finding in self.findings)]
        if self.nanoseconds is not None:
            lines.append(
                f"  cost: {self.nanoseconds:.1f} ns a negative, and {self.unigram_nanoseconds:.1f} ns by popularity"
            )
        return "\n".join(lines)
