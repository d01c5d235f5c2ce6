import itertools
import time

import numpy as np
import pytest

from wordneg.evaluation import (
    Analogies,
    Section,
    benchmark_path,
    evaluate_word_analogies,
    read_word_analogies,
    score_word_analogies,
)

# King - man + woman = queen, and so on: offsets on the last axis.
VECTORS = {
    "man": [1.0, 0.0, 0.0, 0.1],
    "king": [1.0, 1.0, 0.0, 0.1],
    "woman": [0.0, 0.1, 1.0, 0.0],
    "Queen": [0.0, 1.1, 1.0, 0.0],
    "queen": [0.0, 1.1, 1.0, 0.1],
    "car": [-1.0, 0.2, -1.0, 1.0],
}
QUESTIONS = Analogies(
    "toy",
    (
        Section("royal", (("man", "king", "woman", "queen"), ("man", "king", "woman", "car"))),
        Section("empty", ()),
        Section("unknown", (("man", "king", "boy", "prince"),)),
    ),
)


def test_the_result_tells_of_each_question():
    result = score_word_analogies(VECTORS, QUESTIONS)
    assert result.predicted == ("Queen", "Queen", None)
    assert result.correct.tolist() == [True, False, False]
    assert result.used.tolist() == [True, True, False]
    assert result.section_of.tolist() == [0, 0, 2]
    assert result.sections == (("royal", 1, 2), ("empty", 0, 0), ("unknown", 0, 0))
    assert result.total == ("toy", 1, 2)
    assert result.accuracy == 0.5
    assert np.isnan(result.sections[1].accuracy)
    assert (result.missing_questions, result.missing_words) == (1, ("boy", "prince"))
    assert str(result) == (
        "toy: accuracy 0.500 (1 of 2) by 3cosadd, 1 of 3 questions with unknown words "
        "(first 300000 words, case ignored, unknown skipped)"
    )
    assert not any(array.flags.writeable for array in (result.correct, result.used, result.section_of))


def test_case_and_unknown_words():
    kept = score_word_analogies(VECTORS, QUESTIONS, case_insensitive=False)
    assert kept.predicted[0] in ("Queen", "queen")
    assert kept.correct[0] == (kept.predicted[0] == "queen")
    counted = score_word_analogies(VECTORS, QUESTIONS, dummy4unknown=True)
    assert counted.total == ("toy", 1, 3)


def test_a_vector_of_zeros_is_a_wrong_answer_and_noted():
    result = score_word_analogies({**VECTORS, "woman": [0, 0, 0, 0]}, QUESTIONS)
    assert result.total == ("toy", 0, 2)
    assert result.predicted == (None, None, None)
    assert result.notes == ("2 questions taken as wrong for a vector of zeros (1 such vector)",)


def test_unreadable_lines_are_noted(write):
    result = score_word_analogies(VECTORS, write(": s\nman king woman queen\nman king\n"))
    assert result.accuracy == 1
    (note,) = result.notes
    assert note.startswith("1 unreadable line left out, the first is line 3 'man king': 2 words, expected four")


def test_all_unknown():
    result = score_word_analogies({"x": [1.0], "y": [2.0]}, QUESTIONS)
    assert np.isnan(result.accuracy)
    assert evaluate_word_analogies({"x": [1.0], "y": [2.0]}, QUESTIONS)[0] == 0.0


def test_ranks():
    result = score_word_analogies(VECTORS, QUESTIONS, dummy4unknown=True)
    assert result.ranks.tolist() == [1, 3, 0]
    assert (result.top(1), result.top(2), result.top(3)) == pytest.approx((1 / 3, 1 / 3, 2 / 3))
    assert result.top(1) == result.accuracy
    assert result.mean_reciprocal_rank() == pytest.approx((1 + 1 / 3) / 3)
    assert result.mean_reciprocal_rank("royal") == pytest.approx((1 + 1 / 3) / 2)
    assert (result.top(3, "royal"), result.top(3, "unknown")) == (1, 0)
    assert np.isnan(result.top(1, "empty"))
    assert np.isnan(result.mean_reciprocal_rank("empty"))
    with pytest.raises(ValueError, match=r"toy has no section named 'royals'; did you mean 'royal'\?"):
        result.top(1, "royals")
    with pytest.raises(ValueError, match=r"top\(0\): expected 1 or more"):
        result.top(0)
    plain = score_word_analogies(VECTORS, QUESTIONS, ranks=False)
    assert plain.ranks is None
    with pytest.raises(ValueError, match="score with ranks=True"):
        plain.mean_reciprocal_rank()


