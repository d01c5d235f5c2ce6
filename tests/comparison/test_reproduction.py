import itertools
import json
import shutil
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import wordneg
from wordneg import evaluation
from wordneg.cli import main
from wordneg.cli.reproducing import _OPTIONS
from wordneg.comparison import PAPERS, papers, reproduction, scoring
from wordneg.comparison.making import make
from wordneg.comparison.papers import PaperRow, Published, find_paper
from wordneg.comparison.reproduction import make_gains, make_reproduced
from wordneg.evaluation.significance import welch

ANIMALS, CARS = ("cat", "dog", "cow", "hen"), ("car", "bus", "van", "cab")
SMALL = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 2}
SMALL_FLAGS = ("--vector-size", "16", "--min-count", "1", "--workers", "1", "--epochs", "2", "--seeds", "2")
OPTRANK = PAPERS["optrank"]


@pytest.fixture(scope="module")
def text():
    rng = np.random.default_rng(0)
    return [["the", *rng.choice(kind, 4).tolist()] for _ in range(300) for kind in (ANIMALS, CARS)]


@pytest.fixture(scope="module")
def benchmarks(tmp_path_factory):
    """Return a folder with a file for each of the paper's benchmarks."""
    folder = tmp_path_factory.mktemp("benchmarks")
    pairs = list(itertools.combinations((*ANIMALS, *CARS), 2))  # enough for two halves
    for number, name in enumerate(OPTRANK.similarity):
        lines = [f"{a}\t{b}\t{(3 * place + number) % 10}" for place, (a, b) in enumerate(pairs)]
        (folder / evaluation.BENCHMARKS[name].file).write_text("\n".join(lines) + "\n")
    questions = ": kinds\ncat car dog bus\ncow van hen cab\n"
    (folder / evaluation.BENCHMARKS[OPTRANK.analogies].file).write_text(questions)
    return folder


