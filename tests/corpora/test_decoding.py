"""The encoding of texts, invalid bytes, and files that are no text."""

import gzip
import io
import warnings

import numpy as np
import pytest

from wordneg.corpora import ByteCorpus, FileCorpus, JoinedCorpus, TextCorpus, TextEncodingWarning, join, open_corpus

RUSSIAN = "мама мыла раму\nпапа мыл раму\n" * 50
LINES = [line.split() for line in RUSSIAN.splitlines()]


def write(folder, data, name="text.txt"):
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-5", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_an_encoding_that_is_named(tmp_path, encoding):
    path = write(tmp_path, RUSSIAN.encode(encoding))
    for source in (path, io.BytesIO(path.read_bytes())):
        assert list(open_corpus(source, encoding=encoding)) == LINES
    assert list(open_corpus(path, encoding=encoding, tokenizer=str.split)) == LINES
    blocks = list(open_corpus(path, encoding=encoding).read_blocks(7))
    assert b"".join(blocks).decode() == RUSSIAN + "\n"
    assert max(map(len, blocks)) <= 7


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("我 爱 北京 天安门\n" * 50, "gbk"),
        ("le café est très bon\n" * 50, "latin-1"),
    ],
)
def test_another_encoding_is_refused(tmp_path, text, encoding):
    path = write(tmp_path, text.encode(encoding))
    for tokenizer in (None, str.split):
        with pytest.raises(
            UnicodeError, match=r"text\.txt is no utf-8 text: .* invalid in [0-9,]+ places; name its enc"
        ):
            list(open_corpus(path, tokenizer=tokenizer))
    assert list(open_corpus(path, encoding=encoding)) == [line.split() for line in text.splitlines()]


def test_few_invalid_bytes_are_told(tmp_path):
    path = write(tmp_path, b"the quick brown fox\n" * 400 + b"caf\xe9\n")
    for tokenizer in (None, str.split):
        with pytest.warns(TextEncodingWarning, match=r"not valid utf-8 was replaced by U\+FFFD in 1 place of 8,00"):
            assert list(open_corpus(path, tokenizer=tokenizer))[-1] == ["caf\ufffd"]
        with pytest.raises(UnicodeError, match="byte 0xe9 near byte 8,003 is invalid"):
            list(open_corpus(path, tokenizer=tokenizer, unicode_errors="strict"))
        for errors, word in (("replace", "caf\ufffd"), ("ignore", "caf"), ("backslashreplace", "caf\\xe9")):
            assert list(open_corpus(path, tokenizer=tokenizer, unicode_errors=errors))[-1] == [word]


def test_many_invalid_bytes_behind_a_good_beginning(tmp_path):
    path = write(tmp_path, b"plain words\n" * 10_000 + RUSSIAN.encode("cp1251"))
    with pytest.raises(UnicodeError, match=r"text\.txt is no utf-8 text: its"):
        list(open_corpus(path))


def test_replacement_characters_in_a_text_are_no_errors(tmp_path):
    path = write(tmp_path, "\ufffd word\n".encode() * 100)
    assert list(open_corpus(path)) == [["\ufffd", "word"]] * 100


@pytest.mark.parametrize("encoding", [None, "cp1251", "latin-1"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff\xd8\xff\xe0" + np.random.default_rng(1).bytes(5000), "a JPEG image"),
        (b"%PDF-1.7\nand so on\n" * 50, "a PDF document, but text is expected; save it as plain text"),
        (np.random.default_rng(2).bytes(5000), "no text: .* control characters|no utf-8 text"),
        ("plain words\n".encode("utf-16-le") * 50, "no text: 600 of its first 1,200 bytes are control characters"),
        (b'{"format": "wordneg token store", "version": 1}', "one of wordneg's own files"),
        (b"3 16\nword " + np.ones(16, "<f4").tobytes() * 3, "a file of word vectors"),
        (b"2 3\nword 0.5 -1.5 2e-3\nof 1.5 2.5 3.5\n", "a file of word vectors"),
    ],
)
def test_what_is_no_text_is_refused_wherever_it_turns_up(tmp_path, encoding, data, what):
    write(tmp_path, b"plain words\n" * 1000, "a.txt")
    write(tmp_path, data, "b.dat")
    for source in (tmp_path, str(tmp_path / "*")):
        for tokenizer in (None, str.split):
            with pytest.raises(ValueError, match=rf"b\.dat is ({what})"):
                list(open_corpus(source, encoding=encoding, tokenizer=tokenizer))


