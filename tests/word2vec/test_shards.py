"""Where a text is cut into shards, and an epoch into rounds."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordneg import TokenStore, Vocabulary
from wordneg.word2vec.shards import Schedule, moved_places, shards_of


def store_of(lengths):
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    tokens = np.arange(offsets[-1], dtype=np.int32)
    vocabulary = Vocabulary([f"w{word}" for word in tokens], np.ones(len(tokens), np.int64))
    return TokenStore(vocabulary, tokens, offsets, len(tokens), len(lengths))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 60))
def test_shards_are_the_text_sentence_by_sentence(lengths, shards):
    store = store_of(lengths)
    if shards > len(lengths):
        with pytest.raises(ValueError, match=f"got shards={shards} for a text of {len(lengths)} sentences"):
            shards_of(store, shards)
        return
    found = shards_of(store, shards)
    assert [shard.number for shard in found] == list(range(shards))
    np.testing.assert_array_equal(np.concatenate([shard.tokens for shard in found]), store.tokens)
    again = [length for shard in found for length in np.diff(shard.offsets)]
    assert again == lengths
    assert all(len(shard.offsets) > 1 and shard.offsets[-1] == len(shard.tokens) for shard in found)


def test_shards_have_about_as_many_tokens():
    lengths = np.random.default_rng(1).integers(1, 50, size=3000)
    sizes = [len(shard.tokens) for shard in shards_of(store_of(lengths), 8)]
    assert max(sizes) - min(sizes) <= 100


def test_a_long_sentence_does_not_take_the_others_places():
    assert moved_places(np.array([0, 1, 1, 3]), 3).tolist() == [0, 1, 2, 3]
    assert moved_places(np.array([0, 3, 3, 3]), 3).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("merge_every", [None, 1000, 1_000_000])
def test_pieces_are_the_shard(merge_every):
    sizes = [25_001, 24_000, 26_000]
    schedule = Schedule.of(sizes, merge_every)
    assert schedule.rounds == {None: 10, 1000: 25, 1_000_000: 1}[merge_every]
    for size in sizes:
        pieces = [schedule.piece(size, number) for number in range(schedule.rounds)]
        assert pieces[0][0] == 0
        assert pieces[-1][1] == size
        assert all(one[1] == following[0] for one, following in itertools.pairwise(pieces))


def test_rounds_by_default():
    assert Schedule.of([10_000_000] * 4, None).rounds == 40  # 250,000 words at most
    assert Schedule.of([5, 3], None).rounds == 3  # no piece is empty


def test_too_few_rounds_are_told():
    schedule = Schedule.of([100_000] * 8, None)
    with pytest.warns(UserWarning, match="8 shards are merged only 10 times in this training, where about 16"):
        schedule.warn_if_few(1, 8, None)
    with pytest.warns(UserWarning, match="lower merge_every"):
        schedule.warn_if_few(1, 8, 10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schedule.warn_if_few(5, 8, None)
