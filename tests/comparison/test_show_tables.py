"""Tables in every format: the right numbers, the marks, and whatever stands in a label."""

import csv
import importlib.util
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from made_up import BASELINE, FAILED, LONG, failed_run, make_comparison

from wordneg.comparison.scoring import SECONDS, Criterion
from wordneg.comparison.show import (
    Analysis,
    Table,
    make_bands,
    make_differences,
    make_table,
    make_tuning,
)
from wordneg.comparison.show.formats import Cell, Column, Row

DNS = "dns(candidates=16)"
SIMLEX = Criterion("simlex999", "spearman")
NASTY = "a|b <script>alert('x')</script> & $x_1$ \\ {100%} #1 ~^ *bold* `code`"


@pytest.fixture(scope="module")
def table(analysis):
    return make_table(analysis)


def cell(table, row, head):
    place = [column.head for column in table.columns].index(head)
    return next(one.cells[place] for one in table.rows if one.name == row)


def nasty():
    cells = (Cell("0.512", 0.5123, "0.011", (("low", 0.5), ("high", 0.52)), 1, True), Cell("a & b", "a & b"))
    columns = (Column("score", "score_%"), Column("kind", "kind", numeric=False))
    return Table(
        "50% & more", columns, (Row(NASTY, cells), Row("bad", cells, "failed", f"failed: {NASTY}")), ("<i>no</i>",)
    )


