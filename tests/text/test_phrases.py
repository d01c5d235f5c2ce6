"""Phrases: gensim's scores and joins, number for number, on word ids."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg import Phrases, Word2Vec, encode
from wordneg.text import phrases as module
from wordneg.text.phrases import ENGLISH_CONNECTOR_WORDS, join_phrases

TEXT = [["new", "york", "is", "big"], ["i", "like", "new", "york"], ["is", "it", "big"]] * 5


def spelled(store):
    words = store.vocabulary.words
    return [[words[token] for token in store.tokens[a:b]] for a, b in itertools.pairwise(store.offsets)]


def made_up(seed=1, sentences=400):
    """Return sentences of a few words, some of which like each other."""
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    pairs = [("san", "jose"), ("bank", "of", "china"), ("in", "the", "end"), ("w1", "w2")]
    text = []
    for _ in range(sentences):
        parts = [draw.choice(pairs) if draw.random() < 0.3 else (draw.choice(words),) for _ in range(6)]
        text.append([word for part in parts for word in part])
    return text


CHOICES = [
    {},
    {"min_count": 1, "threshold": 0.5},
    {"scoring": "npmi", "threshold": 0.2},
    {"connector_words": ENGLISH_CONNECTOR_WORDS, "threshold": 1.0},
    {"connector_words": {"of", "w3"}, "scoring": "npmi", "threshold": -0.5, "min_count": 1},
    {"delimiter": " ", "threshold": 2.0},
]


@pytest.mark.parametrize("choice", CHOICES, ids=range(len(CHOICES)))
def test_phrases_and_joins_are_gensims(choice):
    theirs = pytest.importorskip("gensim.models.phrases")
    text = made_up()
    ours, gensims = Phrases(text, **choice), theirs.Phrases(text, **choice)
    expected = gensims.export_phrases()
    assert len(expected) > 2 or not choice
    assert ours.export_phrases() == pytest.approx(expected, rel=1e-12)
    joined = [gensims[sentence] for sentence in text]
    assert spelled(ours.joined()) == joined
    assert list(ours[text]) == joined
    assert ours[text[0]] == joined[0]
    assert ours.find_phrases(text) == pytest.approx(gensims.find_phrases(text), rel=1e-12)


def test_english_connectors_are_gensims():
    theirs = pytest.importorskip("gensim.models.phrases")
    assert theirs.ENGLISH_CONNECTOR_WORDS == ENGLISH_CONNECTOR_WORDS


@settings(deadline=None, max_examples=60)
@given(
    text=st.lists(st.lists(st.sampled_from("abcdxy"), min_size=1, max_size=8), min_size=1, max_size=12),
    connectors=st.sets(st.sampled_from("xy")),
)
def test_any_text_is_joined_as_gensim_does(text, connectors):
    theirs = pytest.importorskip("gensim.models.phrases")
    choice = {"min_count": 1, "threshold": 0.3, "connector_words": connectors}
    ours, gensims = Phrases(text, **choice), theirs.Phrases(text, **choice)
    assert ours.export_phrases() == pytest.approx(gensims.export_phrases())
    assert spelled(ours.joined()) == [gensims[sentence] for sentence in text]


def test_the_score_is_the_papers():
    phrases = Phrases(TEXT, min_count=1, threshold=1)
    counts = {"new": 10, "york": 10, "is": 10, "big": 10, "i": 5, "like": 5, "it": 5}
    links = {("new", "york"): 10, ("york", "is"): 5, ("is", "big"): 5, ("i", "like"): 5, ("like", "new"): 5}
    links |= {("is", "it"): 5, ("it", "big"): 5}
    distinct = len(counts) + len(links)
    expected = {f"{a}_{b}": (n - 1) * distinct / (counts[a] * counts[b]) for (a, b), n in links.items()}
    assert phrases.phrasegrams == pytest.approx({name: score for name, score in expected.items() if score > 1})


def test_counting_in_parts_finds_the_same(monkeypatch):
    text = made_up(2)
    whole = Phrases(text, threshold=1.0)
    monkeypatch.setattr(module, "_MEMORY", 1000)
    assert Phrases(text, threshold=1.0).phrasegrams == whole.phrasegrams


def test_long_gaps_are_no_links():
    text = [["a", *["x"] * 70, "b"], ["a", "b"]] * 5
    assert "a_b" in Phrases(text, min_count=1, threshold=0.01, connector_words={"x"})
    assert len(Phrases(text, min_count=1, threshold=0.01, connector_words={"x"})) == 1


def test_a_phrase_that_is_a_word_already_is_that_word():
    text = [["new_york", "is"], ["new", "york", "is"]] * 10
    store = Phrases(text, min_count=1, threshold=0.2).joined()
    assert store.vocabulary.words.count("new_york") == 1
    assert store.vocabulary.counts[store.vocabulary.index["new_york"]] == 20 or "york_is" in store.vocabulary


def test_passes_find_longer_phrases():
    text = [[f"a{number}", "new", "york", "times", f"b{number}"] for number in range(40)]
    store = encode(text, min_count=1)
    assert "new_york_times" in join_phrases(store, 2, min_count=2, threshold=1.0).vocabulary
    assert "new_york_times" not in join_phrases(store, 1, min_count=2, threshold=1.0).vocabulary


def test_encode_drops_rare_words_after_joining():
    text = [["san", "jose", "lies", "there"]] * 6 + [["rare", "san", "marino"]]
    store = encode(text, min_count=5, phrases=1, phrase_threshold=0.2)
    assert "rare" not in store.vocabulary
    assert store.vocabulary.counts.min() >= 5
    assert sorted(store.vocabulary.words) == sorted(set(itertools.chain(*spelled(store))))
    assert any("_" in word for word in store.vocabulary.words)
    assert len(store.tokens) == store.vocabulary.counts.sum()


def test_cut_is_what_encoding_does():
    text = made_up(3)
    for cut in ({"min_count": 60}, {"min_count": 2, "sorted_vocab": False}, {"max_final_vocab": 7}):
        whole = encode(text, min_count=1, sorted_vocab=False)
        ours, expected = whole.cut(**cut), encode(text, **{"min_count": 1} | cut)
        assert spelled(ours) == spelled(expected)
        np.testing.assert_array_equal(ours.vocabulary.counts, expected.vocabulary.counts)
    with pytest.raises(ValueError, match=r"no word is left: the most frequent of .* occurs"):
        encode(text, min_count=1).cut(min_count=10**6)


def test_a_model_learns_phrases():
    model = Word2Vec(TEXT * 4, min_count=2, vector_size=16, workers=1, phrases=1, phrase_threshold=0.2, sample=0)
    assert "new_york" in model.wv
    assert model.phrases == 1
    with pytest.raises(ValueError, match=r"phrases=1, which were found in .*train\(\) without one"):
        model.train(TEXT)
    model.train()


def test_saved_phrases_join_as_before(tmp_path):
    text = made_up(4)
    phrases = Phrases(text, threshold=1.0, connector_words=ENGLISH_CONNECTOR_WORDS)
    phrases.save(tmp_path / "phrases.json")
    again = Phrases.load(tmp_path / "phrases.json")
    assert list(again[text]) == list(phrases[text])
    assert (repr(again), len(again)) == (repr(phrases), len(phrases))
    assert phrases.freeze() is phrases
    with pytest.raises(RuntimeError, match=r"without their corpus; join sentences by phrases\[sentences\]"):
        again.joined()
    for wrong in (b"", b"[]", b'{"format": "x"}', b"\xff", (tmp_path / "phrases.json").read_bytes()[:-9]):
        (tmp_path / "wrong.json").write_bytes(wrong)
        with pytest.raises(ValueError, match="holds no phrases that wordneg saved"):
            Phrases.load(tmp_path / "wrong.json")


def test_sentences_can_be_gone_through_twice_unless_they_are_an_iterator():
    phrases = Phrases(TEXT, min_count=1, threshold=1)
    joined = phrases[TEXT]
    assert list(joined) == list(joined) != []
    assert list(phrases[iter(TEXT)]) == list(joined)
    assert phrases[[]] == []


@pytest.mark.parametrize(
    ("choice", "error", "complaint"),
    [
        ({"min_count": 0}, ValueError, "min_count"),
        ({"scoring": "nmpi"}, ValueError, "did you mean 'npmi'"),
        ({"threshold": "high"}, TypeError, "threshold='high'"),
        ({"threshold": 0}, ValueError, "above 0"),
        ({"threshold": 2, "scoring": "npmi"}, ValueError, "from -1 to 1"),
        ({"delimiter": b"_"}, TypeError, "delimiter"),
        ({"connector_words": "of"}, TypeError, "a set of words"),
    ],
)
def test_wrong_settings_are_refused(choice, error, complaint):
    with pytest.raises(error, match=complaint):
        Phrases(TEXT, **choice)


def test_what_is_no_sentence_is_refused():
    with pytest.raises(TypeError, match="split it first"):
        Phrases(TEXT)["new york"]
    with pytest.raises(TypeError, match="got integers as tokens; phrases join words"):
        encode([[1, 2, 3]] * 9, phrases=1)
    with pytest.raises(ValueError, match="phrases=1 and a vocabulary"):
        encode(TEXT, phrases=1, vocabulary=encode(TEXT, min_count=1).vocabulary)