RELATION = {
    **{f"a{i}": [np.cos(i), np.sin(i), 0.0, 0.0] for i in range(4)},
    **{f"b{i}": [np.cos(i), np.sin(i), 1.0, 0.0] for i in range(4)},
    **{f"other{i}": [np.sin(i), np.cos(i), 0.0, 1.0] for i in range(5)},
}


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "3cosavg", "pairdirection", "lrcos"])
def test_every_method_solves_a_clean_relation(method):
    section = Section.of_pairs("relation", [(f"a{i}", [f"b{i}"]) for i in range(4)])
    result = score_word_analogies(RELATION, Analogies("clean", (section,)), method=method)
    if method in ("3cosmul", "pairdirection"):
        assert result.top(5) == 1
    else:
        assert result.total == ("clean", 12, 12)
    for question, predicted in zip(result.questions, result.predicted, strict=True):
        assert predicted not in question[:3]


def test_one_of_several_accepted_answers_is_enough():
    pairs = [("man", ["king"]), ("woman", ["empress", "queen"])]
    section = Section.of_pairs("ruler", pairs)
    assert section.questions == (("man", "king", "woman", "empress"), ("woman", "empress", "man", "king"))
    assert section.accepted == (("empress", "queen"), ("king",))
    result = score_word_analogies(VECTORS, Analogies("toy", (section,)))
    assert result.accepted == section.accepted
    assert result.predicted == ("Queen", None)
    assert result.correct.tolist() == [True, False]
    assert result.used.tolist() == [True, False]  # as b, only the first answer stands for the pair
    assert result.ranks.tolist() == [1, 0]
    assert result.missing_words == ("empress",)


def test_methods_that_learn_need_another_pair():
    lonely = Analogies("toy", (Section("royal", (("man", "king", "man", "king"),)),))
    result = score_word_analogies(VECTORS, lonely, method="3cosavg")
    assert result.total == ("toy", 0, 1)
    assert result.notes == ("1 question taken as wrong: no other pair in the section to learn from",)


def test_unknown_methods_are_refused():
    with pytest.raises(ValueError, match=r"is named '3CosAdd'; did you mean '3cosadd'\?; there are '3cosadd'"):
        score_word_analogies(VECTORS, QUESTIONS, method="3CosAdd")
    with pytest.raises(ValueError, match="got 'most_similar_cosmull'; did you mean 'most_similar_cosmul'"):
        evaluate_word_analogies(VECTORS, QUESTIONS, similarity_function="most_similar_cosmull")


