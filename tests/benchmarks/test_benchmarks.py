"""The benchmarks run to their end on a tiny corpus, and what they share does what it says; speed is not tested."""

import gzip
import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import experiments
import harness
import ideas
import numpy as np
import pytest

from wordneg import Comparison, encode
from wordneg.comparison import Request, read_plan
from wordneg.evaluation import BENCHMARKS
from wordneg.rng import new_state

FOLDER = Path(__file__).parent


def rows_of(markdown):
    """Return the body rows of all Markdown tables, as lists of cells."""
    cells = [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]
    rules = [number for number, row in enumerate(cells) if set("".join(row)) <= set("-: |")]
    heads = {number - 1 for number in rules}
    return [row for number, row in enumerate(cells) if number not in {*rules, *heads}]


# --- what they share ------------------------------------------------------------------------------------


def test_interleaved_alternates_the_order():
    order = []
    results = harness.interleaved({name: lambda name=name: order.append(name) or name.upper() for name in "abc"}, 3)
    assert order == list("abccbaabc")
    assert results == {"a": ["A"] * 3, "b": ["B"] * 3, "c": ["C"] * 3}


def test_spread_is_the_largest_distance_from_a_median():
    assert harness.spread([[1.0, 1.0, 1.0], [3.0, 4.0, 4.4]]) == pytest.approx(0.25)


def test_table():
    text = harness.table(["name", "size"], [["a", 1], ["b", 2]])
    assert text == "| name | size |\n| --- | --: |\n| a | 1 |\n| b | 2 |"
    assert rows_of(text) == [["a", "1"], ["b", "2"]]


@pytest.mark.parametrize("opener", [open, gzip.open])
def test_plain_text_cuts_at_a_line_end(tmp_path, opener):
    corpus = tmp_path / "corpus"
    with opener(corpus, "wb") as file:
        file.write(b"one two\nthree four\nfive\n")
    with harness.plain_text(corpus, 20e-6) as text:
        assert text.read_bytes() == b"one two\nthree four\n"
    with harness.plain_text(corpus) as text:
        assert text.read_bytes() == b"one two\nthree four\nfive\n"
        assert (text == corpus) == (opener is open)


def test_plain_text_cuts_an_endless_line_at_a_blank(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.write_bytes(b"one two three")
    with harness.plain_text(corpus, 10e-6) as text:
        assert text.read_bytes() == b"one two\n"


def test_publish_says_where_numbers_come_from(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(FOLDER / "speed.py"), str(tmp_path / "text.gz"), "--repeats", "2"])
    harness.publish("speed", "| a |", [1.5], Namespace(results=tmp_path / "new"))
    printed = capsys.readouterr().out
    assert (tmp_path / "new" / "speed.md").read_text().strip() == printed.strip()
    assert "`python tests/benchmarks/speed.py text.gz --repeats 2`" in printed
    facts = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert facts["results"] == [1.5]
    for known in (facts["processor"], facts["versions"]["numba"], facts["date"]):
        assert known in printed


# --- the benchmarks -------------------------------------------------------------------------------------


