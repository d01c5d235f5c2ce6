"""`SamplerReport`, which shows side by side what samplers do on one model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from wordneg.common.terminal import line_width, wrapped
from wordneg.diagnosis.plot import draw_report
from wordneg.diagnosis.statistics import SamplerStatistics
from wordneg.evaluation import html_table, text_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SamplerReport"]


_ROWS: tuple[tuple[str, str, str], ...] = (
    ("drawn by the sampler's rule", "hard_share", ".1%"),
    ("fallback (rule found no word)", "fallback_share", ".1%"),
    ("score of the positive", "positive_score", ".3f"),
    ("score of a negative", "negative_score", ".3f"),
    ("gap", "score_gap", ".3f"),
    ("false negatives", "false_negatives", ".1%"),
    ("distinct words drawn", "distinct_words", ",d"),
    ("entropy of the words drawn, bits", "entropy", ".2f"),
    ("from the head of the text", "head", ".1%"),
    ("from its torso", "torso", ".1%"),
    ("from its tail", "tail", ".1%"),
    ("|slope| of the positive", "positive_slope", ".3f"),
    ("|slope| of a negative", "negative_slope", ".3f"),
    ("bias of the softmax gradient", "gradient_bias", ".3f"),
    ("time per negative, ns", "nanoseconds", ".1f"),
)


@dataclass(frozen=True, repr=False)
class SamplerReport:
    """What samplers do on one model, at the same positions of a text, as a table, a plot and numbers.

    Attributes
    ----------
    model : str
        Description of the model.
    objective : dict
        Name and settings of the objective.
    epochs : int
        Number of epochs that the model has been trained for.
    positions, draws : int
        Number of positions in the text, and of negatives drawn by each sampler.
    bias_words : int
        Number of most frequent words on which the bias of the gradient is measured.
    samplers : tuple of SamplerStatistics
        The statistics of each sampler.
    """

    model: str
    objective: dict[str, Any]
    epochs: int
    positions: int
    draws: int
    bias_words: int
    samplers: tuple[SamplerStatistics, ...]

    def title(self) -> str:
        """Return one line that says what was measured."""
        return (
            f"{self.model}, objective {self.objective['name']!r}, after {self.epochs} "
            f"{'epoch' if self.epochs == 1 else 'epochs'}: {self.positions:,} "
            f"positions, {self.draws:,} negatives"
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the rows of the table."""

        def cell(value: float | None, form: str) -> str:
            return "–" if value is None else format(value, form)

        rows = [[name, *(cell(getattr(one, field), form) for one in self.samplers)] for name, field, form in _ROWS]
        return ["", *(one.label for one in self.samplers)], rows

    def _notes(self) -> str:
        return (
            "False negatives stand within the window of an input word somewhere in the text. Head, torso and tail are "
            "the words of a third of the running text each, from the most frequent on. Slopes are before the learning "
            "rate. The bias is relative to the gradient of the full softmax, over the "
            f"{self.bias_words:,} most frequent words."
        )

    def __repr__(self) -> str:
        table = text_table(*self._table(), width=line_width(None))
        return f"{self.title()}\n\n{table}\n\n{wrapped([self._notes()], line_width())}"

    def _repr_html_(self) -> str:
        return html_table(*self._table(), [self._notes()], caption=self.title())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as a dict that JSON can hold."""
        samplers = [asdict(one) | {"score_gap": one.score_gap} for one in self.samplers]
        return asdict(self) | {"samplers": samplers}

    def plot(self) -> Figure:
        """Return a figure that shows the numbers side by side (needs matplotlib: ``pip install wordneg[plots]``).

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        return draw_report(self.samplers, self.title(), self.objective["name"], self.bias_words)
