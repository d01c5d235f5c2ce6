"""Text files and iterables: what is a word, what is a sentence, what is refused."""

import codecs
import gzip
import tracemalloc

import numpy as np
import pytest

from wordneg.corpora import open_corpus, tokenize
from wordneg.corpora.readers import LONGEST_LINE


def _file(tmp_path, data: bytes, name: str = "text.txt"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_words_stand_between_blanks_and_nul(tmp_path):
    path = _file(tmp_path, "a\tB\x0bc\x0cd\r\n\n \ne\0f no\u00a0break\u3000\n".encode())
    assert list(open_corpus(path)) == [["a", "B", "c", "d"], ["e", "f", "no", "break"]]


def test_a_corpus_can_be_read_again(tmp_path):
    corpus = open_corpus(_file(tmp_path, b"a b\nc\n"))
    assert not corpus.one_shot
    assert list(corpus) == list(corpus) == [["a", "b"], ["c"]]
    assert corpus.size_bytes == 6


def test_blocks_are_the_text(tmp_path):
    corpus = open_corpus(_file(tmp_path, b"one two\nthree"))
    assert b"".join(corpus.read_blocks()) == b"one two\nthree\n"
    blocks = list(corpus.read_blocks(4))
    assert b"".join(blocks) == b"one two\nthree\n"
    assert max(map(len, blocks)) <= 4


def test_the_end_of_a_file_ends_a_sentence(tmp_path):
    _file(tmp_path, b"one two", "1.txt")
    _file(tmp_path, b"three", "2.txt")
    corpus = open_corpus(tmp_path)
    assert list(corpus) == [["one", "two"], ["three"]]
    assert b"".join(corpus.read_blocks()) == b"one two\nthree\n"


def test_invalid_utf8_is_replaced(tmp_path):
    path = _file(tmp_path, b"ok \xff\xfa caf\xc3 caf\xc3\xa9\n")
    expected = ["ok", "\ufffd\ufffd", "caf\ufffd", "café"]
    assert list(open_corpus(path, unicode_errors="replace")) == [expected]
    assert list(open_corpus(path, tokenizer=str.split, unicode_errors="replace")) == [expected]


def test_byte_order_marks(tmp_path):
    marked = _file(tmp_path, codecs.BOM_UTF8 + b"word\n")
    assert list(open_corpus(marked)) == [["word"]]
    for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-32-be"):
        text = "word\n" if encoding in ("utf-16", "utf-32") else "\ufeffword\n"
        path = _file(tmp_path, text.encode(encoding), f"{encoding}.txt")
        with pytest.raises(ValueError, match=rf"{encoding}\.txt is {encoding[:6].upper()} text.*iconv"):
            list(open_corpus(path))


def test_arrays_are_no_text(tmp_path):
    _file(tmp_path, b"one two", "1.txt")
    np.save(tmp_path / "2.npy", np.arange(3))
    np.savez(tmp_path / "3.npz", some=np.arange(3))
    for path, name in (
        (tmp_path, "2.npy"),
        (tmp_path / "2.npy", "2.npy"),
        (tmp_path / "3.npz", "3.npz:some.npy"),
    ):
        for tokenizer in (None, str.split):
            with pytest.raises(ValueError, match=f"{name} is a NumPy array, but text is expected; if it is part of"):
                list(open_corpus(path, tokenizer=tokenizer))


def test_tokenizer_gets_lines_without_line_ends_and_nul(tmp_path):
    seen = []
    path = _file(tmp_path, b"One two\r\nthree\0four\n")
    sentences = list(open_corpus(path, tokenizer=lambda line: seen.append(line) or line.lower().split()))
    assert seen[:2] == ["One two", "three four"]
    assert sentences == [["one", "two"], ["three", "four"]]
    assert not hasattr(open_corpus(path, tokenizer=tokenize), "read_blocks")


@pytest.mark.lengthy
def test_endless_line_comes_in_pieces_between_words(tmp_path):
    words = 1_000_000
    path = _file(tmp_path, b"an-extensive-word-1 " * words)  # 20 MB
    longest = 0

    def count(line: str) -> list[str]:
        nonlocal longest
        longest = max(longest, len(line))
        return line.split()

    tracemalloc.start()
    total = 0
    for sentence in open_corpus(path, tokenizer=count):
        total += len(sentence)
        assert sentence[0] == sentence[-1] == "an-extensive-word-1"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == words
    assert longest <= LONGEST_LINE
    assert peak < 64e6
    assert sum(len(sentence) for sentence in open_corpus(path)) == words


def test_endless_line_without_blanks_is_cut_between_characters(tmp_path):
    text = "漢" * 800_000
    path = _file(tmp_path, text.encode())
    pieces = [sentence[0] for sentence in open_corpus(path, tokenizer=lambda line: [line])]
    assert len(pieces) > 1
    assert "".join(pieces) == text


def test_an_endless_line_is_cut_at_blanks_beyond_ascii(tmp_path):
    words = ["天安门"] * 250_000
    path = _file(tmp_path, "\u3000".join(words).encode())
    assert path.stat().st_size > 2 * LONGEST_LINE
    assert [word for sentence in open_corpus(path) for word in sentence] == words


def test_pieces_do_not_depend_on_what_stands_before(tmp_path):
    line = b"abc defg " * 300_000
    alone = list(open_corpus(_file(tmp_path, line)))
    after = list(open_corpus(_file(tmp_path, b"x" * 777 + b"\n" + line, "shifted.txt")))
    assert after[1:] == alone
    assert len(alone) > 2


def test_vanished_file(tmp_path):
    path = _file(tmp_path, b"a b\n")
    corpus = open_corpus(path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"text\.txt is gone"):
        list(corpus)


def test_token_lists_of_any_kind():
    assert list(open_corpus([["a"], ("b", "c"), []])) == [["a"], ["b", "c"]]


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        (["the cat sat"], r"sentence 1 is a str: 'the cat sat'.*tokenizer"),
        ([["a"], "b"], "sentence 2 is a str"),
        ([b"bytes"], "decode"),
        ([{"text": "a"}], "column"),
        ([["a"], None], "sentence 2 is a NoneType.*missing"),
        ([1.5], "list of words is expected"),
    ],
)
def test_what_is_no_sentence_is_refused(sentences, message):
    with pytest.raises(TypeError, match=message):
        list(open_corpus(sentences))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([["a", "b"]], "item 1 is a list.*omit tokenizer="),
        (["a", float("nan")], "item 2 is a float: nan.*missing"),
        ([{"text": "a"}], "column"),
    ],
)
def test_what_is_no_text_is_refused(texts, message):
    with pytest.raises(TypeError, match=message):
        list(open_corpus(texts, tokenizer=tokenize))


def test_generators_are_one_shot():
    corpus = open_corpus(sentence for sentence in [["a"], ["b"]])
    assert corpus.one_shot
    assert list(corpus) == [["a"], ["b"]]
    assert list(corpus) == []
    texts = open_corpus((text for text in ["A b", "..."]), tokenizer=tokenize)
    assert texts.one_shot
    assert list(texts) == [["a", "b"]]


def test_gzip_and_plain_give_the_same(tmp_path):
    data = "ein Satz\nnoch einer über Öl\n".encode()
    plain = list(open_corpus(_file(tmp_path, data)))
    assert list(open_corpus(_file(tmp_path, gzip.compress(data), "text.gz"))) == plain
