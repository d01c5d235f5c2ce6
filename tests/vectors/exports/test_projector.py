"""The files of TensorBoard's Embedding Projector, read as it reads them."""

import numpy as np
import pytest

from wordneg import WordVectors
from wordneg.cli import main

WORDS = ["the", "new york", 'quo"ted', "naïve", "", "\xa0", "tab\there", "line\nfeed", "bell\x07", "\\t", "\ud800", 17]


def parsed(folder):
    """Return the columns and the matrix, by the rules of the projector's data provider."""
    lines = (folder / "metadata.tsv").read_text(encoding="utf-8").split("\n")
    lines = [line for line in lines if line.strip()]
    assert "\t" in lines[0]
    names, *rows = [line.split("\t") for line in lines]
    assert all(len(row) == len(names) for row in rows)
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
    tensors = [line.strip() for line in (folder / "tensors.tsv").read_text().split("\n")]
    return columns, np.array([line.split("\t") for line in tensors if line], np.float32)


@pytest.mark.parametrize("counts", [None, np.arange(len(WORDS), 0, -1)])
def test_every_word_stands_beside_its_vector(tmp_path, counts):
    values = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
    values[0] *= 1e-20
    wv = WordVectors(WORDS, values, counts=counts)
    wv.save_projector(tmp_path / "out")
    columns, matrix = parsed(tmp_path / "out")
    np.testing.assert_array_equal(matrix, values)
    shown = [*WORDS[:6], "tab\\there", "line\\nfeed", "bell\\x07", "\\t", "\\ud800", "17"]
    assert columns["word"] == shown
    name, expected = ("index", range(len(WORDS))) if counts is None else ("count", counts)
    assert columns[name] == [str(value) for value in expected]
    assert (tmp_path / "out" / "projector_config.pbtxt").exists()


def test_what_is_there_and_what_is_wrong_is_refused(tmp_path):
    (tmp_path / "metadata.tsv").write_text("mine")
    with pytest.raises(FileExistsError, match=r"metadata\.tsv"):
        WordVectors(["a"], np.ones((1, 2))).save_projector(tmp_path)
    assert (tmp_path / "metadata.tsv").read_text() == "mine"
    with pytest.raises(ValueError, match="NaN"):
        WordVectors(["a"], np.array([[np.nan]])).save_projector(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_convert_writes_it(tmp_path, capsys):
    WordVectors(["a", "b"], np.ones((2, 3))).save(tmp_path / "v.wordneg")
    folder = tmp_path / "out"
    assert main(["convert", str(tmp_path / "v.wordneg"), str(folder), "--format", "projector", "--limit", "1"]) == 0
    assert capsys.readouterr().out == f"{folder}: 1 word × 3, a folder for TensorBoard's Embedding Projector\n"
    assert parsed(folder)[0] == {"word": ["a"], "index": ["0"]}
