"""Counting co-occurrences against the naive twin; memory limits, workers, failures; the file."""

import os
import tempfile
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.cooccurrence import count_pairs
from scipy.sparse import csr_array, eye_array
from sentences import decoded, random_sentences

from wordneg import Cooccurrences, Vocabulary, count_cooccurrences, encode
from wordneg.cooccurrence import counting, planning, spool
from wordneg.files.storage import read_archive, write_archive


def count(store, *args, **options):
    return count_cooccurrences(store, *args, **{"progress": False, "workers": 1} | options)


def assert_same(one, other):
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(one.matrix, part), getattr(other.matrix, part))
    assert one.matrix.shape == other.matrix.shape


def assert_counts(counted, pairs):
    """Compare with exact sums: float64 sums of few terms, rounded once, are those rounded, give or take one bit."""
    index = counted.vocabulary.index
    rows = counted.matrix.tocoo()
    cells = dict(zip(zip(rows.row.tolist(), rows.col.tolist(), strict=True), rows.data.tolist(), strict=True))
    expected = {(index[word], index[context]): float(value) for (word, context), value in pairs.items()}
    assert cells.keys() == expected.keys()
    for cell, value in expected.items():
        assert cells[cell] == pytest.approx(value, rel=6e-8)


@pytest.fixture(scope="module")
def store():
    return encode(random_sentences(), min_count=2)


@pytest.fixture
def small_steps(monkeypatch):
    """Make everything that is done in steps take many."""
    monkeypatch.setattr(planning, "_CELLS", 1)
    monkeypatch.setattr(counting, "_TOKENS", 7)
    monkeypatch.setattr(counting, "_ADDITIONS", 50)


@pytest.fixture
def temporary_files(monkeypatch):
    """Give the list of the temporary files that are opened."""
    files, make = [], tempfile.TemporaryFile

    def remember(*args, **options):
        files.append(make(*args, **options))
        return files[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", remember)
    return files


def least(store, workers=1):
    """Return the least memory that a store can be counted in, from the sentence that says so."""
    with pytest.raises(
        ValueError, match=r"memory_limit=1 is too small: .* and (1 worker needs|\d+ workers need) at"
    ) as caught:
        count(store, memory_limit=1, workers=workers)
    return int(str(caught.value).split("at least ")[1].split()[0])


@pytest.mark.parametrize("window", [1, 2, 15, 40])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_counts(store, window, symmetric, weighted):
    options = {"symmetric": symmetric, "distance_weighting": weighted}
    counted = count(store, window, **options)
    assert_counts(counted, count_pairs(decoded(store), window, **options))
    assert counted.matrix.dtype == np.float32
    assert counted.matrix.has_canonical_format
    assert (counted.window, counted.symmetric, counted.distance_weighting) == (window, symmetric, weighted)
    assert (counted.vocabulary, counted.corpus_fingerprint) == (store.vocabulary, store.fingerprint)


@pytest.mark.lengthy
@settings(max_examples=60, deadline=None)
@given(
    sentences=st.lists(st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=9), min_size=1, max_size=6),
    window=st.integers(1, 12),
    symmetric=st.booleans(),
    weighted=st.booleans(),
    workers=st.integers(1, 5),
)
def test_any_sentences(sentences, window, symmetric, weighted, workers):
    options = {"symmetric": symmetric, "distance_weighting": weighted}
    counted = count(encode(sentences, min_count=1), window, workers=workers, **options)
    assert_counts(counted, count_pairs(sentences, window, **options))


def test_a_row_sums_to_what_its_word_has_around_it(store):
    """The neighbours of a token weigh H(left) + H(right), with the harmonic numbers of what its sentence leaves."""
    window, sums = 4, np.zeros(len(store.vocabulary))
    harmonic = np.append(0, np.cumsum(1 / np.arange(1, window + 1)))
    for begin, end in zip(store.offsets[:-1], store.offsets[1:], strict=True):
        places = np.arange(end - begin)
        around = harmonic[np.minimum(places, window)] + harmonic[np.minimum(places[::-1], window)]
        np.add.at(sums, store.tokens[begin:end], around)
    np.testing.assert_allclose(count(store, window).matrix.sum(axis=1, dtype=np.float64), sums, rtol=1e-6)


def test_symmetric_counts_are_those_to_the_left_and_their_transpose(store):
    left = count(store, 5, symmetric=False).matrix.astype(np.float64)
    both = count(store, 5).matrix
    np.testing.assert_allclose((left + left.T).toarray(), both.toarray(), rtol=2e-7)


