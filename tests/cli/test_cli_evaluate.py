"""`wordneg evaluate` and `wordneg benchmarks`."""

import json

import numpy as np
import pytest

from wordneg import evaluation
from wordneg.cli import main
from wordneg.evaluation import BENCHMARKS
from wordneg.files.storage import write_archive
from wordneg.vectors.wordvectors import WordVectors, load_vectors

WORDS = ["man", "woman", "king", "queen", "boy", "girl", "Oak", "elm", "fir", "cat", "dog", "cow"]
PAIRS = "oak\telm\t9\ncat\tdog\t8\noak\tcat\t1\nking\tqueen\t7\nman\tking\t5\ncow\telm\t0\nking\tunheard\t2\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORDNEG_BENCHMARKS", raising=False)
    monkeypatch.setenv("WORDNEG_CACHE", str(tmp_path / "cache"))
    matrix = np.random.default_rng(7).normal(size=(12, 5)).astype(np.float32)
    vectors = WordVectors(WORDS, matrix, counts=np.arange(12, 0, -1))
    vectors.save("model.wordneg")
    vectors.save_word2vec_format("vectors.txt")
    WordVectors(WORDS[:-1], matrix[:-1, ::-1].copy()).save_word2vec_format("other.bin", binary=True)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "EN-MEN-TR-3k.txt").write_text(PAIRS)
    (tmp_path / "questions.txt").write_text(": family\nman woman king queen\nman woman boy girl\nman king cat cow\n")
    return tmp_path


def run(capsys, *arguments, code=0):
    assert main(["evaluate", *arguments]) == code
    return capsys.readouterr()


def complaint(capsys, code, *arguments):
    captured = run(capsys, *arguments, code=code)
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


MEN = ("--folder", "own", "--benchmarks", "men", "questions.txt")


@pytest.mark.parametrize("path", ["model.wordneg", "vectors.txt"])
def test_one_file_gives_the_librarys_table(folder, capsys, path):
    captured = run(capsys, path, *MEN)
    assert captured.err == ""
    assert captured.out == f"{evaluation.evaluate(load_vectors(path), ['men', 'questions.txt'], folder='own')}\n"
    assert captured.out.splitlines()[1].split()[:2] == ["men", "Spearman"]


def test_flags_are_the_policy(folder, capsys):
    flags = ("--restrict-vocab", "8", "--dummy4unknown", "--case-sensitive")
    (facts,) = json.loads(run(capsys, "vectors.txt", *MEN, *flags, "--json").out)["files"]
    assert facts["policy"] == "first 8 words, case kept, unknown scored as failures"
    men = facts["scores"][0]
    assert (men["used"], men["missing"], men["items"]) == (7, 5, 7)
    assert "analogies by pairdirection" in run(capsys, "vectors.txt", *MEN, "--method", "pairdirection").out
    assert "all words, case ignored" in run(capsys, "vectors.txt", *MEN, "--restrict-vocab", "0").out


def test_columns_are_normalised_on_request(folder, capsys):
    captured = run(capsys, "model.wordneg", *MEN, "--normalize-columns")
    expected = evaluation.evaluate(
        load_vectors("model.wordneg"), ["men", "questions.txt"], folder="own", normalize_columns=True
    )
    assert captured.out == f"{expected}\n"
    for flags, stated in ((), False), (("--normalize-columns",), True):
        (facts,) = json.loads(run(capsys, "model.wordneg", *MEN, *flags, "--json").out)["files"]
        assert facts["normalized_columns"] is stated


def test_vectors_without_what_they_share_stand_beside_themselves(folder, capsys):
    flags = ("--all-but-the-top", "0", "2", "--bands")
    facts = json.loads(run(capsys, "model.wordneg", "other.bin", *MEN, *flags, "--json").out)["files"]
    columns = [(path, removed) for path in ("model.wordneg", "other.bin") for removed in (None, 0, 2)]
    assert [(file["path"], file["all_but_the_top"]) for file in facts] == columns
    for file, (path, removed) in zip(facts, columns, strict=True):
        vectors = load_vectors(path)
        left = vectors if removed is None else vectors.all_but_the_top(removed)
        found = evaluation.evaluate(left, ["men", "questions.txt"], folder="own", bands=True)
        assert file["scores"] == found.to_records()
    (head, *_) = run(capsys, "vectors.txt", *MEN, *flags).out.splitlines()
    assert head.split("  ")[-3:] == ["vectors.txt", "vectors.txt, mean removed", "vectors.txt, top 2 removed"]


def test_common_words_of_vectors_without_what_all_words_share(folder, capsys):
    flags = ("--all-but-the-top", "1", "--common", "--json")
    facts = json.loads(run(capsys, "model.wordneg", "other.bin", *MEN, *flags).out)["files"]
    assert [file["words"] for file in facts] == [11] * 4
    whole = [load_vectors(path) for path in ("model.wordneg", "other.bin")]
    every = [one for vectors in whole for one in (vectors, vectors.all_but_the_top(1))]
    for file, vectors in zip(facts, evaluation.shared_words(every), strict=True):
        assert file["scores"] == evaluation.evaluate(vectors, ["men", "questions.txt"], folder="own").to_records()


def test_json_holds_what_the_library_gives(folder, capsys):
    facts = json.loads(run(capsys, "model.wordneg", "other.bin", *MEN, "--bands", "--json").out)
    assert facts["common"] is False
    assert [file["path"] for file in facts["files"]] == ["model.wordneg", "other.bin"]
    for file in facts["files"]:
        vectors = load_vectors(file["path"])
        found = evaluation.evaluate(vectors, ["men", "questions.txt"], folder="own", bands=True)
        assert file["scores"] == found.to_records()
        assert (file["words"], file["dimensions"]) == vectors.vectors.shape


