"""`check_sampler` against samplers that are broken, each in one way."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest
from drawing import zipf

from wordneg import Word2Vec, jit
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.rng import below, uniform
from wordneg.diagnosis.findings import CHECKS
from wordneg.samplers import SAMPLERS, Unigram
from wordneg.testing import check_sampler

FAULTS = (
    "none", "unfilled", "reads", "too large", "below 0", "positive", "beside", "outside", "nan weight", "minus weight",
    "raises", "slow", "unseeded", "query", "outputs", "context", "biased", "garbage",
)  # fmt: skip
_NUMBER = {fault: number for number, fault in enumerate(FAULTS)}
(
    _NONE, _UNFILLED, _READS, _LARGE, _BELOW, _POSITIVE, _BESIDE, _OUTSIDE, _NAN, _MINUS, _RAISES, _SLOW, _UNSEEDED,
    _QUERY, _OUTPUTS, _CONTEXT, _BIASED, _GARBAGE,
) = range(len(FAULTS))  # fmt: skip


class State(NamedTuple):
    words: int
    fault: int
    table: np.ndarray


class Memory(NamedTuple):
    number: np.ndarray


@jit
def choose(state, scratch, rng, query, positive, negatives):
    word = below(rng, state.words - 1)
    if state.fault == _UNSEEDED:
        word = np.random.randint(state.words - 1)
    if state.fault == _QUERY:
        word = min(np.int64(query[0] > 0), state.words - 2)
    if state.fault == _BIASED and uniform(rng) < 0.1:
        word = 0
    if state.fault == _READS:
        word = min(max(negatives[0], 0), state.words - 2)
    if state.fault == _GARBAGE:
        word = min(max(scratch.number[0], 0), state.words - 2)
    if state.fault == _OUTSIDE:
        word += state.table[positive + 1]
    return np.int32(word + (word >= positive) * (state.fault != _POSITIVE))


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size - (state.fault == _UNFILLED)):
        negatives[k] = choose(state, scratch, rng, query, positive, negatives)
    if state.fault == _LARGE:
        negatives[0] = state.words
    if state.fault == _BELOW:
        negatives[0] = -1
    if state.fault == _BESIDE:
        matrix_at(address_of(negatives) + np.uint64(4 * negatives.size), 1, 1)[0, 0] = 1
    if state.fault == _RAISES:
        raise ValueError("there is nothing to draw")
    if state.fault == _SLOW:
        for _ in range(10**8):
            negatives[0] = min(negatives[0], np.int32(below(rng, 2)))
    if state.fault == _OUTPUTS:
        outputs[0, 0] += 1
    if state.fault == _CONTEXT:
        context[0] = 0
    if state.fault == _NAN:
        return np.float32(np.nan)
    return np.float32(-1 if state.fault == _MINUS else 1)


@dataclass(frozen=True)
class Faulty:
    """A uniform sampler with one fault."""

    fault: str = "none"

    name = "faulty"
    needs_query = False
    draw = staticmethod(draw)

    def prepare(self, vocabulary, weights):
        return State(len(vocabulary), _NUMBER[self.fault], np.zeros(len(vocabulary), dtype=np.int64))

    def scratch(self, state, negative):
        return Memory(np.empty(1, dtype=np.int64))

    def probabilities(self, state):
        return np.ones(state.words)


def failures(sampler, **settings):
    """Return the failed checks, and that every check is among the findings."""
    check = check_sampler(sampler, strict=False, **settings)
    assert [finding.check for finding in check.findings] == list(CHECKS)
    assert check.passed == (not check.failures)
    return {finding.check: finding.message for finding in check.failures}


@pytest.mark.lengthy
def test_a_good_one_passes():
    check = check_sampler(Faulty())
    assert check.passed
    assert 0 < check.nanoseconds < 1000
    assert 0 < check.unigram_nanoseconds < 1000
    lines = repr(check).splitlines()
    assert lines[0] == "check of Faulty(fault='none'): no check failed"
    assert len(lines) == len(CHECKS) + 2
    assert "  ok      positive      never draws the positive" in lines
    assert lines[-1].startswith("  cost: ")


@pytest.mark.parametrize(
    ("fault", "check", "message"),
    [
        ("unfilled", "filled", "left 300 of 1,500 negatives as they were, with 2 words and 5 negatives"),
        ("reads", "filled", "depend on what `negatives` held before"),
        ("too large", "range", "drew 2, with 2 words and 5 negatives; expected 0 to 1"),
        ("below 0", "range", "drew -1, "),
        ("positive", "positive", "drew the positive as "),
        ("beside", "bounds", "writes outside of the negatives"),
        ("outside", "bounds", "reads or writes outside of an array, with 2 words"),
        ("nan weight", "weight", "returned nan"),
        ("minus weight", "weight", "returned -1.0"),
        ("raises", "ends", "ValueError in 'draw', line "),
        ("unseeded", "seed", "the same seed gave other negatives"),
        ("query", "query", "set needs_query = True"),
        ("outputs", "read-only", "writes to outputs"),
        ("context", "read-only", "writes to context"),
        ("biased", "distribution", "with word 0 as the positive, word 1 was 10."),
        ("garbage", "memory", "np.empty"),
    ],
)
def test_a_fault_is_found_and_nothing_else(fault, check, message):
    found = failures(Faulty(fault))
    assert list(found) == [check]
    assert message in found[check]


def test_drawing_that_does_not_end():
    found = failures(Faulty("slow"), patience=0.05)
    assert list(found) == ["ends"]
    assert found["ends"].startswith("draw did not end within 0.05 s, with 2 words and 5 negatives")


def test_failures_raise():
    with pytest.raises(AssertionError, match="FAILED  range") as raised:
        check_sampler(Faulty("below 0"))
    text = str(raised.value)
    assert text.startswith("check of Faulty(fault='below 0'): 1 of 16 checks failed")
    assert "  -       distribution  not checked, because of an earlier failure" in text


class Without:
    """Nothing but a name."""

    name = "without"


class Unrefreshed(Faulty):
    refresh_every = 1000


class Aimless(Faulty):
    default_objective = "logistics"


class Nameless(Faulty):
    name = ""


class Undecided(Faulty):
    needs_query = 1


@dataclass(frozen=True)
class Unsaved(Faulty):
    table: object = field(default_factory=lambda: np.ones(2))


class Plain(Faulty):
    draw = staticmethod(draw.py_func)


class Bound(Faulty):
    draw = draw


class Unprepared(Faulty):
    def prepare(self, vocabulary, weights):
        raise KeyError("frequencies")


class Dictionary(Faulty):
    def prepare(self, vocabulary, weights):
        return {"words": len(vocabulary)}


@jit
def draw_nothing(state, scratch, rng, outputs, query, positive, context, negatives):
    negatives[:] = 0


@jit
def draw_array(state, scratch, rng, outputs, query, positive, context, negatives):
    negatives[:] = np.arange(negatives.size)
    return np.float32(1.0)


@jit
def draw_unknown(state, scratch, rng, outputs, query, positive, context, negatives):
    negatives[:] = state.sizes
    return np.float32(1.0)


@jit
def draw_old(state, scratch, rng, outputs, query, positive, negatives):
    return np.float32(1.0)


class Unrefreshable(Faulty):
    refresh_every = 1000

    def refresh(self, state, weights, epoch):
        raise IndexError("there are no rankings")


class LateFault(Faulty):
    """Goes wrong once it has been refreshed."""

    refresh_every = 1000

    def prepare(self, vocabulary, weights):
        state = super().prepare(vocabulary, weights)
        return state._replace(fault=_OUTSIDE, table=np.zeros(len(vocabulary) + 1, dtype=np.int64))

    def refresh(self, state, weights, epoch):
        state.table[:] = 1


def with_draw(function):
    return type("Mine", (Faulty,), {"draw": staticmethod(function)})


@pytest.mark.parametrize(
    ("sampler", "check", "message"),
    [
        (Without, "members", "has no draw and no prepare;"),
        (Nameless, "members", "name is ''"),
        (Undecided, "members", "needs_query is 1, expected True or False"),
        (Unrefreshed, "members", "only one of refresh and refresh_every"),
        (
            Aimless,
            "members",
            "default_objective is not an objective: there is no objective named 'logistics'; did you mean",
        ),
        (Unsaved, "settings", "a model with it cannot be saved: Object of type ndarray"),
        (Plain, "jitted", "sampler 'faulty': draw is not compiled; decorate the function with wordneg.jit"),
        (Bound, "jitted", "sampler 'faulty': draw is bound to the instance"),
        (Unprepared, "compiles", "KeyError in 'prepare', line "),
        (Dictionary, "compiles", "sampler 'faulty': state is a dict that compiled code cannot read"),
        (with_draw(draw_nothing), "compiles", "sampler 'faulty': draw returns nothing, expected how strongly"),
        (with_draw(draw_array), "compiles", "sampler 'faulty': draw does not compile: it makes a new array"),
        (with_draw(draw_unknown), "compiles", "Unknown attribute 'sizes' of type State"),
        (with_draw(draw_old), "compiles", "draw takes 7 parameters, expected 8: state, scratch, rng, outputs, query"),
        (Unrefreshable, "refresh", "IndexError in 'refresh', line "),
        (LateFault, "range", "with 2 words and 5 negatives after a refresh"),
    ],
)
def test_what_is_wrong_before_or_beside_drawing(sampler, check, message):
    found = failures(sampler)
    assert check in found
    assert message in found[check]
    assert set(found) <= {check, "positive"}


@pytest.mark.lengthy
def test_stated_distributions():
    vocabulary = zipf(50)
    right, wrong = vocabulary.counts**0.75, vocabulary.counts**0.7
    assert check_sampler(Unigram(), vocabulary=vocabulary, probabilities=right).passed
    found = failures(Unigram(), vocabulary=vocabulary, probabilities=wrong)
    assert "chi-square" in found["distribution"]
    seen = []

    def without_the_next(vocabulary, positive, scores):
        seen.append((positive, scores.shape))
        chances = np.ones(len(vocabulary))
        chances[positive + 1] = 0.0
        return chances

    found = failures(Faulty(), probabilities=without_the_next)
    assert "word 1 was drawn " in found["distribution"]
    assert seen == [(0, (200,))]


@pytest.mark.parametrize("probabilities", [np.ones(3), [[1.0]], np.full(200, np.nan), np.eye(200)[0]])
def test_refuses_what_is_no_distribution(probabilities):
    with pytest.raises(ValueError, match="probabilities"):
        check_sampler(Faulty(), probabilities=probabilities)


@pytest.mark.parametrize("sampler", ["unigram", {"name": "unigram", "exponent": 0.5}, Unigram])
def test_takes_what_the_model_takes(sampler):
    assert check_sampler(sampler).passed


class TestTrainingNamesTheSampler:
    sentences = [["a", "b", "c", "d"] * 5] * 20

    def train(self, sampler):
        Word2Vec(self.sentences, min_count=1, vector_size=8, workers=1, sampler=sampler)

    @pytest.mark.lengthy
    @pytest.mark.parametrize(
        ("sampler", "message"),
        [
            (Plain, "sampler 'faulty': draw is not compiled"),
            (Dictionary, "sampler 'faulty': state is a dict"),
            (with_draw(draw_nothing), "sampler 'faulty': draw returns nothing"),
            (with_draw(draw_unknown), r"sampler 'faulty': draw does not compile: Unknown attribute 'sizes' .*\(line "),
        ],
    )
    def test_that_does_not_compile(self, sampler, message):
        with pytest.raises(TypeError, match=message):
            self.train(sampler)

    @pytest.mark.lengthy
    def test_that_raises(self):
        message = "sampler 'faulty' failed in 'draw', line .*: ValueError: there is nothing"
        with pytest.raises(RuntimeError, match=message):
            self.train(Faulty("raises"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLERS.names())
def test_all_samplers_pass(name):
    check_sampler(name)
