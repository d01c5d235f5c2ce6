"""How often the tests of evaluation.significance find a difference between models that are equally good.

Models are simulated (`tests/naive/significance.py` tells how): they share errors, word pairs share words, questions
share word pairs, seeds differ. At the 5 % level, 5 % should be found different; more is a broken promise. Beside
each test stands what simpler ones would do: items taken for independent, seeds and items drawn with replacement.
Intervals are counted in the same way: how often they miss the true value, which 5 % should.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import harness
import numpy as np
from scipy import stats

from wordneg.evaluation import significance
from wordneg.evaluation.significance.intervals import pseudo_values

sys.path.append(str(Path(__file__).parents[1]))
from naive.significance import (
    World,
    analogy_world,
    drawn_p_value,
    grouped_world,
    independent_world,
    normal_spearman,
    similarity_world,
)

LEVEL = 0.05
_DRAWS = 400


def main() -> None:
    """Simulate, and publish."""
    args = _arguments()
    results = []
    for number, (condition, simulate, tests) in enumerate([*_differences(), *_intervals()]):
        harness.say(condition)
        rng = np.random.default_rng([args.seed, number])
        found = dict.fromkeys(tests, 0)
        for _ in range(args.simulations):
            world = simulate(rng)
            for name, test in tests.items():
                found[name] += bool(test(world, rng))
        results += [{"condition": condition, "test": name, "found": count} for name, count in found.items()]
    harness.publish("false_positives", _markdown(results, args.simulations), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("--simulations", type=harness.at_least_one, default=1500, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    return parser.parse_args()


# --- differences ----------------------------------------------------------------------------------------


def _similarity(world: World, rng: np.random.Generator) -> bool:
    return significance.compare_similarity(world.first, world.second, world.gold).p_value < LEVEL


def _similarity_by_word(world: World, rng: np.random.Generator) -> bool:
    difference = significance.compare_similarity(world.first, world.second, world.gold, clusters=world.clusters)
    return difference.p_value < LEVEL


def _steiger(world: World, rng: np.random.Generator) -> bool:
    first, second, gold = world.first[0], world.second[0], world.gold
    coefficients = (stats.spearmanr(x, y).statistic for x, y in ((first, gold), (second, gold), (first, second)))
    return significance.steiger(*coefficients, len(first))[1] < LEVEL


def _steiger_pearson(world: World, rng: np.random.Generator) -> bool:
    first, second, gold = world.first[0], world.second[0], world.gold
    coefficients = np.corrcoef([first, second, gold])
    return significance.steiger(coefficients[0, 2], coefficients[1, 2], coefficients[0, 1], len(first))[1] < LEVEL


def _drawn(world: World, rng: np.random.Generator) -> bool:
    models = [pseudo_values(model, world.gold, "model") for model in (world.first, world.second)]
    return drawn_p_value(models, _DRAWS, rng) < LEVEL


def _analogies(world: World, rng: np.random.Generator) -> bool:
    return significance.compare_analogies(world.first, world.second).p_value < LEVEL


def _analogies_clustered(world: World, rng: np.random.Generator) -> bool:
    return significance.compare_analogies(world.first, world.second, world.clusters).p_value < LEVEL


def _differences() -> list[tuple[str, Callable[..., Any], dict[str, Callable[..., Any]]]]:
    """Return conditions: what is simulated, by what, and the tests that look at it."""
    single = {
        "compare_similarity": _similarity,
        "compare_similarity, clustered by word": _similarity_by_word,
        "steiger on Pearson's coefficients": _steiger_pearson,
        "steiger on Spearman's coefficients": _steiger,
    }
    several = {
        "compare_similarity": _similarity,
        "compare_similarity, clustered by word": _similarity_by_word,
        "seeds and items drawn with replacement": _drawn,
    }
    answers = {"compare_analogies": _analogies, "compare_analogies, clustered": _analogies_clustered}
    conditions: list[tuple[str, Callable[..., Any], dict[str, Callable[..., Any]]]] = []
    for items, words, spread in ((30, 48, 0.0), (65, 48, 0.0), (353, 437, 0.2), (999, 1028, 0.2), (1000, 150, 0.5)):
        name = f"{items} pairs of {words} words (word effect {spread:g}), one seed each"
        conditions.append(
            (name, lambda rng, a=items, w=words, s=spread: similarity_world(rng, a, w, word_spread=s), single)
        )
    for seeds, spread in (((2, 2), 0.1), ((3, 3), 0.0), ((3, 3), 0.1), ((3, 3), 0.3), ((5, 5), 0.1), ((5, 3), 0.3)):
        name = f"353 pairs of 437 words, {seeds[0]} and {seeds[1]} seeds, seed effect {spread:g}"
        conditions.append(
            (name, lambda rng, n=seeds, s=spread: similarity_world(rng, 353, 437, n, seed_spread=s), several)
        )
    conditions.append(
        (
            "500 independent questions, one seed each",
            lambda rng: independent_world(rng, 500),
            {"compare_analogies": _analogies},
        )
    )
    for sections, pairs, seeds, spread in (
        (14, 10, (1, 1), 0.0),
        (14, 20, (1, 1), 0.0),
        (3, 10, (1, 1), 0.0),
        (1, 10, (1, 1), 0.0),
        (14, 10, (3, 3), 0.1),
    ):
        name = f"{sections} sections of {pairs} word pairs, seeds: {seeds[0]}, seed effect {spread:g}"
        conditions.append(
            (
                name,
                lambda rng, s=sections, p=pairs, n=seeds, x=spread: analogy_world(rng, s, p, n, seed_spread=x),
                answers,
            )
        )
    for groups in (10, 20, 50):
        name = f"1000 questions in {groups} groups, one seed each"
        conditions.append((name, lambda rng, g=groups: grouped_world(rng, g, 1000), answers))
    return conditions


# --- intervals ------------------------------------------------------------------------------------------


def _normal_pairs(rng: np.random.Generator, items: int, correlation: float) -> tuple[Any, Any, float]:
    gold = rng.normal(size=items)
    scores = correlation * gold + math.sqrt(1 - correlation**2) * rng.normal(size=items)
    return scores, gold, float(normal_spearman(correlation))


def _trained(rng: np.random.Generator, items: int, seeds: int, spread: float) -> tuple[Any, Any, float]:
    """Return scores whose strength differs by seed, and the mean of Spearman's coefficient over all seeds."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    strengths = 1 + spread * nodes
    true = float((weights / weights.sum()) @ normal_spearman(strengths / np.sqrt(strengths**2 + 1)))
    gold, own = rng.normal(size=(2, items))
    strength = 1 + spread * rng.normal(size=(seeds, 1))
    return strength * gold + math.sqrt(0.7) * own + math.sqrt(0.3) * rng.normal(size=(seeds, items)), gold, true


