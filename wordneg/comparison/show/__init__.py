"""How a comparison is shown: findings in sentences, tables, plots, and a page that is one HTML file.

==========  ================================================================
statistics  which numbers are shown, with which intervals and tests
findings    what was found, in sentences; the notes below the tables
tables      the tables of a comparison
formats     a `Table`, in seven formats
plots       the plots of a comparison
plotting    what plots share: colors, axes, panels, labels that keep apart
page        all of it in one HTML file
==========  ================================================================
"""

from wordneg.comparison.show.findings import Findings, make_findings
from wordneg.comparison.show.formats import Table
from wordneg.comparison.show.page import write_report
from wordneg.comparison.show.plots import plot_bands, plot_curves, plot_differences, plot_quality_time
from wordneg.comparison.show.statistics import Analysis
from wordneg.comparison.show.tables import make_bands, make_differences, make_table, make_tuning

__all__ = [
    "Analysis",
    "Findings",
    "Table",
    "make_bands",
    "make_differences",
    "make_findings",
    "make_table",
    "make_tuning",
    "plot_bands",
    "plot_curves",
    "plot_differences",
    "plot_quality_time",
    "write_report",
]
