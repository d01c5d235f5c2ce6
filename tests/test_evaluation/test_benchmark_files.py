import importlib.util
from pathlib import Path

import pytest

from evaluation import BENCHMARKS, benchmark_path, read_word_analogies, read_word_pairs
from evaluation.benchmarks import locate


@pytest.mark.parametrize("name", BENCHMARKS)
def test_named_benchmarks_are_gensims_own_files(name):
    utils = pytest.importorskip("gensim.test.utils")
    assert benchmark_path(name).samefile(utils.datapath(BENCHMARKS[name].file))


@pytest.mark.parametrize(("name", "size"), [("wordsim353", 353), ("simlex999", 999)])
def test_named_similarity_benchmarks_are_read_whole(name, size):
    pytest.importorskip("gensim")
    benchmark = read_word_pairs(name)
    assert (benchmark.name, len(benchmark.pairs), len(benchmark.gold)) == (name, size, size)
    assert benchmark.skipped == ()


def test_google_is_read_whole():
    pytest.importorskip("gensim")
    benchmark = read_word_analogies("google")
    assert len(benchmark.sections) == 14
    assert sum(len(section.questions) for section in benchmark.sections) == 19544
    assert benchmark.sections[4].name == "family"
    assert benchmark.sections[0].questions[0] == ("Athens", "Greece", "Baghdad", "Iraq")
    assert benchmark.skipped == ()


def test_without_gensim_the_error_says_so(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"gensim is not installed.*wordsim353\.tsv"):
        benchmark_path("wordsim353")


def test_without_gensims_test_data_the_error_says_so(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("gensim", tmp_path / "gensim" / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(FileNotFoundError, match="installed without its test data"):
        benchmark_path("google")


@pytest.mark.parametrize("wrong", ["wordsim", "WordSim353", "simlex"])
def test_a_wrong_name_is_answered_with_near_misses(wrong):
    with pytest.raises(ValueError, match=r"did you mean '(wordsim353|simlex999)'"):
        read_word_pairs(wrong)
    with pytest.raises(ValueError, match="there are 'wordsim353', 'simlex999', 'google'"):
        benchmark_path(wrong)


def test_a_benchmark_of_the_other_kind_is_refused():
    with pytest.raises(ValueError, match=r"'google' is a benchmark of analogy.*evaluate_word_analogies"):
        read_word_pairs("google")
    with pytest.raises(ValueError, match=r"'simlex999' is a benchmark of similarity.*score_word_pairs"):
        read_word_analogies("simlex999")


def test_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("google").write_text(": s\na b c d\n")
    assert locate(Path("google"), "analogy") == ("google", Path("google"))
    with pytest.raises(FileNotFoundError, match=r"no benchmark file at gone\.txt"):
        locate("gone.txt", "similarity")
    with pytest.raises(FileNotFoundError, match="no benchmark file at gone"):
        locate(Path("gone"), "similarity")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        locate(tmp_path, "similarity")
    with pytest.raises(TypeError, match="got int"):
        locate(3, "similarity")
