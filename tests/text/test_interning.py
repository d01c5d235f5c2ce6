import numpy as np
import pytest

from wordneg.text.scanning import interning
from wordneg.text.scanning.interning import SentenceScanner
from wordneg.text.scanning.tally import SENTENCE_END


class ListSpool:
    """Keeps what is written."""

    def __init__(self):
        self.values = []

    def write(self, values):
        self.values += values.tolist()


def interned(sentences, **settings):
    """Return the stream and the tally."""
    spool = ListSpool()
    scanner = SentenceScanner(spool, **settings)
    for sentence in sentences:
        scanner.feed(sentence)
    tally = scanner.finish()
    return spool.values, tally


@pytest.mark.parametrize("buffer", [1, 1 << 16])
def test_ids_go_by_first_appearance(monkeypatch, buffer):
    monkeypatch.setattr(interning, "_BUFFER_TOKENS", buffer)
    stream, tally = interned([["b", "a", "b"], [], ("c",), iter(["a", "c"])])
    assert stream == [0, 1, 0, SENTENCE_END, 2, SENTENCE_END, 1, 2, SENTENCE_END]
    assert tally.ids.tolist() == tally.owners.tolist() == [0, 1, 2]
    assert tally.counts.tolist() == [2, 2, 2]
    assert tally.spell(np.array([0, 2])) == ["b", "c"]
    assert (tally.tokens, tally.sentences, tally.next_id) == (6, 3, 3)


def test_more_words_than_counters():
    words = [f"w{number}" for number in range(70_000)]
    _, tally = interned([words, words[:1]])
    assert tally.counts.tolist() == [2] + [1] * 69_999


def test_a_pruned_word_gets_a_new_id():
    # The second sentence forgets words read once, the third those read twice.
    stream, tally = interned([["a", "b"], ["a"], ["b"], ["b"]], max_vocab_size=1)
    assert stream == [0, 1, SENTENCE_END, 0, SENTENCE_END, 2, SENTENCE_END, 3, SENTENCE_END]
    assert tally.next_id == 4
    assert tally.ids.tolist() == [3]
    assert tally.counts.tolist() == [1]
    assert tally.spell(np.array([0])) == ["b"]


def test_numpy_strings_become_plain_ones():
    _, tally = interned([np.array(["a", "b"])])
    assert [type(word) for word in tally.spell(np.arange(2))] == [str, str]


@pytest.mark.parametrize(
    ("sentences", "match"),
    [
        (
            ["a sentence"],
            r"sentence 1 \(not counting empty ones\) is 'a sentence' of type str, expected a list of .*split",
        ),
        ([["a"], b"text"], r"sentence 2 .* is b'text' of type bytes"),
        ([["a"], [], None], r"sentence 2 .* is None of type NoneType, expected a list of tokens$"),
        ([["a", "b"], ["a", 3.5]], r"token 2 of sentence 2 .* is 3.5 of type float, expected a str or an int; convert"),
        ([["a", None]], "token 2 of sentence 1 .* is None"),
        ([["a", b"a"]], "token 2 of sentence 1 .* is b'a' of type bytes"),
        ([["a", ["b"]]], r"token 2 of sentence 1 .* is \['b'\] of type list"),
        ([["a"], [["b", "c"]]], r"token 1 of sentence 2 .* is \['b', 'c'\] of type list"),
        ([iter(["a", 3.5])], "token 2 of sentence 1 .* is not a str"),
        ([np.array([1.5, 2])], "token 1 of sentence 1 .* is .*1.5.* of type .*float"),
    ],
)
def test_what_is_not_a_list_of_tokens(sentences, match):
    with pytest.raises(TypeError, match=match):
        interned(sentences)
