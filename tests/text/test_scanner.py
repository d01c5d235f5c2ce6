from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordneg.text.scanning import scanner
from wordneg.text.scanning.scanner import ByteScanner
from wordneg.text.scanning.tally import SENTENCE_END
from wordneg.text.scanning.wordtable import LONGEST_WORD


class ListOutput:
    """An output that offers room in pieces of a given size."""

    def __init__(self, room=1 << 12):
        self.values = []
        self._room = np.empty(room, dtype=np.int32)

    def room(self):
        return self._room

    def advance(self, n):
        self.values += self._room[:n].tolist()


def scan(text, block=1 << 16, room=1 << 12, max_vocab_size=None):
    """Return the scanned text as sentences of words, and the tally."""
    output = ListOutput(room)
    byte_scanner = ByteScanner(output, max_vocab_size=max_vocab_size)
    for start in range(0, len(text), block):
        byte_scanner.feed(text[start : start + block])
    tally = byte_scanner.finish()
    words = tally.spell(np.arange(len(tally.counts)))
    spelled = {number: words[owner] for number, owner in zip(tally.ids, tally.owners, strict=True)}
    sentences = [[]]
    for value in output.values:
        if value == SENTENCE_END:
            sentences.append([])
        else:
            sentences[-1].append(spelled.get(value))
    assert sentences.pop() == []
    return sentences, tally, words


def naive_scan(text):
    text = text.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b" ")
    sentences = []
    for line in text.split(b"\n"):
        words = []
        for found in line.decode(errors="surrogateescape").split():
            word = found.encode(errors="surrogateescape")
            while len(word) > LONGEST_WORD:
                cuts = [LONGEST_WORD - more for more in range(4) if word[LONGEST_WORD - more] & 0xC0 != 0x80]
                cut = max(cuts, default=LONGEST_WORD)
                words.append(word[:cut].decode(errors="replace"))
                word = word[cut:]
            words.append(word.decode(errors="replace"))
        if words:
            sentences.append(words)
    return sentences


def naive_pruning(sentences, max_vocab_size):
    """Return gensim's counts, computed as its `_scan_vocab` does."""
    counts, least = Counter(), 1
    for sentence in sentences:
        counts.update(sentence)
        if len(counts) > max_vocab_size:
            counts = Counter({word: count for word, count in counts.items() if count >= least})
            least += 1
    return counts


def check_against_naive(text, **how):
    sentences, tally, words = scan(text, **how)
    expected = naive_scan(text)
    assert sentences == expected
    counts = Counter(word for sentence in expected for word in sentence)
    assert dict(zip(words, tally.counts.tolist(), strict=True)) == counts
    assert words == list(counts)  # the order of first appearance
    assert tally.tokens == counts.total()
    assert tally.sentences == len(expected)


WORDS = ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmno", "abcdefghijklmnop", "x" * 40]
CHARACTERS = ["é", "語", "😀", "\ufeff", "\x01", "\x1b", "\x7f", "°", "ሀ", "–", "、", "\u200b"]
SEPARATORS = [b" ", b"  ", b"\n", b"\r\n", b"\t", b"\v", b"\f", b"\0"]
BLANKS = [chr(code) for code in range(0x110000) if chr(code).isspace() and chr(code) != "\n"]
BROKEN = [b"\xff", b"\xc3", b"\xe2\x82", b"\x80", b"\xc2", b"\xe2\x80", b"\xe3"]
PIECES = st.sampled_from([text.encode() for text in WORDS + CHARACTERS + BLANKS] + SEPARATORS + BROKEN)


@settings(deadline=None, max_examples=300)
@given(text=st.lists(PIECES, max_size=40).map(b"".join), block=st.integers(1, 60), room=st.integers(1, 9))
@example(text=b"", block=1, room=1)
@example(text=b"\xef", block=1, room=1)
@example(text=b"\xef\xbb\xbf", block=1, room=1)
@example(text=b"\xe2\x82 \xe2\x82", block=2, room=1)
def test_any_text_in_any_blocks_is_read_like_the_naive_twin(text, block, room):
    check_against_naive(text, block=block, room=room)


@settings(deadline=None)
@given(text=st.binary(max_size=200), block=st.integers(1, 200))
def test_random_bytes(text, block):
    check_against_naive(text, block=block)


def test_every_block_size():
    text = "\ufeffthe  cat\r\nsat on\0the exceedingly-comfortable mat\n\n \n日本語 é".encode()
    for block in range(1, len(text) + 1):
        check_against_naive(text, block=block)


