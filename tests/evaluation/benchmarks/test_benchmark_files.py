import importlib.util
import re
from pathlib import Path

import pytest

from wordneg.evaluation import BENCHMARKS, benchmark_path, benchmarks_at_hand, read_word_analogies, read_word_pairs
from wordneg.evaluation.benchmarks.files import kind_of, locate, recognized

BUNDLED = [name for name, benchmark in BENCHMARKS.items() if benchmark.bundled]


@pytest.fixture(autouse=True)
def nothing_but_gensim(monkeypatch, tmp_path):
    """No folder of the user's, and an empty cache."""
    monkeypatch.delenv("WORDNEG_BENCHMARKS", raising=False)
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_benchmarks_are_gensims_own_files(name):
    utils = pytest.importorskip("gensim.test.utils")
    assert benchmark_path(name).read_bytes() == Path(utils.datapath(BENCHMARKS[name].file)).read_bytes()


@pytest.mark.parametrize(("name", "size"), [("wordsim353", 353), ("simlex999", 999)])
def test_named_similarity_benchmarks_are_read_whole(name, size):
    if BENCHMARKS[name].from_gensim:
        pytest.importorskip("gensim")
    benchmark = read_word_pairs(name)
    assert (benchmark.name, len(benchmark.pairs), len(benchmark.gold)) == (name, size, size)
    assert benchmark.skipped == ()


def test_google_is_read_whole():
    benchmark = read_word_analogies("google")
    assert len(benchmark.sections) == 14
    assert sum(len(section.questions) for section in benchmark.sections) == 19544
    assert benchmark.sections[4].name == "family"
    assert benchmark.sections[0].questions[0] == ("Athens", "Greece", "Baghdad", "Iraq")
    assert benchmark.skipped == ()


def test_without_gensim_the_error_says_so(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"gensim is not installed.*simlex999\.txt"):
        benchmark_path("simlex999")
    assert list(benchmarks_at_hand()) == ["wordsim353", "google"]


def test_without_gensims_test_data_the_error_says_so(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("gensim", tmp_path / "gensim" / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(FileNotFoundError, match="installed without its test data"):
        benchmark_path("simlex999")


@pytest.mark.parametrize("wrong", ["wordsim", "WordSim353", "simlex"])
def test_a_wrong_name_is_answered_with_near_misses(wrong):
    with pytest.raises(ValueError, match=r"did you mean '(wordsim353|simlex999)'"):
        read_word_pairs(wrong)
    with pytest.raises(ValueError, match="there are 'wordsim353', 'simlex999', 'google'"):
        benchmark_path(wrong)


@pytest.mark.parametrize(
    ("read", "name", "function"),
    [
        (read_word_pairs, "google", "score_word_analogies"),
        (read_word_pairs, "ap", "score_categories"),
        (read_word_analogies, "simlex999", "score_word_pairs"),
    ],
)
def test_a_benchmark_of_another_kind_is_refused(read, name, function):
    with pytest.raises(ValueError, match=rf"'{name}' is a benchmark of {BENCHMARKS[name].kind}, not of.*{function}"):
        read(name)


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


def test_what_is_not_at_hand_is_said_with_both_remedies():
    with pytest.raises(FileNotFoundError, match=r"download_benchmark\('men'\), or put EN-MEN-TR-3k\.txt into a folder"):
        benchmark_path("men")


def test_folders_of_the_user_come_first(tmp_path, monkeypatch):
    pytest.importorskip("gensim")
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
        (folder / "EN-MEN-TR-3k.txt").write_text("a\tb\t1\n")
    (theirs / "EN-WS-353-ALL.txt").write_text("a\tb\t1\n")  # the same benchmark under another name
    monkeypatch.setenv("WORDNEG_BENCHMARKS", str(theirs))
    assert benchmark_path("men", folder=mine) == mine / "EN-MEN-TR-3k.txt"
    assert benchmark_path("men") == theirs / "EN-MEN-TR-3k.txt"
    assert benchmark_path("wordsim353") == theirs / "EN-WS-353-ALL.txt"
    assert list(benchmarks_at_hand(mine)) == [*BUNDLED, "men"]
    assert read_word_pairs("men").pairs == (("a", "b"),)


def test_a_folder_that_is_none_is_refused(tmp_path, monkeypatch):
    with pytest.raises(NotADirectoryError, match=r"there is no folder '.*gone' of benchmarks$"):
        benchmarks_at_hand(tmp_path / "gone")
    monkeypatch.setenv("WORDNEG_BENCHMARKS", str(tmp_path / "gone"))
    with pytest.raises(NotADirectoryError, match=r"named by \$WORDNEG_BENCHMARKS"):
        benchmark_path("google")


def test_every_entry_can_be_told_from_the_others():
    files = [file for benchmark in BENCHMARKS.values() for file in benchmark.files]
    assert len(files) == len(set(files))
    for name, benchmark in BENCHMARKS.items():
        assert benchmark.name == name
        assert benchmark.citation
        assert recognized(Path("anywhere") / benchmark.file) is benchmark
        if benchmark.checksum is not None:
            assert re.fullmatch("sha256:[0-9a-f]{64}|sha1:[0-9a-f]{40}", benchmark.checksum)
            assert benchmark.published
        if not benchmark.bundled:
            assert benchmark.url.startswith("https://")
            assert benchmark.url.endswith((f"/{benchmark.file}", f"/{benchmark.file}.zip"))
            assert benchmark.checksum or not benchmark.mirrors  # without one, a mirror could be anything


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# note\n\n: capitals\na b c d\n", "analogy"),
        (",category,word\n0,tree,oak\n", "categorization"),
        ("word1,word2,similarity\n", "similarity"),
        ("", "similarity"),
    ],
)
def test_a_file_tells_its_kind(write, text, kind):
    assert kind_of(write(text)) == kind


def test_a_name_tells_a_files_kind_first(write, tmp_path):
    assert kind_of(write("0,tree,oak\n", name="ap.csv")) == "categorization"
    assert kind_of(tmp_path) == "analogy"