@pytest.mark.lengthy
def test_many_words_are_in_order():
    """More columns than one word of the upper bits stands for."""
    sentence = [f"w{number}" for number in np.random.default_rng(2).permutation(9000)]
    counted = count(encode([sentence, sentence[::-7]], min_count=1), 3)
    assert_counts(counted, count_pairs([sentence, sentence[::-7]], 3))


def test_part_of_a_store(store):
    """Its vocabulary counts more than there is."""
    head = store.head(1001)
    assert_counts(count(head, 3, workers=2), count_pairs(decoded(head), 3))


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_neither_workers_nor_steps_nor_memory_change_a_bit(store, small_steps, workers, monkeypatch, temporary_files):
    small = count(store, workers=workers, memory_limit=least(store, workers))
    assert len(temporary_files) == 2
    assert all(file.closed for file in temporary_files)
    monkeypatch.undo()
    assert_same(small, count(store))


def test_everything_in_memory_needs_no_file(store, temporary_files):
    count(store)
    assert not temporary_files


@pytest.mark.parametrize("spilled", [True, False])
def test_more_cells_than_int32_counts(store, monkeypatch, small_steps, spilled, temporary_files):
    expected = count(store)
    monkeypatch.setattr(spool, "_LARGEST_INT32", 100)
    monkeypatch.setattr(spool, "_CONVERTED", 1000)
    assert_same(count(store, memory_limit=least(store) if spilled else 10**9), expected)
    assert len(temporary_files) == 3 * spilled
    assert all(file.closed for file in temporary_files)


def test_pieces_that_come_early_wait(temporary_files):
    """A thread with piece 1 waits for piece 0 once there is no memory left."""
    rows = spool.RowSpool(100, threading.Event())
    pieces = [(np.full(20, number, np.int32), np.full(20, number, np.float32)) for number in range(3)]
    thread = threading.Thread(target=rows.put, args=(1, *pieces[1]))
    thread.start()
    thread.join(timeout=0.3)
    assert thread.is_alive()
    rows.put(0, *pieces[0])
    thread.join(timeout=5)
    assert not thread.is_alive()
    rows.put(2, *pieces[2])
    columns, values = rows.finish()
    np.testing.assert_array_equal(columns, np.repeat([0, 1, 2], 20))
    np.testing.assert_array_equal(values, columns)
    assert all(file.closed for file in temporary_files)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_failures_leave_nothing_behind(store, small_steps, error, monkeypatch, temporary_files):
    before, calls = threading.active_count(), []
    emit = counting.rows.emit_row

    def fail(*args):
        calls.append(1)
        if len(calls) > 50:
            raise error
        return emit(*args)

    monkeypatch.setattr(counting.rows, "emit_row", fail)
    with pytest.raises(error):
        count(store, workers=2, memory_limit=least(store, 2))
    assert threading.active_count() == before
    assert len(temporary_files) == 2
    assert all(file.closed for file in temporary_files)


