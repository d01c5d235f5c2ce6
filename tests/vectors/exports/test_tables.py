"""Vectors as Parquet files and data frames."""

import sys

import numpy as np
import pytest

from wordneg import WordVectors, load_vectors
from wordneg.cli import main

WORDS = ["the", "naïve", "new york", "", "17"]


def vectors_of(words=WORDS, dtype=np.float32):
    padded = np.random.default_rng(3).standard_normal((len(words), 8)).astype(dtype)
    return WordVectors(words, padded[:, :5], counts=np.arange(len(words), 0, -1))


@pytest.fixture
def arrow():
    pytest.importorskip("pyarrow.parquet")
    return pytest.importorskip("pyarrow")


@pytest.mark.parametrize("words", [WORDS, [3, 1, 2**40]])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parquet_comes_back_bit_by_bit(arrow, tmp_path, words, dtype):
    wv = vectors_of(words, dtype)
    wv.set_vecattr(words[0], "weight", 0.5)
    wv.to_parquet(tmp_path / "v.parquet")
    for back in (WordVectors.from_parquet(tmp_path / "v.parquet"), load_vectors(tmp_path / "v.parquet")):
        assert back.index_to_key == words
        assert back.vectors.dtype == dtype
        np.testing.assert_array_equal(back.vectors, wv.vectors)
        np.testing.assert_array_equal(back.counts, wv.counts)
        assert back.get_vecattr(words[0], "weight") == 0.5
    assert load_vectors(tmp_path / "v.parquet", limit=2).index_to_key == words[:2]


def test_columns_are_as_others_read_them(arrow, tmp_path):
    vectors_of().to_parquet(tmp_path / "v.parquet")
    table = arrow.parquet.read_table(tmp_path / "v.parquet")
    assert table.column_names == ["word", "vector", "count"]
    assert str(table["word"].type) == "string"
    assert str(table["vector"].type).startswith("fixed_size_list<")
    assert table["vector"].type.value_type == arrow.float32()
    assert table["vector"].type.list_size == 5


def test_tables_of_other_programs_are_read(arrow, tmp_path):
    columns = {"token": ["a", "b"], "emb": [[1, 2], [3, 4]], "note": ["x", "y"], "rank": [2, 1], "gap": [1, None]}
    arrow.parquet.write_table(arrow.table(columns), tmp_path / "v.parquet", row_group_size=1)
    wv = WordVectors.from_parquet(tmp_path / "v.parquet", word="token", vector="emb")
    assert wv.index_to_key == ["a", "b"]
    np.testing.assert_array_equal(wv.vectors, [[1, 2], [3, 4]])
    assert wv.vectors.dtype == np.float32
    assert list(wv.expandos) == ["rank"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"token": ["a"], "vector": [[1.0]]}, "no column 'word' among 'token', 'vector'"),
        ({"word": ["a", "b"], "vector": [[1.0], [1.0, 2.0]]}, "2 different lengths"),
        ({"word": ["a", None], "vector": [[1.0], [2.0]]}, "column 'word' has no value in 1 of 2 rows"),
        ({"word": ["a"], "vector": [1.0]}, "expected lists of numbers"),
        ({"word": ["a"], "vector": [["x"]]}, "expected lists of numbers"),
        ({"word": ["a"], "vector": [[float("nan")]]}, "NaN"),
        ({"word": ["a"], "vector": [[1.0, None]]}, "NaN"),
        ({"word": ["a", "a"], "vector": [[1.0], [2.0]]}, "'a' is there twice"),
    ],
)
def test_other_tables_are_refused(arrow, tmp_path, columns, told):
    arrow.parquet.write_table(arrow.table(columns), tmp_path / "v.parquet")
    with pytest.raises(ValueError, match=told):
        load_vectors(tmp_path / "v.parquet")


def test_damaged_files_are_refused(arrow, tmp_path):
    vectors_of().to_parquet(tmp_path / "v.parquet")
    whole = (tmp_path / "v.parquet").read_bytes()
    for damaged in (whole[:-9], whole[:60], b"PAR1"):
        (tmp_path / "v.parquet").write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged"):
            load_vectors(tmp_path / "v.parquet")


def test_what_cannot_be_read_back_is_not_written(arrow, tmp_path):
    with pytest.raises(ValueError, match="both integers and strings"):
        WordVectors(["a", 1], np.ones((2, 2))).to_parquet(tmp_path / "v.parquet")
    with pytest.raises(ValueError, match="NaN"):
        WordVectors(["a"], np.array([[np.nan]])).to_parquet(tmp_path / "v.parquet")
    named = WordVectors(["a"], np.ones((1, 2)))
    named.set_vecattr("a", "word", 1)
    with pytest.raises(ValueError, match="called 'word'"):
        named.to_parquet(tmp_path / "v.parquet")
    assert not list(tmp_path.iterdir())


def test_convert_writes_and_reads_parquet(arrow, tmp_path, capsys):
    wv = vectors_of(["a", "b"])
    wv.save(tmp_path / "v.wordneg")
    there, back = str(tmp_path / "v.parquet"), str(tmp_path / "v.bin")
    assert main(["convert", str(tmp_path / "v.wordneg"), there]) == 0
    assert capsys.readouterr().out == f"{there}: 2 words × 5, Parquet\n"
    assert main(["convert", there, back]) == 0
    np.testing.assert_array_equal(load_vectors(back).vectors, wv.vectors)
    assert main(["convert", back, f"{there}.gz", "--format", "parquet"]) == 2


def test_a_data_frame_has_a_row_for_each_word():
    pandas = pytest.importorskip("pandas")
    wv = vectors_of()
    frame = wv.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    np.testing.assert_array_equal(frame.loc["naïve"], wv["naïve"])
    assert (frame.dtypes == np.float32).all()
    frame.iloc[0, 0] = 99
    assert wv.vectors[0, 0] != 99


@pytest.mark.parametrize(("module", "name"), [("pyarrow", "parquet"), ("pandas", "pandas")])
def test_without_the_package_the_extra_is_named(tmp_path, monkeypatch, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    wv = vectors_of()
    with pytest.raises(ImportError, match=rf"wordneg\[{name}\]"):
        wv.to_dataframe() if name == "pandas" else wv.to_parquet(tmp_path / "v.parquet")
