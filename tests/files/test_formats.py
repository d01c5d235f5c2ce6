"""Vector files: gensim reads what we write and the reverse; what is wrong is refused by line or record."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from wordneg.files.formats import read_counts, read_word2vec, write_word2vec
from wordneg.files.recognizing import format_of
from wordneg.files.sources import MAX_WIDTH, MAX_WORD, open_source
from wordneg.files.storage import write_archive
from wordneg.files.wordlist import VectorFileWarning
from wordneg.vectors.wordvectors import WordVectors, load_vectors

KeyedVectors = pytest.importorskip("gensim.models").KeyedVectors

RNG = np.random.default_rng(11)
WORDS = ["the", "naïve", "語", "123", "no\xa0break", "a\u2028b", "#", '"', "-"] + [f"w{i}" for i in range(60)]
# Many magnitudes, and the values whose shortest digits are hardest to find: powers of two, extremes, zeros.
MATRIX = (RNG.standard_normal((len(WORDS), 24)) * 10.0 ** RNG.integers(-12, 12, (len(WORDS), 24))).astype("f4")
MATRIX[3, :8] = 2.0 ** np.arange(-60, 60, 15)
MATRIX[4, :6] = [0.0, -0.0, 3.4028235e38, 1e-45, 1e16, 1e-5]
COUNTS = RNG.integers(1, 30, len(WORDS))
PADDED = np.zeros((len(WORDS), 32), np.float32)
PADDED[:, :24] = MATRIX


@pytest.fixture(autouse=True, params=["NumPy", pytest.param("compiled", marks=pytest.mark.lengthy)])
def text_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let texts be read and written either way, however few values there are."""
    if request.param == "compiled":
        monkeypatch.setattr("wordneg.files.text_format._COMPILED_FROM", 0)


@pytest.fixture
def ours() -> WordVectors:
    return WordVectors(WORDS, PADDED[:, :24], counts=COUNTS)


def sniff_format(path: Path) -> str:
    with open_source(path) as source:
        return format_of(source)


@pytest.mark.parametrize("binary", [False, True])
def test_same_bytes_as_gensim(ours: WordVectors, tmp_path: Path, binary: bool) -> None:
    for name, wv in (("ours", ours), ("theirs", ours.to_gensim())):
        wv.save_word2vec_format(str(tmp_path / name), str(tmp_path / f"{name}.vocab"), binary, prefix="x_")
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    assert (tmp_path / "ours.vocab").read_bytes() == (tmp_path / "theirs.vocab").read_bytes()


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("ending", ["", ".gz", ".bz2"])
def test_gensim_reads_ours(ours: WordVectors, tmp_path: Path, binary: bool, ending: str) -> None:
    path = str(tmp_path / f"v{ending}")
    ours.save_word2vec_format(path, binary=binary, sort_attr="none")
    theirs = KeyedVectors.load_word2vec_format(path, binary=binary)
    assert theirs.index_to_key == WORDS
    np.testing.assert_array_equal(theirs.vectors, MATRIX)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("ending", ["", ".gz", ".bz2"])
def test_ours_reads_gensims(ours: WordVectors, tmp_path: Path, binary: bool, ending: str) -> None:
    path, vocabulary = str(tmp_path / f"v{ending}"), str(tmp_path / "vocabulary")
    ours.to_gensim().save_word2vec_format(path, vocabulary, binary=binary)
    read = WordVectors.load_word2vec_format(path, vocabulary, binary=binary)
    order = np.argsort(-COUNTS, kind="stable")
    assert read.index_to_key == [WORDS[index] for index in order]
    np.testing.assert_array_equal(read.vectors, MATRIX[order])
    np.testing.assert_array_equal(read.counts, COUNTS[order])
    assert load_vectors(path).index_to_key == read.index_to_key


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".xz"])
@pytest.mark.parametrize(("binary", "header"), [(True, True), (False, True), (False, False)])
def test_round_trip(tmp_path: Path, ending: str, binary: bool, header: bool) -> None:
    path = tmp_path / f"v{ending}"
    write_word2vec(path, WORDS, PADDED[:, :24], binary=binary, write_header=header)
    assert sniff_format(path) == ("binary" if binary else "text")
    for no_header in {False, not header}:
        words, vectors = read_word2vec(path, binary=binary, no_header=no_header)
        assert words == WORDS
        assert vectors.dtype == np.float32
        np.testing.assert_array_equal(vectors, MATRIX)
    words, vectors = read_word2vec(path, binary=binary, limit=7, datatype=np.float64)
    assert words == WORDS[:7]
    assert vectors.dtype == np.float64
    np.testing.assert_allclose(vectors, MATRIX[:7], rtol=1e-7, atol=1e-44)
    assert load_vectors(path, limit=7).index_to_key == WORDS[:7]


