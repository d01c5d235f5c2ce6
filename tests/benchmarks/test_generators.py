import itertools
from collections import Counter

import numpy as np
import pytest
from generators import Sessions, Walks
from scipy.stats import chisquare

SESSIONS = Sessions(items=60, categories=6, complements=2, seed=3)
WALKS = Walks(nodes=60, blocks=4, degree=8, length=12, seed=3)


@pytest.mark.parametrize("chain", [SESSIONS, WALKS])
def test_what_comes_next_has_the_chances_that_are_told(chain):
    """Chi-squared over what follows each of the items that are there most often; so far off by chance once in 1000."""
    steps = Counter(pair for one in chain.sequences(20_000) for pair in itertools.pairwise(one))
    often = Counter(first for first, _ in steps.elements()).most_common(10)
    for item, times in often:
        expected = times * chain.chances(np.array([item]))[0]
        found = np.array([steps[item, other] for other in range(60)])
        assert not found[expected == 0].any()
        inside = expected >= 5
        kept = [*found[inside], found[~inside].sum()], [*expected[inside], expected[~inside].sum()]
        pairs = [(f, e) for f, e in zip(*kept, strict=True) if e > 1e-9]
        assert chisquare(*zip(*pairs, strict=True)).pvalue > 1e-3 / 20


@pytest.mark.parametrize("chain", [SESSIONS, WALKS])
def test_chances_sum_to_one(chain):
    np.testing.assert_allclose(chain.chances(np.arange(60)).sum(axis=1), 1)
    assert chain.start.sum() == pytest.approx(1)


@pytest.mark.parametrize("chain", [SESSIONS, WALKS])
def test_the_sequences_of_a_seed_are_the_beginning_of_more(chain):
    assert chain.sequences(1500)[:300] == chain.sequences(300)
    assert type(chain)(seed=4).sequences(5) != type(chain)(seed=5).sequences(5)


def test_sessions_have_their_length_and_popularity():
    chain = Sessions(items=60, categories=6, complement=0, category=0, length=5.0)
    sequences = chain.sequences(20_000)
    assert np.mean([len(one) for one in sequences]) == pytest.approx(5, rel=0.03)
    assert min(map(len, sequences)) == 2
    shares = np.bincount(np.concatenate(sequences), minlength=60) / sum(map(len, sequences))
    np.testing.assert_allclose(shares, np.arange(1, 61) ** -0.8 / (np.arange(1, 61) ** -0.8).sum(), rtol=0.15)


def test_complements_are_of_other_categories_and_differ():
    for item, complements in enumerate(SESSIONS.complements_of):
        assert len(set(complements.tolist())) == 2
        assert SESSIONS.category_of[item] not in SESSIONS.category_of[complements]


def test_the_graph_is_a_block_model():
    """Of large blocks and light tails, so that few edges are drawn twice or to the node itself."""
    walks = Walks(nodes=4000, blocks=4, degree=12, inside=0.8, tail=6)
    neighbors, starts = walks.graph
    nodes = np.repeat(np.arange(4000), np.diff(starts))
    edges, back = (set(zip(a.tolist(), b.tolist(), strict=True)) for a, b in ((nodes, neighbors), (neighbors, nodes)))
    assert edges == back
    assert len(edges) == len(nodes)
    assert not (neighbors == nodes).any()
    assert len(nodes) / 4000 == pytest.approx(12, rel=0.03)
    same = (walks.block_of[nodes] == walks.block_of[neighbors]).mean()
    assert same == pytest.approx(0.8 + 0.2 / 4, abs=0.01)


def test_degrees_have_a_heavy_tail_and_nobody_is_alone():
    degrees = np.diff(Walks().graph[1])
    assert degrees.min() >= 1
    assert degrees.max() > 8 * degrees.mean()


def test_walks_follow_edges():
    neighbors, starts = WALKS.graph
    for walk in WALKS.sequences(50):
        assert len(walk) == 12
        for node, other in itertools.pairwise(walk):
            assert other in neighbors[starts[node] : starts[node + 1]]


def test_nobody_is_above_the_ceiling_by_chance():
    hit, gain = WALKS.ceiling(k=10, steps=5000)
    degrees = np.diff(WALKS.graph[1])
    visits = degrees / degrees.sum()  # of a walk that has gone on for long
    assert hit == pytest.approx((visits * np.minimum(1, 10 / degrees)).sum(), abs=0.03)
    assert gain < hit