@pytest.fixture
def lee():
    from gensim.test.utils import datapath

    return datapath("lee_background.cor")


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a benchmark and returns its table rows, from all the places they go to."""

    def run_benchmark(name, *arguments, published=None):
        published = published or name
        options = ["--results", str(tmp_path)]
        command = [sys.executable, str(FOLDER / f"{name}.py"), *map(str, arguments), *options]
        finished = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        assert finished.returncode == 0, finished.stderr
        rows = rows_of(finished.stdout)
        assert rows_of((tmp_path / f"{published}.md").read_text(encoding="utf-8")) == rows
        assert json.loads((tmp_path / f"{published}.json").read_text())["results"]
        return rows

    return run_benchmark


@pytest.mark.benchmark
def test_speed(run, lee):
    rows = run("speed", lee, "--megabytes", 0.1, "--repeats", 2)
    settings = [(architecture, workers) for architecture in ("skip-gram", "CBOW") for workers in "12"]
    assert [tuple(row[1:3]) for row in rows] == settings * 2
    assert len({row[0] for row in rows}) == 2


@pytest.mark.benchmark
def test_speed_measures_a_small_corpus_once(run, lee):
    assert len(run("speed", lee, "--repeats", 1)) == 4


@pytest.mark.benchmark
def test_speed_of_hierarchical_softmax(run, lee):
    assert len(run("speed", lee, "--repeats", 1, "--hs", published="speed-hs")) == 4


@pytest.mark.benchmark
def test_end_to_end(run, lee):
    rows = run("end_to_end", lee, "--repeats", 1, "--starts", 1, "--epochs", 1)
    trainers = ["gensim", "wordneg", "wordneg, first use"]
    assert [row[0] for row in rows[:5]] == trainers + trainers[1:]
    assert [row[0] for row in rows[5:]] == [
        "an empty program",
        "`import wordneg`",
        "`from wordneg import Word2Vec`",
        "`wordneg --help`",
        "`from gensim.models import Word2Vec`",
    ]


@pytest.mark.benchmark
def test_growth(run):
    axes = {"dimensions": [16, 20], "negatives": [2], "window": [1, 3], "vocabulary": [100, 1000], "workers": [1, 2]}
    options = [word for axis, values in axes.items() for word in (f"--{axis}", *values)]
    rows = run("growth", *options, "--tokens", 20_000, "--repeats", 1)
    assert [row[0].replace(",", "") for row in rows] == [str(value) for values in axes.values() for value in values]
    assert all(len(row) == 4 for row in rows)


@pytest.mark.benchmark
def test_sampler_speed(run, lee):
    rows = run("sampler_speed", lee, "--samplers", "uniform", "--prefix", 20_000, "--repeats", 1)
    expected = [[arch, name] for arch in ("skip-gram", "CBOW") for name in ("unigram", "uniform")]
    assert [row[:2] for row in rows] == expected
    assert rows[0][2] == "1.00 ×"


@pytest.mark.parametrize("name", experiments.NAMES)
def test_experiments_are_requests_that_compare_takes(name):
    plan = read_plan(experiments.FOLDER / f"{name}.toml")
    request = Request.of(**plan | {"benchmarks": ["wordsim353"]})
    assert len(request.rows) >= 2
    assert len(request.seeds) >= 3  # or there are no intervals over seeds
    assert set(plan["benchmarks"]) <= BENCHMARKS.keys()


@pytest.mark.benchmark
@pytest.mark.parametrize("name", [name for name in experiments.NAMES if not name.startswith("settings-")])
def test_experiments_run(name, lee, tmp_path):
    command = [sys.executable, str(FOLDER / "experiments.py"), name, lee, "--tiny", "--megabytes", "0.1"]
    call = [*command, "--results", str(tmp_path)]
    finished = subprocess.run(call, capture_output=True, text=True, encoding="utf-8")
    assert finished.returncode == 0, finished.stderr
    place = tmp_path / f"{name}-0.1mb"
    comparison = Comparison.open(place)
    assert comparison.missing == 0
    assert {run.status for run in comparison.runs} == {"done"}
    assert "(baseline)" in (place / "README.md").read_text(encoding="utf-8")
    assert "<html" in (place / "report.html").read_text(encoding="utf-8")
    again = subprocess.run(call, capture_output=True, text=True, encoding="utf-8")
    assert again.stdout == finished.stdout  # all of it was there


@pytest.mark.benchmark
def test_shards(run, lee):
    options = ["--shards", 2, "--seeds", 2, "--epochs", 1, "--benchmarks", "wordsim353", "--rates", 0.05, 0.1]
    rows = run("shards", lee, *options, "--architectures", "CBOW")
    assert [row[0] for row in rows] == ["one worker", "2 shards", "mean of 8 an epoch (Spark's rule)"]
    assert all("±" in row[2] for row in rows[1:])


@pytest.mark.benchmark
def test_items(run):
    rows = run("items", "--tiny", "--divisor", 80)
    assert len(rows) == 2 * 2 * 10
    assert {row[0] for row in rows} >= {"unigram", "uniform", "dns", "tri"}
    assert all(0 <= float(row[2].split()[0]) <= 1 for row in rows)


@pytest.mark.benchmark
def test_cooccurrence(run, lee):
    rows = run("cooccurrence", lee, "--repeats", 1, "--limit", 2)
    assert [row[:2] for row in rows[:4]] == [["1", "none"], ["2", "none"], ["1", "2 MB"], ["2", "2 MB"]]
    assert [row[0] for row in rows[4:]] == ["wordneg, 1 worker", "wordneg, 2 workers"]


@pytest.mark.benchmark
def test_wordrank_speed(run, lee):
    options = ["--dimensions", 16, "--negatives", 16, "--vocabulary", 300, "--contexts", 64, "--repeats", 1]
    rows = run("wordrank_speed", lee, *options, "--megabytes", 0.1, "--sizes", 0.2)
    assert [row[0] for row in rows[1:7]] == ["dimensions", "negatives", "loss", "update", "words", "text"]
    assert rows[5][1] == rows[5][2]  # words
    assert rows[-1][0] == "64"
    assert rows[-1][1].endswith("%")


@pytest.mark.benchmark
def test_exact_speed(run, lee):
    rows = run("exact_speed", lee, "--dimensions", 16, "--repeats", 1, "--megabytes", 0.2, "--sizes", 0.3)
    half = len(rows) // 2
    assert [row[0] for row in rows] == ["AllVec"] * half + ["ClosedForm"] * half
    assert [row[1:3] for row in rows[:3]] == [["", "as it comes"], ["dimensions", "16"], ["text", "0.3 MB"]]
    assert rows[0][-1] == rows[half][-1] == "1.00"


@pytest.mark.benchmark
def test_false_positives(run):
    assert len(run("false_positives", "--simulations", 4)) > 5


@pytest.mark.benchmark
def test_roofline(run):
    rows = run("roofline", "--quick", "--samplers", "dns")
    assert [row[0] for row in rows[:1]] == ["L1"]
    kernels = [row for row in rows if len(row) == 8 and row[1] in ("unigram", "dns")]
    expected = [("unigram", "1,000", "100", "5"), ("dns", "1,000", "100", "5")]
    expected += [("unigram", "1,000", "16", "5"), ("unigram", "1,000", "100", "2")]
    for architecture in ("skip-gram", "CBOW"):
        assert [tuple(row[1:5]) for row in kernels if row[0] == architecture] == expected
    phases = [[float(cell.replace(",", "")) for cell in row[2:] if cell.strip()] for row in rows[-2:]]
    assert [len(row) for row in phases] == [6, 8]
    assert all(row[0] > max(row[1:]) for row in phases)  # no phase costs as much as all together


@pytest.mark.benchmark
def test_peers(run, lee, tmp_path):
    rows = run("peers", lee, "--epochs", 1, 2, "--rates", 0.05, "--word2vec-c", tmp_path)
    speeds, results = rows[:4], rows[4:]
    assert [tuple(row[:2]) for row in speeds] == [(a, t) for a in ("skip-gram", "CBOW") for t in ("wordneg", "gensim")]
    assert len(results) == 8
    assert {row[2] for row in results} == {"1", "2"}
    assert "<svg" in (tmp_path / "peers.svg").read_text(encoding="utf-8")
    told = (tmp_path / "peers.md").read_text(encoding="utf-8")
    assert f"word2vec.c is left out: there is no **/word2vec.c in {tmp_path}." in told
    assert "fastText is left out: the folder of its sources is not given." in told


@pytest.mark.benchmark
def test_presets(run, lee):
    assert len(run("presets", lee, "--megabytes", 0.2, "--seeds", 2)) == 20


@pytest.mark.benchmark
def test_all_but_the_top(run, lee):
    rows = run("all_but_the_top", lee, "--megabytes", 0.2, "--seeds", 2, "--epochs", 1)
    assert [row[0] for row in rows if row[0].startswith("**")] == [
        f"**{name}**" for name in ("skip-gram", "skip-gram, ensemble", "CBOW", "CBOW, ensemble", "ClosedForm")
    ]
    assert len(rows) == 23


@pytest.mark.benchmark
def test_ideas(run, lee):
    rows = run(
        "ideas", lee, "--megabytes", 0.2, "--seeds", 2, "--epochs", 2, "--architectures", "CBOW", "--rates", 0.05
    )
    assert rows[0][:2] == ["popularity", "0.05"]
    assert len(rows) == 14


@pytest.mark.benchmark
def test_negatives_that_avoid_a_neighborhood_are_popular_words_outside_of_it():
    text = [[f"a{number % 7}", f"a{number % 3}", "the"] for number in range(700)] + [["c", "d"]] * 100
    store = encode(text, min_count=1)
    words = store.vocabulary.words
    table = ideas.Avoiding(ideas.neighborhoods(store, 2)).prepare(store.vocabulary, None)
    none = ideas.Avoiding(np.zeros_like(table.filter)).prepare(store.vocabulary, None)
    drawn, rng = np.zeros(20_000, np.int64), new_state()
    rng[:] = 1
    row = np.zeros(8, np.float32)
    for state, expected in ((table, {*words} - {"c", "d"}), (none, {*words} - {"c"})):
        ideas.draw(state, None, rng, row[None], row, words.index("c"), np.zeros(1, np.int64), drawn)
        assert {words[word] for word in drawn} == expected