def test_other_float_types(tmp_path: Path) -> None:
    path = tmp_path / "v"
    for dtype in (np.float16, np.float64):
        matrix = RNG.standard_normal((5, 3)).astype(dtype)
        write_word2vec(path, WORDS[:5], matrix)
        np.testing.assert_array_equal(read_word2vec(path, datatype=dtype)[1], matrix)
        write_word2vec(path, WORDS[:5], matrix, binary=True)
        np.testing.assert_array_equal(read_word2vec(path, binary=True)[1], matrix.astype("f4"))
    for binary in (False, True):
        write_word2vec(path, ["a", "b"], np.array([[1.0], [1e5]]), binary=binary)
        with pytest.raises(ValueError, match=r"(line 3|record 2): .*finite"):
            read_word2vec(path, binary=binary, datatype=np.float16)


@pytest.mark.parametrize("compiled_from", [0, 300, 10**9])
def test_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled_from: int) -> None:
    """Words and values that straddle what is read at once, some of them read by compiled code."""
    monkeypatch.setattr("wordneg.files.text_format._COMPILED_FROM", compiled_from)
    monkeypatch.setattr("wordneg.files.binary_format._BLOCK_BYTES", 1)
    monkeypatch.setattr("wordneg.files.binary_format.MAX_WORD", 16)
    monkeypatch.setattr("wordneg.files.text_format._BLOCK_VALUES", 100)
    monkeypatch.setattr("wordneg.files.sources._BLOCK_VALUES", 130)
    monkeypatch.setattr("wordneg.files.formats._BLOCK_ROWS", 5)
    for binary in (False, True):
        for ending in ("", ".gz"):
            path = tmp_path / f"v{ending}"
            write_word2vec(path, WORDS, MATRIX, binary=binary)
            words, vectors = read_word2vec(path, binary=binary)
            assert words == WORDS
            np.testing.assert_array_equal(vectors, MATRIX)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves a file open