def test_several_files_stand_side_by_side(folder, capsys):
    lines = run(capsys, "model.wordneg", "other.bin", *MEN, "--bands").out.splitlines()
    assert lines[0].split() == ["benchmark", "measure", "model.wordneg", "other.bin"]
    labels = [line[:21].split() for line in lines[1:11]]
    bands = [["frequent"], ["middle"], ["rare"]]
    assert labels == [["men", "Spearman"], ["Pearson"], *bands, ["questions", "accuracy"], ["MRR"], *bands]
    assert lines[1].split()[3::2] == ["(6)", "(5)"]
    assert lines[6].split()[3::2] == ["(3)", "(2)"]
    assert any(line.startswith("other.bin: 11 words × 5; all words") for line in lines)
    assert sum("analogies by 3cosadd" in line for line in lines) == 1  # what is said of both is said once


def test_common_words_give_the_same_items(folder, capsys):
    captured = run(capsys, "model.wordneg", "other.bin", *MEN, "--common", "--bands", "--json")
    first, second = json.loads(captured.out)["files"]
    assert (first["words"], second["words"]) == (11, 11)
    for ours, theirs in zip(first["scores"], second["scores"], strict=True):
        assert [ours[key] for key in ("band", "used", "items")] == [theirs[key] for key in ("band", "used", "items")]
    table = run(capsys, "model.wordneg", "other.bin", *MEN, "--common").out
    assert "only the 11 words that all files have\n" in table
    table = run(capsys, "model.wordneg", "other.bin", *MEN, "--common", "--bands").out
    assert "only the 11 words that all files have, ranked as in model.wordneg" in table


def test_files_of_one_name_are_told_apart_by_their_folders(folder, capsys):
    (folder / "a").mkdir()
    load_vectors("other.bin").save_word2vec_format("a/vectors.txt")
    assert "a/vectors.txt" in run(capsys, "vectors.txt", "a/vectors.txt", *MEN).out.splitlines()[0]


def test_without_any_score_the_exit_code_says_so(folder, capsys):
    (folder / "strange.tsv").write_text("un\tdeux\t1\ntrois\tquatre\t2\n")
    captured = run(capsys, "vectors.txt", "--benchmarks", "strange.tsv", code=1)
    assert "strange             not enough" in captured.out
    assert "not enough pairs: 0 of the 2" in captured.out
    assert "not enough" in run(capsys, "vectors.txt", "other.bin", "--benchmarks", "strange.tsv", code=1).out


def test_unreadable_lines_are_told_once(folder, capsys):
    (folder / "own" / "EN-MEN-TR-3k.txt").write_text(f"{PAIRS}oak\telm\n")
    captured = run(capsys, "vectors.txt", *MEN)
    assert captured.err == ""
    assert captured.out.count("men: 1 unreadable line left out, the first is line 8") == 1


def test_vectors_that_cannot_be_scored_are_named(folder, capsys):
    matrix = load_vectors("vectors.txt").vectors.copy()
    matrix[3, 1] = np.nan
    write_archive("bad.wordneg", "vectors", {}, {"vectors": matrix}, words=WORDS)  # as by others
    message = complaint(capsys, 1, "vectors.txt", "bad.wordneg", *MEN)
    assert message.startswith("wordneg: 'bad.wordneg': 1 of 12 vectors hold NaN or infinite numbers")


def test_vectors_that_share_nothing_are_named(folder, capsys):
    matrix = np.zeros((12, 5), np.float32)
    matrix[2] = 1
    WordVectors(WORDS, matrix).save("single.wordneg")
    message = complaint(capsys, 1, "single.wordneg", *MEN, "--all-but-the-top", "1")
    assert message.startswith("wordneg: 'single.wordneg': got 1 of 12 vectors other than 0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("vectors.txt", "--restrict-vocab", "-1"), "expected at least 1, or 0 for all words"),
        (("vectors.txt", "--common"), "--common compares several files"),
        (("vectors.txt", "other.bin", "vectors.txt"), "got 'vectors.txt' twice"),
        (("vectors.txt", "--all-but-the-top", "5"), "expected 0 to 4, as 'vectors.txt' has 5 dimensions"),
        (("vectors.txt", "--all-but-the-top", "-1"), "got --all-but-the-top -1, expected 0 to 4"),
        (("vectors.txt", "--all-but-the-top", "1", "0", "1"), "got --all-but-the-top 1 twice"),
        (("vectors.txt", "--all-but-the-top", "one"), "expected a whole number"),
        (("vectors.txt", "--benchmark", "men"), "did you mean '--benchmarks'"),
    ],
)
def test_wrong_usage_is_refused(folder, capsys, arguments, message):
    assert message in complaint(capsys, 2, *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone.bin",), "gone.bin"),
        (("vectors.txt", "--benchmarks", "mne"), "did you mean 'men'"),
        (("vectors.txt", "--benchmarks", "gone.tsv"), "no benchmark file at gone.tsv"),
        (("vectors.txt", "--method", "cosmul"), "did you mean '3cosmul'"),
        (("vectors.txt", "--folder", "gone"), "there is no folder 'gone' of benchmarks"),
    ],
)
def test_what_is_not_there_is_named(folder, capsys, arguments, message):
    assert message in complaint(capsys, 1, *arguments)


def test_benchmarks_are_listed(folder, capsys):
    assert main(["benchmarks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", *BENCHMARKS]
    assert main(["benchmarks", "--json"]) == 0
    facts = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert list(facts) == list(BENCHMARKS)
    assert facts["men"]["license"] == "CC BY 2.0"
    assert facts["men"]["at_hand"] is False
