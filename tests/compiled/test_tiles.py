import numba
import numpy as np
import pytest

from wordneg.compiled import tiles
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.weights import PAD, aligned


def table(matrix):
    return matrix.ctypes.data + np.arange(len(matrix), dtype=np.uint64) * np.uint64(matrix.strides[0])


def compiled(targets, width, alone=False):
    score = tiles.make_score(targets, width // LANES)
    update = tiles.make_update(targets, width // LANES, alone=alone)

    @numba.njit
    def run(read, written, rows, table_of_targets, scores, slopes):
        targets_at = address_of(table_of_targets)
        score(address_of(read), rows, targets_at, address_of(scores))
        update(address_of(read), address_of(written), np.uint64(rows), targets_at, address_of(slopes))

    return run


def matrices(rng, *shapes):
    result = []
    for shape in shapes:
        matrix = aligned(shape)
        matrix[:] = rng.normal(size=shape)
        result.append(matrix)
    return result


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("width", [16, 112])
@pytest.mark.parametrize("targets", [2, 3, 5, 6, 7, 8, 9, 16, 17, 26])
def test_block_against_numpy(targets, width, alone):
    rng = np.random.default_rng(targets)
    run = compiled(targets, width, alone)
    for rows in (1,) if alone else (1, 2, 3, 4, 5, 10):
        inputs, outputs, learned = matrices(rng, (rows, width), (targets, width), (rows, width))
        before_outputs, before_learned = outputs.astype(float), learned.astype(float)
        slopes = rng.normal(size=(rows, targets)).astype(np.float32)
        scores = aligned((rows * targets + PAD,))
        run(table(inputs), table(learned), rows, table(outputs), scores, slopes)
        np.testing.assert_allclose(
            scores[: rows * targets].reshape(rows, targets), inputs @ before_outputs.T, rtol=1e-4, atol=1e-4
        )
        np.testing.assert_allclose(learned, before_learned + slopes @ before_outputs, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(outputs, before_outputs + slopes.T @ inputs, rtol=1e-4, atol=1e-4)


def test_rows_may_be_read_and_written_at_once_where_one_tile_holds_the_targets():
    rng = np.random.default_rng(1)
    rows, targets, width = 5, 6, 48
    assert len(tiles.target_tiles(targets)) == 1
    inputs, outputs = matrices(rng, (rows, width), (targets, width))
    before_inputs, before_outputs = inputs.astype(float), outputs.astype(float)
    slopes = rng.normal(size=(rows, targets)).astype(np.float32)
    scores = aligned((rows * targets + PAD,))
    compiled(targets, width)(table(inputs), table(inputs), rows, table(outputs), scores, slopes)
    np.testing.assert_allclose(inputs, before_inputs + slopes @ before_outputs, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(outputs, before_outputs + slopes.T @ before_inputs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("targets", [6, 16])
def test_a_target_that_occurs_twice_gets_both_increments(targets):
    rng = np.random.default_rng(2)
    rows, width = 3, 32
    inputs, outputs, learned = matrices(rng, (rows, width), (targets, width), (rows, width))
    before = outputs.astype(float)
    slopes = rng.normal(size=(rows, targets)).astype(np.float32)
    places = table(outputs)
    places[targets - 1] = places[1]  # far apart: in another tile if there are several
    places[2] = places[1]
    run = compiled(targets, width)
    run(table(inputs), table(learned), rows, places, aligned((rows * targets + PAD,)), slopes)
    increments = slopes.T.astype(float) @ inputs
    expected = before[1] + increments[1] + increments[2] + increments[targets - 1]
    np.testing.assert_allclose(outputs[1], expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(outputs[2], before[2].astype(np.float32))


def test_target_tiles_cover_every_target_once():
    for targets in range(2, 60):
        covered = [target for tile in tiles.target_tiles(targets) for target in tile]
        assert covered == list(range(targets))