def _fisher(world: Any, rng: np.random.Generator) -> bool:
    return world[2] not in significance.spearman_interval(*world[:2])


def _bca(world: Any, rng: np.random.Generator) -> bool:
    return world[2] not in significance.spearman_interval(*world[:2], method="bootstrap", resamples=_DRAWS, rng=rng)


def _two_level(world: Any, rng: np.random.Generator) -> bool:
    return world[2] not in significance.two_level_interval(*world[:2], resamples=_DRAWS, rng=rng)


def _intervals() -> list[tuple[str, Callable[..., Any], dict[str, Callable[..., Any]]]]:
    """Return conditions, as of the differences."""
    one = {"spearman_interval, Fisher's z": _fisher, "spearman_interval, BCa bootstrap": _bca}
    conditions: list[tuple[str, Callable[..., Any], dict[str, Callable[..., Any]]]] = [
        (f"ρ of {items} pairs, one seed", lambda rng, n=items: _normal_pairs(rng, n, 0.7), one) for items in (30, 353)
    ]
    for seeds, spread in ((1, 0.0), (3, 0.05), (3, 0.3), (5, 0.1)):
        name = f"ρ of 200 pairs, seeds: {seeds}, seed effect {spread:g}"
        conditions.append(
            (name, lambda rng, n=seeds, s=spread: _trained(rng, 200, n, s), {"two_level_interval": _two_level})
        )
    return conditions


def _markdown(results: list[dict[str, Any]], simulations: int) -> str:
    rows, before = [], None
    for result in results:
        condition = result["condition"]
        rows.append(["" if condition == before else condition, result["test"], f"{result['found'] / simulations:.1%}"])
        before = condition
    error = 2 * math.sqrt(LEVEL * (1 - LEVEL) / simulations)
    note = (
        f"Of {simulations} simulations each, without any true difference: the share in which p < 0.05, or in which the "
        f"95 % interval misses the true value. A test that keeps its promise lies within {error:.1%} of 5 % (two "
        "standard errors of the simulation), or below."
    )
    return f"{harness.table(['condition', 'test', 'found'], rows, left=2)}\n\n{note}"


if __name__ == "__main__":
    main()
