"""How a comparison is shown: tables, plots, and a report that is one HTML file.

==========  ================================================================================
statistics  which numbers are shown, with which intervals and tests
quantities  the records of these numbers, and the scores of single items
tables      the tables of a comparison; `notes` below them
plots       its plots
report      all of it in one HTML file
table       a table in any format; `markup` has its cells, and three of the formats
drawing     what plots share: colors, axes, panels, labels that keep apart
page        an HTML page, with figures that follow its colors
==========  ================================================================================
"""

from wordneg.comparison.show.plots import plot_bands, plot_benchmarks, plot_curves, plot_quality_time
from wordneg.comparison.show.report import write_report
from wordneg.comparison.show.statistics import Analysis
from wordneg.comparison.show.table import Table
from wordneg.comparison.show.tables import make_bands, make_differences, make_table, make_tuning

__all__ = [
    "Analysis",
    "Table",
    "make_bands",
    "make_differences",
    "make_table",
    "make_tuning",
    "plot_bands",
    "plot_benchmarks",
    "plot_curves",
    "plot_quality_time",
    "write_report",
]