@pytest.mark.parametrize(
    "text", ["2 3\nfour five six\n", "1 2\n3 4 5\n", "nul\0inside\n", "0 1\n1 0\n", "10 2\na b c\n"]
)
def test_what_only_looks_like_something_else_is_read(tmp_path, text):
    path = write(tmp_path, text.encode())
    assert list(open_corpus(path)) == [line.replace("\0", " ").split() for line in text.splitlines()]


def test_settings_that_are_none(tmp_path):
    path = write(tmp_path, b"word\n")
    for encoding in ("klingon", "rot13", "hex"):
        with pytest.raises(ValueError, match=f"there is no text encoding '{encoding}'; expected one"):
            open_corpus(path, encoding=encoding)
    with pytest.raises(ValueError, match="got unicode_errors='surrogateescape', expected 'strict', 'replace'"):
        open_corpus(path, unicode_errors="surrogateescape")
    with pytest.raises(ValueError, match="already a corpus, so encoding= would have no effect"):
        open_corpus(open_corpus(path), encoding="cp1251")


@pytest.mark.parametrize("result", ["the words", b"the words", None, 5])
def test_a_tokenizer_returns_words(tmp_path, result):
    path = write(tmp_path, b"The words\n")
    for source in (path, ["The words"]):
        with pytest.raises(
            TypeError, match=r"the tokenizer returned .* for 'The words', but a list of words is expected"
        ):
            list(open_corpus(source, tokenizer=lambda text: result))
    for words in (("the", "words"), iter(["the", "words"]), np.array(["the", "words"])):
        assert list(open_corpus(["The words"], tokenizer=lambda text, words=words: words)) == [["the", "words"]]


def test_several_corpora_are_one(tmp_path):
    paths = [write(tmp_path, f"word{number} end".encode(), f"{number}.txt") for number in range(3)]
    parts = [open_corpus(path) for path in paths]
    texts = join(parts)
    assert isinstance(texts, TextCorpus)
    assert isinstance(texts, ByteCorpus)
    assert texts.name == f"{paths[0]} and 2 others"
    assert texts.files == tuple(paths)
    assert texts.size_bytes == 27
    expected = [["word0", "end"], ["word1", "end"], ["word2", "end"]]
    assert list(texts) == list(texts) == expected
    mixed = join([*parts, open_corpus([["a", "list"]])])
    assert isinstance(mixed, JoinedCorpus)
    assert isinstance(mixed, FileCorpus)
    assert list(mixed) == list(mixed) == [*expected, ["a", "list"]]
    assert mixed.files == tuple(paths)
    assert not mixed.one_shot
    assert join([*parts, open_corpus(iter([["a"]]))]).one_shot
    assert join(parts[:1]) is parts[0]


def test_one_big_string_gets_a_short_answer():
    for text in ("The * river [was] wide.\n/ a/b " * 30_000, "a*" * 5000, "line\nline"):
        with pytest.raises(FileNotFoundError, match="no file or folder is called") as caught, warnings.catch_warnings():
            open_corpus(text)
        assert len(str(caught.value)) < 400
    with pytest.raises(FileNotFoundError, match=r"pass \[line\.split\(\) for line in text\.splitlines\(\)\], or"):
        open_corpus("The river was wide.\n" * 3)