def test_every_length_next_to_every_separator():
    blanks = [b"\n", b"\0", *(blank.encode() for blank in BLANKS)]
    for letter in ("w", "é", "語"):
        text = b"".join(letter.encode() * n + blank for n in range(1, 40) for blank in blanks)
        check_against_naive(text)
        check_against_naive(text, block=61)


def test_control_characters_inside_words():
    words = [b"w" * n + bytes([control]) + b"w" for n in range(20) for control in (1, 8, 14, 27)]
    check_against_naive(b" ".join(words))


@pytest.mark.parametrize("text", [b"", b"\n\n \0\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_to_read(text):
    sentences, tally, words = scan(text)
    assert sentences == words == []
    assert tally.tokens == tally.sentences == 0


def test_only_the_first_byte_order_mark_is_skipped():
    sentences, _, _ = scan("\ufeffa \ufeffb".encode(), block=1)
    assert sentences == [["a", "\ufeffb"]]


def test_byte_words_that_look_the_same_are_one_word():
    sentences, tally, words = scan(b"\xff a \xfe \xff\n")
    assert sentences == [["\ufffd", "a", "\ufffd", "\ufffd"]]
    assert words == ["\ufffd", "a"]
    assert tally.counts.tolist() == [3, 1]


@pytest.mark.parametrize("block", [777, 1 << 20])
@pytest.mark.parametrize("size", [LONGEST_WORD - 1, LONGEST_WORD, LONGEST_WORD + 1, 2 * LONGEST_WORD + 3])
def test_an_endless_word_is_cut(size, block):
    check_against_naive(b"a " + b"x" * size + b" b", block=block)


@pytest.mark.parametrize("block", [777, 1 << 16, 1 << 20])
@pytest.mark.parametrize("character", ["é", "語", "😀"])
def test_no_character_is_cut_in_two(character, block):
    for before in ("", "x", "xy", "xyz"):
        text = before.encode() + character.encode() * (2 * LONGEST_WORD // len(character.encode()) + 5)
        check_against_naive(text, block=block)
        (words,), tally, _ = scan(text, block=block)
        assert tally.replaced == 0
        assert tally.cut == 2
        assert "".join(words) == text.decode()
    check_against_naive(b"\x80" * (LONGEST_WORD + 9), block=block)  # no UTF-8 at all


def test_an_endless_line_is_one_sentence():
    sentences, tally, _ = scan(b"some words " * 50_000, block=4093)
    assert len(sentences) == tally.sentences == 1
    assert tally.tokens == 100_000


def test_table_and_arena_grow():
    rng = np.random.default_rng(3)
    numbers = rng.integers(0, 100_000, size=150_000)
    words = [f"{number}".rjust(5 + number % 30, "-") for number in numbers]
    lines = [" ".join(words[start : start + 20]) for start in range(0, len(words), 20)]
    check_against_naive("\n".join(lines).encode())


def test_words_that_differ_in_one_byte_differ():
    base = bytearray(b"abcdefghijklmnopqrstuvwxyz")
    words = []
    for size in (4, 8, 9, 16, 17, 26):
        for place in range(size):
            word = base[:size]
            word[place] ^= 0x80
            words.append(bytes(word))
    _, tally, _ = scan(b" ".join(words) + b"\n" + b" ".join(words))
    assert len(tally.ids) == len(words)


@settings(deadline=None)
@given(
    ids=st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=12), max_size=30),
    most=st.integers(1, 12),
    block=st.integers(1, 300),
)
def test_pruning_counts_like_gensim(ids, most, block):
    spelled = [[f"{'long' * (number % 3 * 3)}{number}" for number in sentence] for sentence in ids]
    text = "\n".join(" ".join(sentence) for sentence in spelled).encode()
    sentences, tally, words = scan(text, block=block, max_vocab_size=most)
    expected = naive_pruning(spelled, most)
    assert dict(zip(words, tally.counts.tolist(), strict=True)) == expected
    assert words == list(expected)
    # What is in the stream and has not been forgotten is what was counted.
    assert Counter(word for sentence in sentences for word in sentence if word) == expected


def test_an_endless_line_is_pruned_like_gensims_line_sentences():
    numbers = np.random.default_rng(5).zipf(1.3, size=45_000) % 20_000
    words = [f"w{number}" for number in numbers]
    _, tally, spelled = scan(" ".join(words).encode(), max_vocab_size=1000)
    expected = naive_pruning([words[start : start + 10_000] for start in range(0, len(words), 10_000)], 1000)
    assert dict(zip(spelled, tally.counts.tolist(), strict=True)) == expected


def test_too_many_words(monkeypatch):
    monkeypatch.setattr(scanner, "LAST_ID", 10)
    with pytest.raises(OverflowError, match="too many distinct words: ids end at 10; check that"):
        scan(b"a b c d e f g h i j k l")
