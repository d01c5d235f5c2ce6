import numpy as np
import pytest

from evaluation import arithmetic, as_vectors
from evaluation.arithmetic import METHODS, best_answers


def naive_answer(matrix, question, candidates, barred, method):
    """Return the best row by the formulas of the papers, one candidate at a time, in float64."""
    unit = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-30)
    a, b, c = unit[list(question)]
    best, best_score = -1, -np.inf
    for row in range(candidates):
        if any(row in barred[word] for word in question) or not matrix[row].any():
            continue
        if method == "3cosadd":
            score = unit[row] @ (b - a + c)
        else:
            score = (1 + unit[row] @ b) / 2 * (1 + unit[row] @ c) / 2 / ((1 + unit[row] @ a) / 2 + 1e-6)
        if score > best_score:
            best, best_score = row, score
    return best


@pytest.fixture(params=[True, False], ids=["small blocks", "one block"])
def blocks(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(arithmetic, "_BLOCK_SIZES", (7, 13))
        monkeypatch.setattr(arithmetic, "_BATCH", 2)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("candidates", [60, 25])
def test_finds_what_a_slow_twin_finds(method, candidates):
    rng = np.random.default_rng(3)
    matrix = rng.standard_normal((60, 6)).astype(np.float32)
    matrix[[2, 30]] = 0
    barred = {row: [row] if row % 5 else [row, (row + 1) % 60] for row in range(60)}
    questions = rng.integers(3, 20, size=(200, 3))
    questions[:100, :2] = questions[0, :2]  # more questions with one pair than a batch holds
    questions[100] = [5, 5, 5]
    vectors = as_vectors(dict(zip(map(str, range(60)), matrix, strict=True)))
    answers = best_answers(vectors, questions, candidates, barred, METHODS[method])
    expected = [naive_answer(matrix, question, candidates, barred, method) for question in questions.tolist()]
    assert answers.rows.tolist() == expected
    for question, row, score in zip(questions[:5].tolist(), answers.rows, answers.scores, strict=False):
        assert METHODS[method].scores(vectors, question, [row])[0] == pytest.approx(score, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_no_answer_is_minus_one(method):
    vectors = as_vectors({"a": [1, 0], "b": [0, 1], "zero": [0, 0]})
    answers = best_answers(vectors, np.array([[0, 1, 0]]), 3, {0: [0], 1: [1]}, METHODS[method])
    assert answers.rows.tolist() == [-1]
    assert best_answers(vectors, np.empty((0, 3), dtype=np.int64), 3, {}, METHODS[method]).rows.shape == (0,)