# --- tables, documents, and what is no text further on -----------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("".join(f"w{n} 0.{n} -1.5 2e-3 0.25 1.0\n" for n in range(1, 9)).encode(), "a file of word vectors"),
        (b"0.5 0.25 0.125 1.5 2.5\n" * 3, "a file of word vectors"),
        ("".join(f"w{n} {99 - n}\n" for n in range(20)).encode(), "a vocabulary, words with their counts"),
        (b"</s> 0\n" + "".join(f"w{n} {99 - n}\n" for n in range(20)).encode(), "a vocabulary, words with their"),
        (b"\n%PDF-1.7\n" + b"a text\n" * 40, "a PDF document"),
        (b"%!PS-Adobe-3.0\n" + b"0 0 moveto\n" * 40, "a PostScript document"),
        (b"{\\rtf1\\ansi text}", "an RTF document"),
        (b"<?xml version='1.0'?>\n<!-- a map -->\n<svg>" + b"<path d='M 1 2'/>\n" * 40, "a drawing"),
        (gzip.compress(gzip.compress(b"a text\n", mtime=0), mtime=0), "compressed twice"),
    ],
)
def test_tables_and_documents_are_refused(tmp_path, data, what):
    with pytest.raises(ValueError, match=f"text.txt is {what}"):
        list(open_corpus(write(tmp_path, data)))


@pytest.mark.parametrize(
    "text",
    [
        "the year 1984 was\nin the year 2001 was\n" * 9,  # no fractions
        "version 2.0 of 3.5 costs 4.5 or 9.5\n" * 9,  # fewer fractions than a table has columns
        "".join(f"{n} {n * 7 % 50}\n" for n in range(40)),  # edges of a graph
        "a 3\nb 2\na 1\n" * 9,  # a word twice
        "chapter 3\n",
        "<p> a <svg> in a text\n" * 9,
    ],
)
def test_texts_that_look_a_little_like_tables_are_read(tmp_path, text):
    assert list(open_corpus(write(tmp_path, text.encode()))) == [line.split() for line in text.splitlines()]


def test_escapes_of_iso_2022_are_told(tmp_path):
    path = write(tmp_path, "私 は 猫 が 好き\n".encode("iso2022_jp") * 9)
    with pytest.raises(UnicodeError, match=r"is ISO-2022 text .* give its encoding, such as 'iso2022_jp'"):
        list(open_corpus(path))
    assert list(open_corpus(path, encoding="iso2022_jp")) == [["私", "は", "猫", "が", "好き"]] * 9


@pytest.mark.parametrize("errors", [None, "strict"])
def test_nuls_further_on_are_told_or_refused(tmp_path, errors):
    text = b"the quick brown fox\n" * 5000
    with pytest.warns(TextEncodingWarning, match="1,000 of its 101,000 bytes are NUL; part of it is UTF-16, or was"):
        list(open_corpus(write(tmp_path, text + bytes(1000)), unicode_errors=errors))
    with pytest.raises(ValueError, match="20,000 of its 120,000 bytes are NUL"):
        list(open_corpus(write(tmp_path, text + bytes(20_000)), unicode_errors=errors))


def test_utf_16_without_its_mark_is_told_by_name(tmp_path):
    path = write(tmp_path, RUSSIAN.encode("utf-16-be"))
    with pytest.raises(UnicodeError, match="name utf-16-le or utf-16-be if it has no byte order mark"):
        list(open_corpus(path, encoding="utf-16"))
    assert list(open_corpus(path, encoding="utf-16-be")) == LINES


@pytest.mark.parametrize("encoding", ["idna", "undefined", "utf-8\0", ""])
def test_encodings_that_decode_no_text(tmp_path, encoding):
    with pytest.raises(ValueError, match="there is no text encoding"):
        open_corpus(write(tmp_path, b"word\n"), encoding=encoding)


def test_a_tokenizer_that_is_no_function_is_told_at_once(tmp_path):
    for tokenizer in ("split", True):
        with pytest.raises(TypeError, match=f"got tokenizer={tokenizer!r}, expected a function such as"):
            open_corpus(write(tmp_path, b"word\n"), tokenizer=tokenizer)
