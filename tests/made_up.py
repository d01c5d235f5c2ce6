"""Comparisons made up from known effects, as the runner would leave them: for the tests of what presents them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from wordneg.comparison import Comparison, Request
from wordneg.comparison.records import Epoch, Protocol, Run, Score, Tried, Tuning
from wordneg.comparison.store import Store

BASELINE = "unigram"
LONG = "mixture(weights=(0.25, 0.75), transform=log), objective=softmax(corrected=True)"
FAILED = "optrank(margin=-1)"

# label: noise of its similarities (less is better), share of analogies solved, seconds, alpha
EFFECTS = {
    BASELINE: (0.95, 0.28, 12.0, 0.05),
    "adaptive": (0.93, 0.285, 17.5, 0.025),
    "dns(candidates=16)": (0.70, 0.36, 15.1, 0.025),
    "uniform": (1.35, 0.17, 11.6, 0.1),
    LONG: (0.94, 0.275, 14.9, 0.05),
}
PAIRS = {"wordsim353": 320, "simlex999": 700}
QUESTIONS = 900


def make_comparison(
    folder: Path,
    *,
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5),
    settings: tuple[str, ...] = tuple(EFFECTS),
    failed: tuple[str, ...] = (FAILED,),
    tune: str | None = "alpha",
) -> Comparison:
    """Return a comparison whose items are files in `folder`.

    On every benchmark "dns" is much better than the baseline, "uniform" much worse, the others about as good.
    """
    store = Store(folder)
    golds = {name: np.random.default_rng(size).normal(size=size) for name, size in PAIRS.items()}
    ease = np.random.default_rng(7).normal(size=QUESTIONS)
    runs = [_run(store, label, seed, golds, ease) for label in settings for seed in seeds]
    runs += [failed_run(label, seed) for label in failed for seed in seeds]
    tunings = tuple(_tuning(label) for label in settings) if tune else ()
    return Comparison(_request((*settings, *failed), seeds, tune), _protocol(), tunings, tuple(runs), store=store)


def failed_run(label: str, seed: int, error: str = "ValueError: margin must be at least 0, got -1") -> Run:
    return Run(label, seed, "failed", error, {"sampler": "optrank"})


def _request(settings: tuple[str, ...], seeds: tuple[int, ...], tune: str | None) -> Request:
    common = {"sg": 1, "vector_size": 100, "window": 5, "negative": 5, "epochs": 5, "sample": 1e-3}
    return Request(
        rows={label: common | {"sampler": {"name": label.partition("(")[0]}} for label in settings},
        baseline=BASELINE,
        seeds=seeds,
        tune=tune,
        benchmarks=(*PAIRS, "google"),
        command="wordneg compare enwiki-10mb.txt --samplers unigram,adaptive,dns --seeds 5 --out result",
    )


def _protocol() -> Protocol:
    return Protocol(
        corpus="enwiki-10mb.txt",
        fingerprint="sha256:8a4d1f3fb7c1d7e4a90f0f1d",
        words=1_612_345,
        vocabulary=21_987,
        benchmarks=(*PAIRS, "google"),
        versions={"wordneg": "0.1.0", "numpy": "2.4.0", "numba": "0.68.0", "Python": "3.11.7"},
        machine="AMD EPYC, 2 cores, Linux x86_64",
        started="2026-03-01T12:00:00+00:00",
        policy="first 300000 words, case ignored, unknown skipped",
        notes=("The last 2 % of the text were kept out of training.",),
    )


def _tuning(label: str) -> Tuning:
    chosen = EFFECTS[label][3]
    scores = {value: 0.4 - abs(np.log(value / chosen)) / 20 for value in (0.0125, 0.025, 0.05, 0.1)} | {0.4: None}
    tried = tuple(Tried({"alpha": value}, score) for value, score in scores.items())
    return Tuning(label, tried, {"alpha": chosen}, 31.5, 2_400_000)


def _run(store: Store, label: str, seed: int, golds: dict[str, np.ndarray], ease: np.ndarray) -> Run:
    noise, solved, seconds, alpha = EFFECTS[label]
    shared, own = np.random.default_rng(99), np.random.default_rng([seed, *map(ord, label)])
    items: dict[str, np.ndarray] = {}
    scores = []
    for name, gold in golds.items():
        common = shared.normal(size=gold.size)  # what every model gets wrong alike
        found = gold + noise * (1.2 * common + 0.8 * own.normal(size=gold.size))
        found[:: gold.size // 10] = np.nan
        items |= {name: found, f"{name}/gold": gold, f"{name}/cluster": np.arange(gold.size) // 2}
        scores += _similarity(name, found, gold)
    threshold = np.quantile(ease, 1 - solved) + own.normal(scale=0.02)
    right = (ease + 0.3 * own.normal(size=ease.size) > threshold).astype(np.float64)
    items |= {"google": right.astype(np.int8), "google/cluster": np.arange(right.size) // 10}
    scores += [
        Score("google", "accuracy", band, right[part].mean(), right[part].size, 12) for band, part in _bands(right)
    ]
    likelihood = -6.5 - noise + own.normal(scale=0.004)
    scores.append(Score("held-out", "log-likelihood", "all", likelihood, 4000, 0))
    took = seconds * (1 + 0.03 * own.normal())
    run = Run(
        row=label,
        seed=seed,
        status="done",
        error=None,
        options={"sampler": label, "alpha": alpha},
        seconds=took,
        words_per_second=5 * 1_612_345 / took,
        peak_memory=int(340e6 + 2e6 * seed + 1e6 * seconds),
        scores=tuple(scores),
        epochs=_epochs(scores, took, own),
    )
    return store.write_run(run, items)


def _bands(items: np.ndarray) -> list[tuple[str, slice]]:
    third = len(items) // 3
    parts = {"rare": slice(0, third), "middle": slice(third, 2 * third), "frequent": slice(2 * third, None)}
    return [("all", slice(None)), *parts.items()]


def _similarity(name: str, found: np.ndarray, gold: np.ndarray) -> list[Score]:
    from scipy.stats import pearsonr, spearmanr

    scores = []
    for band, part in _bands(found):
        used = np.isfinite(found[part])
        for measure, correlation in (("spearman", spearmanr), ("pearson", pearsonr)):
            value = float(correlation(found[part][used], gold[part][used])[0])
            scores.append(Score(name, measure, band, value, int(used.sum()), int((~used).sum())))
    return scores


def _epochs(scores: list[Score], seconds: float, own: np.random.Generator) -> tuple[Epoch, ...]:
    """Return a curve that climbs to the scores of the end."""
    final = {score.benchmark: score for score in scores if score.band == "all" and score.measure != "pearson"}
    curve = []
    for epoch in range(1, 6):
        share = 1 - 0.6 ** (2 * epoch) if epoch < 5 else 1
        now = tuple(
            Score(
                name,
                score.measure,
                "all",
                score.value - (1 - share) * 0.5 * abs(score.value),
                score.used,
                score.missing,
            )
            for name, score in final.items()
        )
        curve.append(Epoch(epoch, seconds * epoch / 5, 2.5 - share + 0.01 * own.normal(), now))
    return tuple(curve)