def test_glove(ours: WordVectors, tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    ours.save_word2vec_format(path, write_header=False, sort_attr="none")
    assert path.read_bytes().startswith(b"the ")
    theirs = KeyedVectors.load_word2vec_format(str(path), no_header=True)
    np.testing.assert_array_equal(theirs.vectors, MATRIX)
    # A first word that is a number, with one whole-numbered value, looks like a header.
    path.write_text("7 1\n8 2\n")
    assert read_word2vec(path, no_header=True)[0] == ["7", "8"]
    with pytest.raises(ValueError, match="promises 7 words"):
        read_word2vec(path)


def test_fasttext_vec(tmp_path: Path) -> None:
    path = tmp_path / "wiki.vec"
    path.write_text("2 3\n</s> 0.1 -2 3e-2 \nb 4 5 6 \n")
    for wv in (load_vectors(path), WordVectors.load_word2vec_format(path)):
        assert wv.index_to_key == ["</s>", "b"]
        np.testing.assert_array_equal(wv.vectors, np.array([[0.1, -2, 3e-2], [4, 5, 6]], np.float32))


def test_word2vec_c_binary(tmp_path: Path) -> None:
    """word2vec.c puts a line feed after each vector, gensim nothing."""
    path = tmp_path / "v.bin"
    vectors = RNG.standard_normal((3, 5)).astype("<f4")
    path.write_bytes(b"3 5\n" + b"".join(b"w%d " % i + row.tobytes() + b"\n" for i, row in enumerate(vectors)))
    read = load_vectors(path)
    assert read.index_to_key == ["w0", "w1", "w2"]
    np.testing.assert_array_equal(read.vectors, vectors)


def test_text_of_other_hands(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    for text in (
        "2 2\r\na 1 2\r\nb 3 4\r\n",
        "2 2\na 1 2\nb 3 4",
        "2 2 \na 1 2\nb 3 4\n\n \n",
        "a 1 2\nb 3 4\n\n",
    ):
        path.write_bytes(text.encode())
        words, vectors = read_word2vec(path)
        assert words == ["a", "b"]
        assert vectors.tolist() == [[1, 2], [3, 4]]
    path.write_bytes(b"0 5\n")
    assert read_word2vec(path)[1].shape == read_word2vec(path, binary=True)[1].shape == (0, 5)


def test_encodings(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes("2 1\ncafé 1\nna\u00efve 2\n".encode("latin-1"))
    assert read_word2vec(path, encoding="latin-1")[0] == ["café", "naïve"]
    with pytest.raises(ValueError, match=r"line 2: the word b'caf\\xe9' is not valid utf8"):
        read_word2vec(path)
    assert read_word2vec(path, unicode_errors="backslashreplace")[0] == ["caf\\xe9", "na\\xefve"]


@pytest.mark.parametrize("binary", [False, True])
def test_few_invalid_bytes_are_told(tmp_path: Path, binary: bool) -> None:
    path = tmp_path / "v"
    write_word2vec(path, WORDS, MATRIX, binary=binary)
    path.write_bytes(path.read_bytes().replace(b"w59 ", b"u\xff9 "))
    with pytest.warns(VectorFileWarning, match=r"v: 1 word has bytes that are not utf8, replaced by U\+FFFD$"):
        wv = load_vectors(path)
    assert wv.index_to_key == [*WORDS[:-1], "u\ufffd9"]
    with pytest.raises(ValueError, match=r"(line|record) \d+: the word b'u\\xff9' is not valid utf8; name the file's"):
        load_vectors(path, unicode_errors="strict")
    assert load_vectors(path, unicode_errors="ignore").index_to_key[-1] == "u9"
    with pytest.raises(ValueError, match="unknown encoding: klingon"):
        load_vectors(path, encoding="klingon")


def test_words_with_blanks(tmp_path: Path) -> None:
    """As in GloVe's vectors of 840 billion words; also with a header, and in the first line."""
    path = tmp_path / "v.txt"
    rows = "the .1 .2 .3\n. . . -.1 .2 .3\nat name@domain.com .4 .5 .6\n"
    for text in (rows, "3 3\n" + rows, "\n".join(reversed(rows.splitlines()))):
        path.write_text(text)
        assert sorted(load_vectors(path).index_to_key) == [". . .", "at name@domain.com", "the"]
    path.write_text("2 3\n. . . -.1 .2 .3\nthe .1 .2 .3\n")
    np.testing.assert_array_equal(load_vectors(path)[". . ."], np.array([-0.1, 0.2, 0.3], np.float32))


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_header_that_is_wrong_by_one(tmp_path: Path, binary: bool, difference: int) -> None:
    path = tmp_path / "v"
    write_word2vec(path, WORDS, MATRIX, binary=binary)
    right, wrong = (f"{count} 24\n".encode() for count in (len(WORDS), len(WORDS) + difference))
    path.write_bytes(path.read_bytes().replace(right, wrong))
    with pytest.warns(VectorFileWarning, match=f"promises {len(WORDS) + difference} words, but there are {len(WORDS)}"):
        wv = load_vectors(path)
    assert wv.index_to_key == WORDS
    np.testing.assert_array_equal(wv.vectors, MATRIX)
    assert len(load_vectors(path, limit=5)) == 5
    path.write_bytes(path.read_bytes().replace(wrong, f"{len(WORDS) + 2 * difference} 24\n".encode()))
    with pytest.raises(ValueError, match=f"header promises|than the {len(WORDS) + 2 * difference} words"):
        load_vectors(path)


@pytest.mark.parametrize("binary", [False, True])
def test_repeated_and_empty_words_are_left_out(tmp_path: Path, binary: bool) -> None:
    path = tmp_path / "v"
    rows = [(b"a", 1, 2), (b"", 3, 4), (b"b", 5, 6), (b"a", 7, 8), (b"b", 9, 9)]
    lines = b"".join(record(*row) if binary else b"%s %d %d\n" % row for row in rows)
    path.write_bytes(b"5 2\n" + lines)
    told = "1 row without a word left out; 2 rows left out whose word had already occurred, such as 'a'"
    with pytest.warns(VectorFileWarning, match=told):
        wv = load_vectors(path)
    assert wv.index_to_key == ["a", "b"]
    assert wv.vectors.tolist() == [[1, 2], [5, 6]]


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("place", [0, 1])
def test_every_word_that_is_written_is_read(tmp_path: Path, binary: bool, place: int) -> None:
    words = ["a", "b", "c"]
    words[place] = "語x" * 70_000
    path = tmp_path / "v"
    write_word2vec(path, words, MATRIX[:3], binary=binary)
    wv = load_vectors(path)
    assert wv.index_to_key == words
    np.testing.assert_array_equal(wv.vectors, MATRIX[:3])
    words[place] = "語" * (MAX_WORD // 3 + 1)
    with pytest.raises(ValueError, match="is longer than 16,777,216 bytes") as caught:
        write_word2vec(path, words, MATRIX[:3], binary=binary)
    assert len(str(caught.value)) < 500


PACKED = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "marked": lambda data: b"\xef\xbb\xbf" + data,
    "zip": lambda data: zipped({"glove/": b"", "glove/vectors.txt": data, "__MACOSX/._vectors.txt": b"?"}),
    "zip in gzip": lambda data: gzip.compress(zipped({"vectors.bin.gz": gzip.compress(data)})),
}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("kind", ["binary", "text", "glove", "own"])
def test_packings_are_told_by_the_first_bytes(ours: WordVectors, tmp_path: Path, packed: str, kind: str) -> None:
    path = tmp_path / "v"
    if kind == "own":
        if packed == "marked":
            pytest.skip("only a text has a byte order mark")
        ours.save(path)
    else:
        write_word2vec(path, WORDS, MATRIX, binary=kind == "binary", write_header=kind != "glove")
    path.write_bytes(PACKED[packed](path.read_bytes()))
    wv = load_vectors(path)
    assert wv.index_to_key == WORDS
    np.testing.assert_array_equal(wv.vectors, MATRIX)


def test_zips_that_do_not_hold_one_file(tmp_path: Path) -> None:
    path = tmp_path / "v.zip"
    path.write_bytes(zipped({"glove.50d.txt": b"a 1 2\n", "glove.100d.txt": b"a 1 2\n"}))
    with pytest.raises(ValueError, match=r"archive of 2 files \(glove.50d.txt, glove.100d.txt\), expected one; unpack"):
        load_vectors(path)
    path.write_bytes(zipped({"folder/": b""}))
    with pytest.raises(ValueError, match="archive of 0 files, expected one"):
        load_vectors(path)
    data = zipped({"v.txt": b"a 1 2\n" * 50})
    for length in range(4, len(data) - 1, 7):
        path.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"v\.zip: the zip archive is corrupt or cut short"):
            load_vectors(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("kind", ["binary", "text", "own", "zip"])
def test_vectors_from_a_pipe(ours: WordVectors, tmp_path: Path, kind: str) -> None:
    path, pipe = tmp_path / "v", tmp_path / "pipe"
    ours.save(path) if kind == "own" else write_word2vec(path, WORDS, MATRIX, binary=kind == "binary")
    data = zipped({"v.txt": path.read_bytes()}) if kind == "zip" else path.read_bytes()
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    assert load_vectors(pipe).index_to_key == WORDS
    writer.join()


def test_values_that_are_not_finite_are_refused_in_every_format(tmp_path: Path) -> None:
    path = tmp_path / "v"
    write_archive(path, "vectors", {}, {"vectors": np.array([[1.0], [np.nan]])}, words=["a", "b"])  # as by others
    with pytest.raises(ValueError, match="v': 1 of 2 vectors hold NaN or infinite numbers, such as the vector of 'b'"):
        load_vectors(path)
    assert load_vectors(path, limit=1).index_to_key == ["a"]


TEXT_FAULTS = {
    "empty": (b"", "line 1: the file is empty"),
    "no vectors": (b"hello world\n", "line 1: .* neither a header .* nor a word with its values"),
    "one field": (b"hello\n", "line 1: .* neither a header"),
    "negative header": (b"-2 2\na 1 2\n", "line 2: expected a word and 1 values"),
    "three in header": (b"2 2 2\na 1 2 3\n", "line 2: expected a word and 2 values .* 3"),
    "promise too big": (b"9 2\na 1 2\n", "header: it promises 9 words of 2 values, which need 54 bytes"),
    "huge header": (b"999999999999999999 9999\na 1 2\n", "header: it promises"),
    "endless header": (b"9" * 5000 + b" 2\na 1 2\n", "line 2: expected a word and 1 values|neither"),
    "huge width": (b"1 99999999\na 1 2\n", f"99999999 dimensions; expected 1 to {MAX_WIDTH}"),
    "no width": (b"1 0\na\n", "0 dimensions"),
    "too few rows": (b"4 2\na 1.25 2.5\nb 1.255 2.55\n", "line 4: the file ends, but its header promises 4"),
    "too many rows": (b"1 2\na 1 2\nb 1 2\nc 1 2\n", "line 3: there are more than the 1 words"),
    "too narrow": (b"2 2\na 1.5 2\nb 1\n", "line 3: expected a word and 2 values .* there are 1 "),
    "too wide": (b"2 2\na 1 2\nb 1 2 3\n", "line 3: expected a word and 2 values .* there are 3 "),
    "number in word": (b"2 2\na 1 2\nApollo 11 1 2\n", "line 3: .*a value too many"),
    "double blank": (b"2 2\na 1 2\nb 1  2\n", "line 3: .*single spaces"),
    "no word": (b"2 2\na 1 2\n 1 2 3\n", "line 3: expected a word"),
    "blank line within": (b"2 2\na 1 2\n\nb 1 2\n", "line 3: expected a word"),
    "no number": (b"2 2\na 1 2\nb 1 x2\n", "line 3: the value b'x2' is not a finite float32 number"),
    "underscore": (b"2 2\na 1 2\nb 1 1_0\n", "line 3: the value b'1_0'"),
    "NaN": (b"2 2\na 1 2\nb 1 nan\n", "line 3: the value b'nan'"),
    "infinite": (b"2 2\na -inf 2\nb 1 3\n", "line 2: the value b'-inf'"),
    "beyond float32": (b"2 2\na 1e39 2\nb 1 3\n", "line 2: the value b'1e39'"),
    "not UTF-8": (b"1 1\n\xff\xfe 1\n", r"line 2: the word b'\\xff\\xfe' is not valid utf8"),
    "NUL for a value": (b"1 1\na \x00\n", r"line 2: the value b'\\x00'"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXT_FAULTS)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_faults_in_text(tmp_path: Path, name: str, ending: str) -> None:
    data, message = TEXT_FAULTS[name]
    path = tmp_path / f"faulty.txt{ending}"
    path.write_bytes(gzip.compress(data) if ending else data)
    if ending and "promise" in message:
        message = "cut short|expected a word"  # how much is packed is not known beforehand
    with pytest.raises(ValueError, match=f"faulty.txt.*({message})"):
        read_word2vec(path)


def record(word: bytes, *values: float) -> bytes:
    return word + b" " + np.array(values, "<f4").tobytes()


TWO = record(b"a", 1, 2) + record(b"b", 3, 4)
BINARY_FAULTS = {
    "empty": (b"", "line 1: the file is empty"),
    "no header": (TWO, "line 1: .* is not a header"),
    "promise too big": (b"9 2\n" + TWO, "header: it promises 9 words of 2 values, which need 90 bytes"),
    "huge header": (b"999999999999999999 1000\n" + TWO, "header: it promises"),
    "huge width": (b"1 99999999\n" + TWO, "99999999 dimensions"),
    "cut in values": (b"2 2\n" + record(b"a" * 9, 1, 2) + TWO[:-1][10:], "record 2: the file ends within it"),
    "cut in word": (b"2 2\n" + record(b"a" * 30, 1, 2) + b"bb", "record 2: the file ends within it"),
    "too many": (b"1 2\n" + TWO + record(b"c", 5, 6), "record 2: .*there are more than the 1 words"),
    "line feed in word": (b"1 2\n" + record(b"a\nb", 1, 2), "record 1: expected a word and a space, but found"),
    "NaN": (b"2 2\n" + record(b"a", 1, 2) + record(b"b", np.nan, 2), "record 2: .*'b' has values that"),
    "infinite": (b"2 2\n" + record(b"a", np.inf, 2) + record(b"b", 0, 2), "record 1: .*'a' has values"),
    "not UTF-8": (b"1 2\n" + record(b"\xff", 1, 2), r"record 1: the word b'\\xff' is not valid utf8"),
    "no blank": (b"1 2\n" + b"x" * (MAX_WORD + 1), "record 1: expected a word and a space, but found"),
}  # fmt: skip


@pytest.mark.parametrize("name", BINARY_FAULTS)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_faults_in_binary(tmp_path: Path, name: str, ending: str) -> None:
    data, message = BINARY_FAULTS[name]
    path = tmp_path / f"faulty.bin{ending}"
    path.write_bytes(gzip.compress(data) if ending else data)
    if ending and "promise" in message:
        message = "cut short|expected a word and a space, but found"
    with pytest.raises(ValueError, match=f"faulty.bin.*({message})"):
        read_word2vec(path, binary=True)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("pack", [None, gzip.compress, bz2.compress, lzma.compress])
def test_cut_anywhere(tmp_path: Path, binary: bool, pack: object) -> None:
    """A cut is noticed, but for one within the last number of a text."""
    path = tmp_path / "whole"
    write_word2vec(path, WORDS[:9], MATRIX[:9, :5], binary=binary)
    data = path.read_bytes()
    ending = {None: "", gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}[pack]
    last = len(data) - len(data.rstrip().rpartition(b" ")[2]) if not binary and not ending else len(data)
    data = pack(data) if callable(pack) else data
    path = tmp_path / f"cut{ending}"
    for length in range(0, min(last, len(data)), 3):
        path.write_bytes(data[:length])
        # A file that ends right before its last row is read, with a warning.
        with pytest.raises((ValueError, VectorFileWarning), match="cut"):
            read_word2vec(path, binary=binary)


@pytest.mark.parametrize(("ending", "error"), [(".gz", "packed"), (".bz2", "packed"), (".xz", "packed")])
def test_not_packed_at_all(tmp_path: Path, ending: str, error: str) -> None:
    path = tmp_path / f"v{ending}"
    path.write_bytes(b"1 2\na 1 2\n")
    with pytest.raises(ValueError, match=error):
        load_vectors(path)


def test_wrong_guess_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "v"
    write_word2vec(path, WORDS, MATRIX, binary=True)
    with pytest.raises(ValueError, match="a binary file"):
        read_word2vec(path)
    write_word2vec(path, WORDS, MATRIX)
    with pytest.raises(ValueError, match=r"a text file|is not valid utf8|header"):
        read_word2vec(path, binary=True)


def test_sniffing(ours: WordVectors, tmp_path: Path) -> None:
    path = tmp_path / "v"
    ours.save(path)
    assert sniff_format(path) == "archive"
    for data, found in [
        (b"1 1\na 0.5\n", "text"),
        (b"1 2\na 1 x\n", "binary"),  # neither, and said by the reader
        (b"2 3\na 1 2\n", "text"),
        (b"1 1\n" + record(b"a", 0.0), "binary"),
        (b"0 7\n", "text"),
        (b"a 1 2\n", "text"),
    ]:
        path.write_bytes(data)
        assert sniff_format(path) == found
    for data in (b"", b"hello\n", b"\x80\x04\x95" + b"\x00" * 40, b"some words in a line\n"):
        path.write_bytes(data)
        with pytest.raises(ValueError, match="line 1: "):
            load_vectors(path)
    with pytest.raises(FileNotFoundError):
        load_vectors(tmp_path / "nothing")


@pytest.mark.parametrize("word", ["New York", "", "a\nb", "a\tb", "\ud800"])
def test_unwritable_words(ours: WordVectors, tmp_path: Path, word: str) -> None:
    path = tmp_path / "v"
    path.write_bytes(b"old")
    bad = WordVectors(["the", word], np.ones((2, 3)))
    for options in ({}, {"binary": True}, {"write_header": False}):
        with pytest.raises(ValueError, match=r"cannot write .*v': word 1, "):
            bad.save_word2vec_format(path, **options)
    with pytest.raises(ValueError, match="contains whitespace"):
        ours.save_word2vec_format(path, prefix="my ")
    assert path.read_bytes() == b"old"


def test_other_refusals_in_writing(ours: WordVectors, tmp_path: Path) -> None:
    path = tmp_path / "v"
    with pytest.raises(ValueError, match="the vector of 'b' has values that are NaN, infinite"):
        WordVectors(["a", "b"], np.array([[1.0], [np.nan]])).save_word2vec_format(path)
    with pytest.raises(ValueError, match=r"the vector of 'a' .*out of range for float32"):
        WordVectors(["a"], np.array([[1e300]])).save_word2vec_format(path, binary=True)
    with pytest.raises(ValueError, match="without a header"):
        ours.save_word2vec_format(path, binary=True, write_header=False)
    with pytest.raises(ValueError, match="attribute 'count'"):
        WordVectors(["a"], [[1]]).save_word2vec_format(path, tmp_path / "vocabulary")
    assert os.listdir(tmp_path) == []


def test_an_interrupted_writing_leaves_the_old_file(
    ours: WordVectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("v", "v.gz", "v.bz2", "v.xz"):
        (tmp_path / name).write_bytes(b"old")
        with monkeypatch.context() as patch:
            patch.setattr("wordneg.files.formats.write_text", fail)
            with pytest.raises(OSError, match=r"cannot write .*No space left .*untouched"):
                ours.save_word2vec_format(tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 4


def test_bad_settings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="limit is 0"):
        read_word2vec(tmp_path / "v", limit=0)
    with pytest.raises(ValueError, match="limit is 0"):
        load_vectors(tmp_path / "v", limit=0)
    with pytest.raises(ValueError, match="floating-point type"):
        read_word2vec(tmp_path / "v", datatype=int)
    with pytest.raises(ValueError, match="without a header"):
        read_word2vec(tmp_path / "v", binary=True, no_header=True)


def test_counts(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary"
    path.write_bytes(b"the 7\n\xc3\xbc 3\n")
    assert read_counts(path) == {"the": 7, "ü": 3}
    write_word2vec(tmp_path / "v", ["the", "of"], np.ones((2, 2), np.float32))
    with pytest.raises(ValueError, match="vocabulary' has no count for the word 'of'"):
        WordVectors.load_word2vec_format(tmp_path / "v", path)
    path.write_bytes(b"the 7\nof\n")
    with pytest.raises(ValueError, match=r"line 2: .* is not a word and its count"):
        read_counts(path)


def test_lines_that_end_in_carriage_returns_only_are_refused(tmp_path):
    path = tmp_path / "old.txt"
    for text in ("2 3\ra 1 2 3\rb 4 5 6\r", "a 1 2 3\rb 4 5 6\r", "2 3\ra 1 2 3\rb 4 5 6\n"):
        path.write_bytes(text.encode())
        with pytest.raises(ValueError, match="line 1: lines end with carriage returns only; make them line feeds"):
            load_vectors(path)
    path.write_bytes(b"2 3\r\na 1 2 3\r\nb 4 5 6\r\n")
    assert load_vectors(path).index_to_key == ["a", "b"]


def vectors_of(words, values=1.0):
    vectors = WordVectors(2)
    vectors.add_vectors(words, np.full((len(words), 2), values, np.float32))
    return vectors


def test_nothing_is_saved_that_could_not_be_loaded(tmp_path):
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="2 of 2 vectors hold NaN or infinite numbers, such as the vector of 'a'"):
            vectors_of(["a", "b"], bad).save(tmp_path / "own")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["a", "\ud800"], [1, 2**70]])
def test_words_that_parquet_cannot_hold_are_told(tmp_path, words):
    pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match=r"a word does not fit the format .* choose wordneg's own format, which holds"):
        vectors_of(words).to_parquet(tmp_path / "v.parquet")
    vectors_of(words).save(tmp_path / "own")
    assert load_vectors(tmp_path / "own").index_to_key == words


def test_vectors_and_counts_are_two_files(tmp_path):
    vectors = vectors_of(["a", "b"])
    vectors.set_vecattr("a", "count", 3)
    with pytest.raises(ValueError, match="vectors and counts would both be written to"):
        vectors.save_word2vec_format(tmp_path / "v.txt", fvocab=tmp_path / "." / "v.txt")
    assert not list(tmp_path.iterdir())
