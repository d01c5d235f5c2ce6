import pytest
from wordneg.evaluation import Policy, as_vectors
from wordneg.evaluation.policy import Lookup

VECTORS = as_vectors({word: [1.0] for word in ("The", "king", "the", "King", "THE", "queen")})


def test_the_first_spelling_stands_for_all():
    lookup = Lookup(VECTORS, Policy())
    assert [lookup.row(word) for word in ("tHE", "KING", "queen", "ruler")] == [0, 1, 5, -1]
    assert [lookup.same_word(row) for row in range(6)] == [0, 1, 0, 1, 0, 5]
    assert lookup.spellings([0, 5]) == {0: [0, 2, 4], 5: [5]}


def test_case_can_be_kept():
    lookup = Lookup(VECTORS, Policy(case_insensitive=False))
    assert [lookup.row(word) for word in ("the", "THE", "tHE")] == [2, 4, -1]
    assert lookup.spellings([2]) == {2: [2]}


@pytest.mark.parametrize(("limit", "size"), [(2, 2), (100, 6), (None, 6)])
def test_the_frequency_cut(limit, size):
    lookup = Lookup(VECTORS, Policy(restrict_vocab=limit))
    assert lookup.size == size
    assert (lookup.row("queen") >= 0) == (size == 6)


@pytest.mark.parametrize(("limit", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_refuses_an_absurd_cut(limit, error):
    with pytest.raises(error, match="restrict_vocab"):
        Policy(restrict_vocab=limit)


def test_says_what_it_is():
    assert str(Policy()) == "first 300000 words, case ignored, unknown skipped"
    assert str(Policy(None, False, True)) == "all words, case kept, unknown scored as failures"