class Elements(HTMLParser):
    """Reads elements and text, and fails on those that do not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class TestContents:
    def test_a_row_for_each_setting_and_the_columns_that_were_asked_for(self, comparison, table):
        assert [row.name for row in table.rows] == list(comparison.request.rows)
        assert [column.head for column in table.columns] == [
            "alpha",
            "wordsim353 ρ",
            "simlex999 ρ",
            "google acc.",
            "held-out log-lik.",
            "training seconds",
            "words/s",
            "peak memory",
        ]

    def test_cells(self, analysis, table):
        summary = analysis.summaries[DNS, analysis.criteria[0]]
        found = cell(table, DNS, "wordsim353 ρ")
        assert found.text == f"{summary.mean:.3f}"
        assert found.half == f"{(summary.interval.high - summary.interval.low) / 2:.3f}"
        assert found.mark == 1
        assert cell(table, "uniform", "google acc.").mark == -1
        assert cell(table, BASELINE, "google acc.").mark == 0
        assert cell(table, "uniform", "alpha").text == "0.1"

    def test_best_is_marked_where_its_interval_lies_apart_from_all_others(self, analysis, table):
        assert cell(table, DNS, "held-out log-lik.").best
        assert sum(row.cells[4].best for row in table.rows) == 1
        assert analysis.summaries[DNS, analysis.criteria[1]].mean > analysis.summaries["adaptive", SIMLEX].mean
        assert not any(row.cells[2].best for row in table.rows)  # the most, but their intervals overlap
        assert not any(row.cells[7].best for row in table.rows)  # 356 MB twice

    def test_less_is_better_for_costs(self, comparison):
        def slower(run):
            factor = 1.0 if run.row == "adaptive" else 2.0
            return replace(run, seconds=factor + run.seed / 1000) if run.status == "done" else run

        analysis = Analysis(replace(comparison, runs=tuple(map(slower, comparison.runs))), resamples=200)
        assert analysis.best(SECONDS) == "adaptive"
        assert cell(make_table(analysis), "adaptive", "training seconds").best

    def test_a_failed_setting_is_a_row_that_says_so(self, table):
        row = table.rows[-1]
        assert (row.name, row.status) == (FAILED, "failed")
        assert row.message == "failed: ValueError: margin must be at least 0, got -1"
        assert f"{FAILED}: {row.message}" in table.to_text()

    def test_some_failed_and_some_unfinished_runs_are_noted(self, comparison):
        runs = tuple(run for run in comparison.runs if (run.row, run.seed) not in {(DNS, 1), (LONG, 3)})
        table = make_table(replace(comparison, runs=(*runs, failed_run(DNS, 1, "boom"))))
        assert f"{DNS}: 1 of 3 runs failed (boom); means are over the other runs." in table.notes
        assert f"{LONG}: 1 run is not finished yet." in table.notes
        assert [row.status for row in table.rows if row.name in (DNS, LONG)] == ["partial", "partial"]

    def test_nothing_is_finished(self, comparison):
        table = make_table(replace(comparison, runs=()))
        assert {row.message for row in table.rows} == {"not finished yet"}
        assert "so no differences could be tested" in table.to_text()
        assert not make_differences(replace(comparison, runs=())).rows

    def test_one_seed_is_said(self, tmp_path):
        comparison = make_comparison(tmp_path, seeds=(3,), tune=None)
        assert "over items alone" in make_table(comparison).notes[0]
        assert "trained with one seed" in make_bands(comparison).notes[0]

    @pytest.mark.lengthy
    def test_items_counted_are_said(self, comparison, table):
        counted = "wordsim353 310 of 320, simlex999 690 of 700, google 900 of 912."
        assert f"Items scored (all their words have vectors): {counted}" in table.notes
        fewer = tuple(
            replace(run, scores=tuple(replace(score, used=30, missing=290) for score in run.scores))
            if run.row == DNS
            else run
            for run in comparison.runs
        )
        assert "wordsim353 30 to 310 of 320," in " ".join(make_table(replace(comparison, runs=fewer)).notes)
        assert not any("Items counted" in note for note in make_table(replace(comparison, runs=())).notes)

    @pytest.mark.lengthy
    def test_nothing_is_said_twice(self, comparison):
        protocol = replace(comparison.protocol, notes=("Nothing was tuned: a reason.",))
        request = replace(comparison.request, tune=None)
        notes = make_table(replace(comparison, request=request, protocol=protocol, tunings=())).notes
        assert sum("tuned" in note for note in notes) == 1

    def test_differences(self, analysis):
        table = make_differences(analysis)
        assert len(table.rows) == 16
        record = next(one for one in table.records() if one["row"] == DNS and one["benchmark"] == "google")
        outcome = analysis.outcomes[DNS, analysis.criteria[2]]
        assert record["difference"] == outcome.difference.estimate
        assert record["interval_low"] == outcome.difference.interval.low
        assert (record["p"], record["p_holm"]) == (outcome.difference.p_value, outcome.adjusted)
        assert (record["significant"], record["items"]) == ("yes", 900)
        assert "adjusted by Holm over all 16 tests" in table.notes[0]

    def test_remarks_on_tests_are_made_once(self, tmp_path):
        notes = make_differences(make_comparison(tmp_path, seeds=(3,))).notes
        assert sum("one seed each" in note.lower() for note in notes) == 1
        assert any(f"{DNS} on held-out" in note for note in notes)

    def test_bands(self, analysis):
        table = make_bands(analysis)
        assert len(table.rows) == 15
        record = table.records()[0]
        assert (record["row"], record["benchmark"]) == (BASELINE, "wordsim353")
        assert record["rare"] == analysis.band_summaries[BASELINE, analysis.criteria[0], "rare"].mean
        assert not any(cell.best for row in table.rows for cell in row.cells)

    def test_tuning_says_what_was_tried_and_warns_of_an_edge(self, comparison):
        table = make_tuning(comparison)
        assert cell(table, BASELINE, "tried: score").text.endswith("0.4: diverged")
        assert cell(table, BASELINE, "chosen").value == 0.05
        assert not table.notes
        tuning = replace(comparison.tunings[0], edges=("alpha",))
        assert "at the edge of the values tried" in make_tuning(replace(comparison, tunings=(tuning,))).notes[0]

    def test_another_level(self, comparison, table):
        wide = make_table(comparison, level=0.999)
        assert float(cell(wide, DNS, "google acc.").half) > float(cell(table, DNS, "google acc.").half)
        assert "99.9% interval" in wide.notes[0]

    def test_an_analysis_keeps_its_level(self, comparison):
        analysis = Analysis(comparison, level=0.8, resamples=100)
        assert "80% interval" in make_table(analysis).notes[0]
        assert "90% interval" in make_table(analysis, level=0.9).notes[0]
        assert make_differences(analysis).columns[3].head == "80% interval"


def test_what_it_took_beyond_training_is_said_if_it_is_known(comparison, table):
    assert not any(note.startswith("Besides training") for note in table.notes)
    timed = replace(
        comparison,
        protocol=replace(comparison.protocol, preparing=4.2),
        runs=tuple(replace(run, beyond=2.0) if run.status == "done" else run for run in comparison.runs),
    )
    notes = make_table(Analysis(timed, resamples=200)).notes
    assert (
        "Besides training, the runs took 30 s for compiling, learning curves and scores; reading text and benchmarks "
        "took 4 s."
    ) in notes


class TestFormats:
    @pytest.mark.parametrize("width", [60, 80, 120, 200])
    def test_text_fits_a_terminal_and_lines_up(self, analysis, table, width):
        for one in (table, make_differences(analysis), make_bands(analysis), make_tuning(analysis.comparison)):
            lines = one.to_text(width).splitlines()
            assert max(map(len, lines)) <= width
        title, *blocks, notes = table.to_text(width).split("\n\n")
        assert title == table.title
        assert max(map(len, notes.splitlines())) <= 120
        words = set(" ".join(column.head for column in table.columns).split())
        for block in blocks:
            assert len({len(line) for line in block.splitlines()}) == 1
            assert set(block.splitlines()[0].split()) <= words  # no heading is broken
        assert "▲*" in table.to_text(width)

    def test_text_follows_the_terminal_and_is_80_wide_in_a_pipe(self, table, monkeypatch):
        monkeypatch.delenv("COLUMNS", raising=False)
        assert str(table) == repr(table) == table.to_text(80)
        monkeypatch.setenv("COLUMNS", "150")
        assert str(table) == table.to_text(150)

    def test_names_that_are_cut_are_in_the_notes(self, table):
        text = table.to_text(120)
        assert f"mixture(weights=(0.25, 0.75), trans… is {LONG}" in text.replace("\n", " ")

    def test_columns_of_words_are_flush_left_and_wrapped(self, comparison):
        lines = make_tuning(comparison).to_text(60).split("\n\n")[2].splitlines()
        place = lines[0].index("tried: score")
        assert lines[1][place:].startswith("0.0125: ")
        assert lines[2][place:].strip()
        assert not lines[2][:place].strip()

    def test_csv_has_all_numbers_unrounded(self, analysis, table):
        rows = {row["row"]: row for row in csv.DictReader(io.StringIO(table.to_csv()))}
        summary = analysis.summaries[DNS, analysis.criteria[2]]
        assert float(rows[DNS]["google_accuracy"]) == summary.mean
        assert float(rows[DNS]["google_accuracy_high"]) == summary.interval.high
        assert int(rows[DNS]["google_accuracy_runs"]) == 3
        assert rows[FAILED]["status"] == "failed"
        assert rows[FAILED]["google_accuracy"] == ""
        assert rows[BASELINE]["google_accuracy_p_holm"] == ""

    def test_json(self, table):
        content = json.loads(table.to_json())
        assert [row["row"] for row in content["rows"]] == [row.name for row in table.rows]
        assert content["rows"] == table.records()
        assert content["notes"] == list(table.notes)
        assert len({tuple(row) for row in content["rows"]}) == 1

    def test_markdown_has_as_many_cells_in_each_line_whatever_the_label(self):
        lines = [line for line in nasty().to_markdown().splitlines() if line.startswith("|")]
        unescaped = [line.replace(r"\|", "") for line in lines]
        assert {line.count("|") for line in unescaped} == {4}
        assert r"\<script\>" in lines[2]
        assert r"**0.512** ± 0.011 ▲" in lines[2]
        assert "failed:" in lines[3]

    def test_latex_escapes_and_marks(self):
        text = nasty().to_latex()
        assert r"$\mathbf{0.512} \pm 0.011^{\blacktriangle}$" in text
        assert r"a\textbar{}b \textless{}script\textgreater{}" in text
        assert r"\$x\_1\$ \textbackslash{} \{100\%\} \#1 \textasciitilde{}\textasciicircum{}" in text
        assert r"\caption{50\% \& more}" in text
        assert r"\multicolumn{2}{l}" in text

    def test_latex_takes_no_cell_for_an_argument_and_no_minus_for_a_hyphen(self):
        cells = (Cell("-0.035 to +0.025"), Cell("+0.016"), Cell("yes", mark=1))
        columns = (Column("", "interval"), Column("difference", "difference"), Column("significant", "significant"))
        text = Table("t", columns, (Row("[a] x_1", cells), Row("*b*", cells))).to_latex()
        assert r"{[}a] x\_1 & $-$0.035 to $+$0.025 & $+0.016$ & yes$^{\blacktriangle}$ \\" in text
        assert r"{*}b{*} &" in text

    def test_latex_has_balanced_braces_and_dollars_and_as_many_cells_in_each_row(self, analysis, table):
        for one in (table, make_differences(analysis), nasty()):
            lines = [line for line in one.to_latex().splitlines() if not line.startswith("%")]
            bare = [re.sub(r"\\[&%$#_{}\\]", "", line) for line in lines]
            assert all(line.count("$") % 2 == 0 for line in bare)
            assert all(line.count("{") == line.count("}") for line in bare)
            assert all(line.isascii() for line in bare)
            rows = bare[bare.index(r"\toprule") + 1 : bare.index(r"\bottomrule")]
            spans = [row for row in rows if row != r"\midrule" and "multicolumn" not in row]
            assert {row.count("&") for row in spans} == {len(one.columns)}

    def test_html_escapes_everything(self):
        for text in (nasty().to_html(), nasty()._repr_html_()):
            page = Elements(text)
            assert "script" not in page.seen
            assert "i" not in page.seen
            assert NASTY in page.text
            assert "<i>no</i>" in page.text
            assert 'colspan="2"' in text

    def test_html_names_a_setting_once_for_several_rows(self, analysis):
        text = make_differences(analysis).to_html()
        assert text.count('rowspan="4"') == 4
        assert Elements(text).seen.count("tr") == 17

    @pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas is optional")
    def test_dataframe(self, table):
        frame = table.to_dataframe()
        assert list(frame["row"]) == [row.name for row in table.rows]
        assert frame["google_accuracy"].iloc[2] == table.records()[2]["google_accuracy"]

    def test_without_pandas_a_sentence_says_what_to_do(self, table, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(ImportError, match="pip install pandas"):
            table.to_dataframe()


@pytest.mark.parametrize("heavy", ["pandas", "matplotlib", "numba"])
def test_import_is_light(heavy):
    code = f"import sys, wordneg.comparison.show; assert {heavy!r} not in sys.modules"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
