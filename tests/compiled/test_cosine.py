import numpy as np
import pytest
from kernels import SIZE, addresses, block_runner, design, settings, some_weights

from wordneg.compiled.cosine import SHORTEST
from wordneg.compiled.weights import padded
from wordneg.word2vec import blocks
from wordneg.word2vec.model import Word2Vec

WEIGHT, RATE, ROWS = 1.7, 1e-4, [3, 1, 8, 5, 1]


def cosines(rows, targets):
    lengths = [np.sqrt((side**2).sum(axis=1) + SHORTEST**2) for side in (rows, targets)]
    return rows @ targets.T / np.outer(*lengths)


def logistic_loss(scores):
    return WEIGHT * np.logaddexp(0, -scores[:, 0]).sum() + np.logaddexp(0, scores[:, 1:]).sum()


def run_block(weights, rows, targets, shifts, **changes):
    """Train the compiled block once; return its scratch."""
    run = block_runner(design(negative=len(targets) - 1, cosine=True, **changes))
    scratch = blocks.make_scratch(chunk=10, window=4, negative=len(targets) - 1, width=padded(SIZE))
    run(
        addresses(weights.inputs, rows), addresses(weights.outputs, targets), np.asarray(shifts, np.float32),
        np.float32(WEIGHT), np.float32(RATE), settings(4), scratch,
    )  # fmt: skip
    return scratch


FEW, TWICE, TILES = [4, 9, 2], [4, 9, 9, 2, 9, 7], [0, *range(10, 26)]


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("targets", "changes"),
    [(FEW, {}), (TILES, {}), (TWICE, {"corrected": True}), (TILES, {"input_factor": 0.25})],
    ids=["few", "tiles", "twice-corrected", "tiles-factor"],
)
@pytest.mark.parametrize("cbow", [False, True])
def test_one_block_steps_down_the_gradient(cbow, targets, changes):
    """The step, divided by the rate, is the finite difference of the loss, also of a row of zeros."""
    rng = np.random.default_rng(11)
    weights = some_weights(rng)
    weights.outputs[targets[1]] = 0
    weights.inputs[ROWS[2]] *= 0.01
    before = [matrix[:, :SIZE].astype(np.float64) for matrix in weights]
    shifts = rng.normal(size=len(targets)) * bool(changes.get("corrected"))
    shifts[0] = 0

    def loss(inputs, outputs):
        hidden = inputs[ROWS].mean(axis=0, keepdims=True) if cbow else inputs[ROWS]
        return logistic_loss(cosines(hidden, outputs[targets]) - shifts)

    scratch = run_block(weights, ROWS, targets, shifts, sg=not cbow, **changes)
    assert scratch.totals[blocks.LOSS_SUM] == pytest.approx(loss(*before), rel=1e-5)
    for side, (matrix, words) in enumerate(zip(weights, (set(ROWS), set(targets)), strict=True)):
        for word in words:
            for d in range(0, SIZE, 3):
                values = []
                for sign in (1, -1):
                    moved = [m.copy() for m in before]
                    moved[side][word, d] += sign * 1e-4
                    values.append(loss(*moved))
                slope = (values[1] - values[0]) / 2e-4
                if side == 0:
                    slope *= changes.get("input_factor", 1)
                if cbow and side == 0:  # each time a word is in the window it gets the mean's whole error
                    slope *= len(ROWS)
                step = (float(matrix[word, d]) - before[side][word, d]) / RATE
                assert step == pytest.approx(slope, rel=2e-2, abs=1e-2)


def test_rows_of_zeros_take_finite_steps():
    weights = some_weights(np.random.default_rng(1))
    weights.inputs[:] = weights.outputs[:] = 0
    run_block(weights, ROWS, [4, 9, 2], np.zeros(3), sg=True)
    assert not weights.inputs.any()
    weights.inputs[:, 0] = 1e-20
    run_block(weights, ROWS, [4, 9, 2], np.zeros(3), sg=True)
    assert np.isfinite(weights.outputs).all()
    weights.inputs[:, 0] = 1.0
    run_block(weights, [3], [4, 9, 2], np.zeros(3), sg=True)
    assert 0 < np.abs(weights.outputs).max() <= RATE * WEIGHT / SHORTEST


def test_steps_are_at_right_angles_to_long_rows():
    weights = some_weights(np.random.default_rng(1))
    for matrix in weights:
        matrix *= 50
    old = [matrix.copy() for matrix in weights]
    run_block(weights, [3], [4, 9, 2], np.zeros(3), sg=True)
    for matrix, before, word in zip(weights, old, (3, 9), strict=True):
        step = matrix[word].astype(float) - before[word]
        angle = step @ before[word] / np.linalg.norm(step) / np.linalg.norm(before[word])
        assert abs(angle) < 0.05


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("sg", "objective"), [(0, {"name": "hinge", "margin": 0.2}), (1, {"name": "softmax", "temperature": 0.2})]
)
def test_training_on_cosines_learns(sg, objective):
    sentences = [["a", "b"] * 5, ["c", "d"] * 5] * 60
    model = Word2Vec(
        sentences, sg=sg, vector_size=10, min_count=1, sample=0, epochs=8, seed=2, workers=1, window=1, negative=2,
        objective=objective | {"cosine": True}, alpha=0.05,
    )  # fmt: skip
    assert model.history[-1].loss < 0.5 * model.history[0].loss