def test_a_full_disk(store, small_steps, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", fail)
    with pytest.raises(OSError, match=r"No space left .*cannot be kept in .*TMPDIR.*memory_limit"):
        count(store, memory_limit=least(store))


# --- settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [0, -1, 2.5, 4096])
def test_windows_out_of_range(store, window):
    with pytest.raises(ValueError, match=rf"window={window}, expected a whole number from 1 to 4095"):
        count(store, window)


def test_settings_of_another_kind(store):
    with pytest.raises(TypeError, match="window='5', expected a whole number"):
        count(store, "5")
    with pytest.raises(TypeError, match="memory_limit='4GB', expected a whole number of at least 1 of bytes"):
        count(store, memory_limit="4GB")
    with pytest.raises(ValueError, match="symmetric=2, expected True or False"):
        count(store, symmetric=2)
    with pytest.raises(ValueError, match="workers=0"):
        count(store, workers=0)
    with pytest.raises(TypeError, match=r"must be a TokenStore, got list; wordneg\.encode"):
        count([["a", "b"]])


def test_the_least_memory_is_enough_and_no_less(store):
    enough = least(store, 2)
    count(store, memory_limit=enough, workers=2)
    with pytest.raises(ValueError, match=f"needs? at least {enough} bytes"):
        count(store, memory_limit=enough - 1, workers=2)


def test_no_co_occurrences():
    with pytest.raises(ValueError, match="no co-occurrences: none of its sentences has two words"):
        count(encode([["a"], ["b"], ["a"]], min_count=1))


# --- the matrix and its file ----------------------------------------------------------------------------


@pytest.fixture
def counted(store):
    return replace(count(store, 3), name="some text")


def test_round_trip(counted, tmp_path):
    counted.save(tmp_path / "counts")
    loaded = Cooccurrences.load(tmp_path / "counts")
    assert_same(loaded, counted)
    loaded.check_vocabulary(counted.vocabulary)
    for name in ("window", "symmetric", "distance_weighting", "corpus_fingerprint", "name"):
        assert getattr(loaded, name) == getattr(counted, name)
    assert repr(loaded) == repr(counted)
    assert repr(counted).startswith(f"Cooccurrences('some text', {len(counted)} words, {counted.nnz:,} cells, window 3")


def test_another_vocabulary(counted):
    words, counts = counted.vocabulary.words, counted.vocabulary.counts
    for other, difference in (
        (Vocabulary(["x", *words[1:]], counts), f"word 0 is {words[0]!r} there, and 'x' here"),
        (Vocabulary(words[:-1], counts[:-1]), f"they have {len(words)} words there, and {len(words) - 1} here"),
        (Vocabulary(words, counts + 1), f"{words[0]!r} occurs {counts[0]:,} times there, and {counts[0] + 1:,} times"),
    ):
        with pytest.raises(ValueError, match=f"another vocabulary: {difference}"):
            counted.check_vocabulary(other)


def test_arrays_are_read_only_and_usable(counted):
    with pytest.raises(ValueError, match="read-only"):
        counted.matrix.data[0] = 2
    np.testing.assert_allclose(counted.matrix.T.toarray(), counted.matrix.toarray().T)
    np.testing.assert_allclose(counted.matrix @ np.ones(len(counted)), counted.matrix.sum(axis=1), rtol=1e-5)


def change(name, value):
    def edit(metadata, arrays):
        (arrays if name in arrays else metadata)[name] = value(arrays[name]) if callable(value) else value

    return edit


def put(place, value):
    def edited(array):
        array[place] = value
        return array

    return edited


DAMAGES = {
    "column too large": change("columns", put(-1, 10**6)),
    "negative column": change("columns", put(0, -1)),
    "column twice": change("columns", put(slice(0, 2), 1)),
    "columns of floats": change("columns", lambda columns: columns.astype(np.float64)),
    "columns in two dimensions": change("columns", lambda columns: columns[None]),
    "zero": change("values", put(3, 0)),
    "not a number": change("values", put(3, np.nan)),
    "infinite": change("values", put(3, np.inf)),
    "doubles": change("values", lambda values: values.astype(np.float64)),
    "falling row starts": change("row_starts", put(1, 10**5)),
    "negative row start": change("row_starts", put(0, -1)),
    "too few rows": change("row_starts", lambda starts: starts[:-1]),
    "too few counts": change("counts", lambda counts: counts[:-1]),
    "window of another kind": change("window", "3"),
    "no values": lambda metadata, arrays: arrays.pop("values"),
    "no name": lambda metadata, arrays: metadata.pop("name"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_refused(counted, tmp_path, damage):
    path = tmp_path / "counts"
    counted.save(path)
    metadata, arrays, words, kind = read_archive(path, "cooccurrences")
    DAMAGES[damage](metadata, arrays)
    write_archive(path, kind, metadata, arrays, words=words)
    with pytest.raises(ValueError, match=r"cannot load .*counts.*does not hold complete co-occurrences"):
        Cooccurrences.load(path)


def test_other_files_are_refused(counted, tmp_path):
    path = tmp_path / "counts"
    counted.save(path)
    os.truncate(path, 1000)
    with pytest.raises(ValueError, match="damaged, cut short, or another kind"):
        Cooccurrences.load(path)
    write_archive(path, "model", {}, {})
    with pytest.raises(ValueError, match="holds a Word2Vec model, expected co-occurrences; read it with"):
        Cooccurrences.load(path)
    with pytest.raises(FileNotFoundError):
        Cooccurrences.load(tmp_path / "nothing")


def test_matrices_of_another_form_are_refused():
    vocabulary = Vocabulary(["a", "b"], np.array([2, 1]))
    with pytest.raises(TypeError, match="must be a float32 csr_array, got a float64 csr_array"):
        Cooccurrences(vocabulary, eye_array(2, format="csr"), 1, True, True)
    with pytest.raises(TypeError, match="got a float32 ndarray"):
        Cooccurrences(vocabulary, np.ones((2, 2), np.float32), 1, True, True)
    with pytest.raises(ValueError, match=r"shape \(3, 3\), expected \(2, 2\)"):
        Cooccurrences(vocabulary, csr_array((3, 3), dtype=np.float32), 1, True, True)