def google_vectors(rng, *, size, dimensions):
    """Return words (case variants among them) and vectors in which some analogies hold."""
    sections = read_word_analogies("google").sections
    words = list(dict.fromkeys(word for section in sections for question in section.questions for word in question))
    words += [word.lower() for word in words[::3]] + [word.upper() for word in words[::4]]
    questions = [question for section in sections for question in section.questions]
    words = list(dict.fromkeys(itertools.chain.from_iterable(questions)))
    words += [word.lower() for word in words[::3]] + [word.upper() for word in words[::4]]
    words = list(dict.fromkeys(words))
    rng.shuffle(words)
    words = words[: len(words) * 9 // 10] + [f"filler{i}" for i in range(size)]
    row = {word: index for index, word in enumerate(words)}
    matrix = rng.standard_normal((len(words), dimensions))
    for section in sections:
        offset = 2 * rng.standard_normal(dimensions)
        for a, b, *_ in section.questions:
            if a in row and b in row:
                matrix[row[b]] = matrix[row[a]] + offset + 0.8 * rng.standard_normal(dimensions)
    return words, matrix


@pytest.fixture
def some_questions(write):
    """A fifteenth of Google's questions, all sections."""
    lines = benchmark_path("google").read_text().splitlines(keepends=True)
    return write("".join(line for i, line in enumerate(lines) if line.startswith(":") or i % 15 == 0))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"case_insensitive": False},
        {"dummy4unknown": True},
        {"restrict_vocab": 700},
        {"restrict_vocab": 900, "dummy4unknown": True, "case_insensitive": False},
    ],
)
def test_parity_with_gensim(keyed_vectors, some_questions, options):
    vectors = keyed_vectors(*google_vectors(np.random.default_rng(5), size=500, dimensions=25))
    accuracy, sections = vectors.evaluate_word_analogies(str(some_questions), **options)
    assert 0.02 < accuracy < 0.95
    assert evaluate_word_analogies(vectors, some_questions, **options) == (accuracy, sections)


@pytest.mark.parametrize("seed", range(8))
def test_parity_with_gensim_where_spellings_abound(keyed_vectors, write, seed):
    # A few words in many spellings: the five neighbours that gensim looks at are often the question's own.
    rng = np.random.default_rng(seed)
    stems = ["abc", "def", "ghi", "jkl"]
    spellings = {"".join(rng.choice([c, c.upper()]) for c in stem) for stem in stems for _ in range(12)}
    words = sorted(spellings | set(stems))
    rng.shuffle(words)
    centers = rng.standard_normal((len(stems), 4))
    matrix = np.array([centers[stems.index(word.lower())] for word in words]) + 0.4 * rng.standard_normal(
        (len(words), 4)
    )
    vectors = keyed_vectors(words, matrix)
    asked = [" ".join(rng.choice(stems, 4)) for _ in range(60)]
    path = write(": s\n" + "\n".join(asked))
    assert evaluate_word_analogies(vectors, path) == vectors.evaluate_word_analogies(str(path))


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_parity_with_gensims_cosmul(keyed_vectors, some_questions):
    vectors = keyed_vectors(*google_vectors(np.random.default_rng(6), size=200, dimensions=15))
    result = score_word_analogies(vectors, some_questions, method="3cosmul", case_insensitive=False)
    asked = np.flatnonzero(result.used)[::5]
    for index in asked:
        a, b, c, _ = result.questions[index]
        assert result.predicted[index] == vectors.most_similar_cosmul([b, c], [a], topn=1)[0][0]
    assert len(asked) > 50
    accuracy, _ = evaluate_word_analogies(
        vectors, some_questions, case_insensitive=False, similarity_function="most_similar_cosmul"
    )
    assert accuracy == result.accuracy


@pytest.mark.parametrize("method", ["3cosadd", "3cosavg", "lrcos"])
def test_first_rank_and_right_answer_are_the_same(some_questions, method):
    words, matrix = google_vectors(np.random.default_rng(8), size=100, dimensions=15)
    result = score_word_analogies(dict(zip(words, matrix, strict=True)), some_questions, method=method)
    np.testing.assert_array_equal(result.ranks == 1, result.correct)
    assert 0.05 < result.accuracy == result.top(1) < result.top(5) < result.top(len(words)) <= 1
    assert result.accuracy < result.mean_reciprocal_rank() < result.top(5)


@pytest.mark.benchmark
def test_twenty_times_gensims_speed(keyed_vectors, write):
    vectors = keyed_vectors(*google_vectors(np.random.default_rng(1), size=49_000, dimensions=100))
    start = time.perf_counter()
    ours = evaluate_word_analogies(vectors, "google")
    own_time = time.perf_counter() - start
    start = time.perf_counter()
    theirs = vectors.evaluate_word_analogies(str(benchmark_path("google")))
    gensim_time = time.perf_counter() - start
    assert ours == theirs
    assert gensim_time / own_time >= 20
