import numpy as np
import pytest
from naive import analogies as naive

from wordneg.evaluation import as_vectors
from wordneg.evaluation.analogies import search
from wordneg.evaluation.analogies.methods import METHODS
from wordneg.evaluation.analogies.search import Links, find_answers

ROWS = 60


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(3).standard_normal((ROWS, 6)).astype(np.float32)
    matrix[[2, 30]] = 0
    return as_vectors(dict(zip(map(str, range(ROWS)), matrix, strict=True)))


@pytest.fixture(params=[True, False], ids=["small blocks", "one block"])
def blocks(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(search, "_BLOCK_SIZES", (7, 13))
        monkeypatch.setattr(search, "_BATCH", 3)


def make_questions():
    """80 questions of two sections; many with one pair, one that repeats a word."""
    rng = np.random.default_rng(4)
    questions = np.array([rng.choice(np.arange(3, 20), 4, replace=False) for _ in range(80)])
    questions[:30, :2] = questions[0, :2]
    questions[50] = [5, 5, 5, 6]
    return questions, np.repeat([0, 1], 40)


def barred_links(questions):
    """Each word bars itself, every fifth its successor too."""
    links = [
        (number, row)
        for number, question in enumerate(questions[:, :3].tolist())
        for word in question
        for row in ([word] if word % 5 else [word, (word + 1) % ROWS])
    ]
    return Links(*np.array(links).T)


@pytest.mark.lengthy
@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("method", naive.METHODS)
@pytest.mark.parametrize("candidates", [ROWS, 15])
def test_answers_and_ranks_are_those_of_a_slow_twin(vectors, method, candidates):
    questions, sections = make_questions()
    if method == "pairdirection":
        questions, sections = np.delete(questions, 50, axis=0), np.delete(sections, 50)  # no step, no direction
    barred = barred_links(questions)
    # Two right answers each, of which some are barred, or beyond the candidates.
    right = np.stack([questions[:, 3], (questions[:, 3] + 7) % ROWS], axis=1)
    expected = Links(np.repeat(np.arange(len(questions)), 2), right.ravel())
    rule = METHODS[method].rule(vectors, questions, sections)
    found = find_answers(vectors, rule, candidates, barred, expected, ranks=True)
    forbidden = set(zip(*(column.tolist() for column in barred), strict=True))
    matrix = vectors.matrix.astype(np.float64)
    for number, question in enumerate(questions.tolist()):
        others = naive.other_pairs(questions.tolist(), sections.tolist(), number)
        scores = {
            row: naive.METHODS[method](matrix, question, row, others)
            for row in range(candidates)
            if (number, row) not in forbidden and matrix[row].any()
        }
        assert found.rows[number] == max(scores, key=scores.__getitem__)
        accepted = [scores[row] for row in right[number].tolist() if row in scores]
        rank = 1 + sum(score > max(accepted) for score in scores.values()) if accepted else 0
        assert found.ranks[number] == rank


@pytest.mark.parametrize("method", METHODS)
def test_asking_for_ranks_changes_no_answer(vectors, method):
    questions, sections = make_questions()
    rule = METHODS[method].rule(vectors, questions, sections)
    expected = Links(np.arange(len(questions)), questions[:, 3])
    found, plain = (
        find_answers(vectors, rule, ROWS, barred_links(questions), expected, ranks=ranks) for ranks in (True, False)
    )
    np.testing.assert_array_equal(found.rows, plain.rows)
    assert len(plain.ranks) == 0
    np.testing.assert_array_equal(found.ranks == 1, found.rows == questions[:, 3])


@pytest.mark.parametrize("method", METHODS)
def test_no_candidate_is_minus_one(method):
    vectors = as_vectors({"a": [1, 0], "b": [0, 1], "zero": [0, 0]})
    question, both = np.array([[0, 1, 0, 1], [1, 0, 1, 0]]), Links(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    questions = np.concatenate([question, [[0, 1, 1, 0]]])  # a pair to learn from
    rule = METHODS[method].rule(vectors, questions, np.zeros(3, dtype=np.int64))
    barred = Links(np.append(both.questions, [2, 2]), np.append(both.rows, [0, 1]))
    found = find_answers(vectors, rule, 3, barred, Links(np.array([0]), np.array([1])), ranks=True)
    assert found.rows.tolist() == [-1, -1, -1]
    assert found.ranks.tolist() == [0, 0, 0]


def test_of_equals_the_first_is_the_answer_and_the_other_is_second():
    same = [1.0, 1.0]
    vectors = as_vectors({"a": [1.0, 0.0], "b": [0.0, 1.0], "first": same, "second": same})
    question = np.array([[0, 0, 1, 3]])
    rule = METHODS["3cosadd"].rule(vectors, question, np.zeros(1, dtype=np.int64))
    barred = Links(np.array([0, 0]), np.array([0, 1]))
    for right, rank in ((2, 1), (3, 2)):
        found = find_answers(vectors, rule, 4, barred, Links(np.array([0]), np.array([right])), ranks=True)
        assert (found.rows.tolist(), found.ranks.tolist()) == ([2], [rank])
