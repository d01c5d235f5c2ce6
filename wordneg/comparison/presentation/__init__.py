"""How a comparison is shown: tables, plots, and a report that is one HTML file.

`statistics` says which numbers are shown, with which intervals and tests (`quantities` has the records of them,
`items` the scores of single items); `tables` with `notes`, `plots` and `report` lay them out; `table`, `markup`,
`drawing` and `page` know formats and looks, and nothing of comparisons.
"""

from wordneg.comparison.presentation.plots import plot_bands, plot_benchmarks, plot_curves, plot_quality_time
from wordneg.comparison.presentation.report import write_report
from wordneg.comparison.presentation.reproduced import make_gains, make_reproduced
from wordneg.comparison.presentation.statistics import Analysis
from wordneg.comparison.presentation.table import Table
from wordneg.comparison.presentation.tables import make_bands, make_differences, make_table, make_tuning

__all__ = [
    "Analysis",
    "Table",
    "make_bands",
    "make_differences",
    "make_gains",
    "make_reproduced",
    "make_table",
    "make_tuning",
    "plot_bands",
    "plot_benchmarks",
    "plot_curves",
    "plot_quality_time",
    "write_report",
]