@pytest.fixture(scope="module", autouse=True)
def toy():
    """Have a paper whose two samplers draw alike, so that one compiled kernel serves all trainings."""
    numbers = MappingProxyType({"128M": Published(0.3, 0.6), "1G": Published(0.5, 0.7)})
    better = MappingProxyType({"128M": Published(0.4, 0.55), "1G": Published(0.55, 0.75)})
    rows = (
        PaperRow("Base", {"name": "unigram"}, numbers, "the same"),
        PaperRow("New", {"name": "uniform"}, better, "another"),
    )
    sizes = {"128M": 21e6, "1G": 164e6}
    paper = replace(OPTRANK, name="toy", title="Toy, Table 1", rows=rows, sizes=sizes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(papers, "PAPERS", {**PAPERS, "toy": paper})
        patch.setattr(scoring, "WIDEST", 10.0)  # a few items are enough to tune by
        yield paper


@pytest.fixture(scope="module")
def done(text, benchmarks, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "results"
    return wordneg.reproduce("toy", text, seeds=2, folder=benchmarks, out=out, **SMALL)


# --- the papers ----------------------------------------------------------------------------------------


def test_optrank_is_table_2_of_the_paper():
    assert [row.label for row in OPTRANK.rows] == ["CBOW-p", "CBOW-a", "WordRank", "OptRank"]
    assert [row.published["128M"] for row in OPTRANK.rows] == [
        (0.364, 0.622),
        (0.404, 0.618),
        (0.415, 0.633),
        (0.437, 0.637),
    ]
    assert [row.published["1G"] for row in OPTRANK.rows] == [
        (0.660, 0.641),
        (0.667, 0.631),
        (0.647, 0.670),
        (0.675, 0.661),
    ]
    assert [row.published["2G"].analogies for row in OPTRANK.rows] == [0.691, 0.712, 0.685, 0.718]
    protocol = {"sg": 0, "vector_size": 300, "window": 8, "negative": 15, "sample": 1e-3, "alpha": 0.025}
    assert dict(OPTRANK.options) == protocol | {"min_alpha": 0.0}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_papers_are_whole(paper):
    assert PAPERS[paper.name] is paper
    for row in paper.rows:
        assert set(row.published) == set(paper.sizes)
        assert not row.difference.endswith(".")
    assert {evaluation.BENCHMARKS[name].kind for name in paper.similarity} == {"similarity"}
    assert evaluation.BENCHMARKS[paper.analogies].kind == "analogy"
    assert reproduction.check_reproduction(paper.name) is paper  # samplers and settings exist


def test_the_nearest_size_is_a_ratio():
    assert OPTRANK.nearest_size(17_000_000) == "128M"
    assert OPTRANK.nearest_size(1) == "128M"
    assert OPTRANK.nearest_size(28_000_000) == "128M"
    assert OPTRANK.nearest_size(31_000_000) == "256M"
    assert OPTRANK.nearest_size(10**12) == "2G"


def test_an_unknown_paper_is_told():
    with pytest.raises(ValueError, match="no paper named 'optrnk'; did you mean 'optrank'"):
        find_paper("optrnk")


# --- what comes out ------------------------------------------------------------------------------------


@pytest.mark.lengthy
def test_both_comparisons_follow_the_protocol(done):
    assert done.missing == 0
    assert done.complete
    assert done.size == "128M"
    assert (done.at_rate.request.tune, done.tuned.request.tune) == (None, "alpha")
    for comparison in (done.at_rate, done.tuned):
        assert [(run.row, run.seed, run.status) for run in comparison.runs] == [
            (setting, seed, "done") for setting in ("unigram", "uniform") for seed in (1, 2)
        ]
        assert comparison.protocol.benchmarks == OPTRANK.benchmarks  # and nothing was held out
        for run in comparison.runs:
            assert {name: run.options[name] for name in ("window", "negative", "sg")} == {
                "window": 8,
                "negative": 15,
                "sg": 0,
            }
            assert run.options["vector_size"] == 16
    assert {run.options["alpha"] for run in done.at_rate.runs} == {0.025}


def test_numbers_are_means_over_sets_and_seeds(done):
    row = done.paper.rows[1]
    values = done.values(done.tuned, row)
    runs = [run for run in done.tuned.runs if run.row == "uniform"]
    for place, run in enumerate(runs):
        spearman = [s.value for s in run.scores if s.measure == "spearman" and s.band == "all"]
        accuracy = [s.value for s in run.scores if s.measure == "accuracy" and s.band == "all"]
        assert len(spearman) == 6
        assert values["similarity"][place] == pytest.approx(np.mean(spearman))
        assert values["analogies"][place] == accuracy[0]
    record = make_reproduced(done).records()[1]
    assert record["row"] == "New"
    assert (record["analogies_paper"], record["similarity_paper"]) == (0.4, 0.55)
    assert record["similarity_tuned"] == pytest.approx(np.mean(values["similarity"]))
    assert record["alpha"] == runs[0].options["alpha"]


def test_gains_are_over_the_first_row(done):
    table, gains = make_reproduced(done).records(), make_gains(done).records()
    assert [record["row"] for record in gains] == ["New"]
    for name in ("analogies_paper", "similarity_paper", "similarity_here", "similarity_tuned", "analogies_tuned"):
        assert gains[0][name] == pytest.approx(table[1][name] - table[0][name])


def test_a_row_that_does_not_vary_has_a_gain_all_the_same():
    found = welch((0.1, 0.1, 0.1), (0.19, 0.2, 0.21), 0.95)
    assert found.estimate == pytest.approx(-0.1)
    assert found.interval.high == pytest.approx(-0.1 + 4.302653 * 0.01 / 3**0.5)  # t of one sample, 2 degrees


def test_differences_are_listed(done):
    listed = "\n".join(done.differences())
    assert "vector_size: 300 in the paper, 16 here." in listed
    assert "epochs: the paper does not say" in listed
    assert "Here 2." in listed
    assert "Which MTurk set the paper has is not said" in listed
    assert "New, here uniform: another." in listed
    assert "about 21 million" in listed
    assert "window" not in listed  # it is the paper's
    assert "Left out" not in listed


def test_as_text_markdown_and_json(done):
    assert repr(done) == "Reproduction('toy' on 'list')"
    text = str(done)
    assert "Toy, Table 1, and the same on list" in text
    assert "What each row gains over Base" in text
    assert "* vector_size: 300 in the paper, 16 here." in text
    assert max(map(len, text.splitlines())) <= 120
    page = done.to_markdown()
    assert page.startswith("# Toy, Table 1, run again\n\nGuo, Ouyang, Yuan and Wang 2018")
    assert page.count("mturk771 ρ") == 2  # both comparisons, whole
    assert "wordneg.compare(" in page
    data = json.loads(done.to_json())
    assert data["table"]["rows"][0]["analogies_paper"] == 0.3
    assert len(data["differences"]) == len(done.differences())


def test_it_goes_on_where_it_stopped(done, text, benchmarks, monkeypatch):
    out = done.at_rate.folder.parent
    (next((out / "tuned" / "runs").glob("uniform-2.json"))).unlink()
    before = {path: path.stat().st_mtime_ns for path in out.rglob("runs/*.json")}
    again = wordneg.reproduce("toy", text, seeds=2, folder=benchmarks, out=out, **SMALL)
    assert again.missing == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert str(again) == str(done)
    with pytest.raises(ValueError, match="holds another comparison: window"):
        wordneg.reproduce("toy", text, seeds=2, folder=benchmarks, out=out, **SMALL | {"window": 1})


def test_another_comparison_in_the_second_folder_is_told_before_the_corpus_is_opened(done, benchmarks, tmp_path):
    shutil.copytree(done.at_rate.folder.parent / "tuned", tmp_path / "tuned")

    class Unopened:
        def __iter__(self):
            pytest.fail("the corpus was opened")

    with pytest.raises(ValueError, match=r"tuned'? holds another comparison: window"):
        wordneg.reproduce("toy", Unopened(), seeds=2, folder=benchmarks, out=tmp_path, **SMALL | {"window": 1})
    assert not (tmp_path / "paper-rate").exists()


def test_an_interruption_of_the_second_leaves_the_first(text, benchmarks, monkeypatch):
    def interrupted(request, *arguments, **options):
        if request.tune is not None:
            raise KeyboardInterrupt
        return make(request, *arguments, **options)

    monkeypatch.setattr(reproduction, "make", interrupted)
    half = wordneg.reproduce("toy", text, seeds=1, folder=benchmarks, **SMALL)
    assert (half.tuned, half.missing) == (None, 2)
    assert "2 runs still to be made" in repr(half)
    assert "2 runs are still to be made." in str(half)


def test_one_seed_the_papers_rate_and_fewer_benchmarks(text, benchmarks):
    chosen = ["simlex999", "men"]
    part = wordneg.reproduce("toy", text, seeds=1, tune=None, size="1G", benchmarks=chosen, folder=benchmarks, **SMALL)
    assert part.missing == 0
    assert part.benchmarks == ("men", "simlex999")
    record = make_reproduced(part).records()[0]
    assert (record["analogies_paper"], record["analogies_here"]) == (0.5, None)
    assert record["similarity_here"] is not None
    assert "Left out here: google, wordsim353, wordsim353-rel, wordsim353-sim, mturk771." in str(part)
    assert "one seed" in str(part)
    assert "tuned" not in str(part)


def test_a_benchmark_without_a_score_gives_no_mean(text, benchmarks, tmp_path):
    (tmp_path / evaluation.BENCHMARKS["men"].file).write_text("unheard\tunseen\t3\nso\ton\t4\nand\tforth\t5\n")
    part = wordneg.reproduce("toy", text, seeds=1, tune=None, benchmarks=["men"], folder=tmp_path, **SMALL)
    assert make_reproduced(part).records()[0]["similarity_here"] is None
    assert "No mean over runs without a score on: men." in str(part)


def test_failed_runs_are_told(text, benchmarks):
    part = wordneg.reproduce("toy", text, seeds=1, tune=None, folder=benchmarks, alpha=1e30, **SMALL)
    assert make_reproduced(part).records()[0]["similarity_here"] is None
    assert make_gains(part).records()[0]["similarity_here"] is None
    assert "Base: 1 runs failed (" in str(part)
    assert "alpha: 0.025 in the paper, 1e+30 here." in str(part)


def test_missing_benchmarks_are_told(text, benchmarks, tmp_path, monkeypatch):
    monkeypatch.setattr(
        evaluation, "benchmarks_at_hand", lambda folder: dict.fromkeys(["google", "wordsim353", "simlex999"])
    )
    with pytest.raises(FileNotFoundError, match=r"'mturk771', 'men' are not at hand") as told:
        wordneg.reproduce("toy", text, folder=tmp_path, **SMALL)
    assert "EN-MEN-TR-3k.txt into a folder and name that (folder=…)" in str(told.value)
    assert "benchmarks=['google', 'wordsim353', 'simlex999']" in str(told.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": "128"}, "got size='128'; did you mean '128M'"),
        ({"benchmarks": ["mem"]}, "got 'mem', which is no benchmark of the paper's; did you mean 'men'"),
        ({"benchmarks": []}, "expected a list of some of 'google'"),
        ({"benchmarks": "men"}, "expected a list of some of 'google'"),
        ({"window": [5, 8]}, "a list: the paper's rows are what is compared"),
        ({"epochs": [1, 2]}, "a list: the paper's rows are what is compared"),
        ({"tune": "alpa"}, "did you mean 'alpha'"),
        ({"tune": {"alpha": "auto"}}, "got tune={'alpha': 'auto'}, expected one setting such as tune='alpha'"),
        ({"seeds": 0}, "seeds=0"),
        ({"vector_size": 0}, "vector_size=0"),
    ],
)
def test_wrong_values(text, options, message):
    with pytest.raises(ValueError, match=message):
        wordneg.reproduce("toy", text, **options)


@pytest.mark.parametrize("option", ["samplers", "held_out", "gensim"])
def test_what_the_paper_decides_cannot_be_given(text, option):
    with pytest.raises(TypeError, match=f"reproduce has no argument '{option}': the paper decides it"):
        wordneg.reproduce("toy", text, **{option: 1})


def test_an_unknown_argument_is_told(text):
    with pytest.raises(TypeError, match="no argument 'windw'; did you mean 'window'"):
        wordneg.reproduce("toy", text, windw=5)


# --- the command ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("\n".join(map(" ".join, text)))
    return tmp_path


@pytest.mark.lengthy
def test_the_command_prints_the_tables_and_writes_the_page(folder, benchmarks, capsys):
    call = ["reproduce", "toy", "corpus.txt", *SMALL_FLAGS, "--folder", str(benchmarks), "--out", "results"]
    assert main(call) == 0
    told = capsys.readouterr()
    assert "Toy, Table 1, and the same on corpus.txt" in " ".join(told.out.split())
    assert "tuned alpha" in told.out
    assert "toy.md holds" in told.err
    page = (folder / "results" / "toy.md").read_text(encoding="utf-8")
    assert page.startswith("# Toy, Table 1, run again")
    assert main(["report", "results/tuned"]) == 0
    capsys.readouterr()
    assert main([*call, "--json", "-q"]) == 0  # all of it is there
    told = capsys.readouterr()
    assert json.loads(told.out)["paper"] == "toy"
    assert told.err == ""


def test_the_command_without_tuning(folder, benchmarks, capsys):
    call = ["reproduce", "toy", "corpus.txt", *SMALL_FLAGS, "--no-tune", "--benchmarks", "men", "simlex999"]
    assert main([*call, "--folder", str(benchmarks)]) == 0
    told = capsys.readouterr()
    assert "tuned" not in told.out
    assert "the runs are not kept" in told.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["optrnk", "corpus.txt"], "did you mean 'optrank'"),
        (["optrank", "corpus.txt", "--benchmarks", "mem"], "did you mean 'men'"),
        (["optrank", "corpus.txt", "--size", "1gb"], "Table 2 has '128M', '256M', '512M', '1G', '2G'"),
        (["optrank", "corpus.txt", "--seed", "1"], "did you mean '--seeds'"),
        (["optrank"], "CORPUS"),
    ],
)
def test_wrong_usage_begins_nothing(folder, capsys, arguments, message):
    assert main(["reproduce", *arguments, "--out", "results"]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_every_flag_is_an_argument():
    import inspect

    known = set(inspect.signature(wordneg.reproduce).parameters) | set(inspect.signature(wordneg.Word2Vec).parameters)
    flags = {option.name for option in _OPTIONS} - {"tokenize", "quiet", "json", "debug"}
    assert flags <= known


@pytest.mark.slow
def test_optrank_runs(text, benchmarks):
    found = wordneg.reproduce("optrank", text, seeds=1, folder=benchmarks, **SMALL)
    assert [run.status for run in (*found.at_rate.runs, *found.tuned.runs)] == ["done"] * 8
    assert [row.name for row in make_reproduced(found).rows] == ["CBOW-p", "CBOW-a", "WordRank", "OptRank"]
