"""Samplers where they come from: on sessions of a shop, and on walks on a graph, by the items that come next.

Both are made by `generators`, so that the best that can be reached is known. Each row is tuned by what it is judged by,
next items by word vectors alone or by the model's own scores, on the first half of the held-out sessions, and scored on
the second half, with three seeds.

    python tests/benchmarks/items.py
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import harness
from generators import Sessions, Walks

from wordneg import Comparison, compare, encode
from wordneg.comparison import NextItem
from wordneg.comparison.scoring import Criterion
from wordneg.comparison.show import Analysis
from wordneg.evaluation.significance import seed_interval

TASKS: dict[str, tuple[Any, int]] = {
    "sessions": (Sessions(items=3000), 40_000),
    "walks": (Walks(nodes=3000, blocks=30), 16_000),
}
"""Where sequences come from, and how many of them there are: 320,000 items of each."""

TASKS_TEXT = "3,000 items and 40,000 sessions of 8 items on average; 3,000 nodes and 16,000 walks of 20"

SETTINGS = {"sg": 1, "vector_size": 64, "window": 3, "epochs": 10, "alpha": 0.05, "min_count": 1, "workers": 1}
ROWS: dict[str, dict[str, Any]] = {
    "unigram": {},
    "unigram, 20 epochs": {"epochs": 20},
    "unigram, exponent −0.5": {"sampler": {"name": "unigram", "exponent": -0.5}},
    **{name: {"sampler": name} for name in ("uniform", "dns", "semi-hard", "adaptive", "optrank", "model", "tri")},
}
"""What differs. Twice as many epochs of popularity take about as long as those of samplers that search."""

SETTINGS_TEXT = "Skip-gram, 64 dimensions, window 3, 10 epochs, rate tuned from 0.05, sample 1e-3, 5 negatives"


def main() -> None:
    """Make the comparisons, and publish."""
    args = _arguments()
    results = []
    for task, asked in itertools.product(TASKS, (NextItem(), NextItem(by="outputs"))):
        chain, count = TASKS[task]
        store = replace(encode(chain.sequences(count // args.divisor), min_count=1), name=task)
        out = None if args.keep is None else args.keep / f"{task}-{asked.by}"
        options = {"tune": None} if args.tiny else {"tune": "alpha", "tune_by": "benchmarks"}
        rows = {label: SETTINGS | own for label, own in ROWS.items()}
        comparison = compare(store, rows=rows, seeds=3, held_out=0.1, benchmarks=[asked], out=out, **options)
        hit, gain = chain.ceiling(asked.k, 20_000 // args.divisor)
        found = {"task": task, "by": asked.by, "ceiling": {"ndcg": gain, "hit rate": hit}}
        results.append(found | _summary(comparison, asked))
        harness.say(f"{task} by {asked.by}: {comparison.findings().headline}")
    harness.publish("items", _markdown(results), results, args)


def _summary(comparison: Comparison, asked: NextItem) -> dict[str, Any]:
    """Return what the rows reached."""
    analysis = Analysis(comparison)
    outcomes = {
        label: one for (label, criterion), one in analysis.outcomes.items() if criterion.benchmark == asked.name
    }
    rows = []
    for label in analysis.settings:
        tuning, outcome = analysis.tuning(label), outcomes.get(label)
        scores: dict[str, Any] = {}
        for score in (score for run in analysis.runs(label) for score in run.scores if score.benchmark == asked.name):
            scores.setdefault(f"{score.measure}, {score.band}", []).append(score.value)
        neighbors, likelihood = (
            analysis.summaries[label, Criterion(*one)].mean
            for one in (("neighbors", "auc"), ("held-out", "log-likelihood"))
        )
        row = {"label": label, "alpha": None if tuning is None else tuning.chosen["alpha"], "scores": scores}
        row |= {"neighbors": neighbors, "likelihood": likelihood}
        row |= {"seconds": [run.seconds for run in analysis.runs(label)]}
        if outcome is not None:
            interval = outcome.difference.interval
            row |= {"difference": outcome.difference.estimate, "p_holm": outcome.adjusted}
            row |= {"interval": None if interval is None else [interval.low, interval.high]}
            row |= {"significant": outcome.significant, "doubt": outcome.doubt}
        rows.append(row)
    return {"rows": rows, "headline": comparison.findings().headline, "notes": list(comparison.protocol.notes)}


def _markdown(results: list[dict[str, Any]]) -> str:
    lines = [
        f"Which negatives, where sequences are of items? Made by `tests/benchmarks/generators.py`: {TASKS_TEXT}.",
        "The last tenth is held out. NDCG and hit rate at 10 of the next item, all items ranked,",
        f"±: half a 95 % interval over 3 seeds. {SETTINGS_TEXT}.",
        "▲ ▼: significantly better or worse than `unigram`, by Holm's correction over the comparison; `?`:",
        "significant, but in doubt, see `docs/statistics.md`. Differences are tested over sessions and seeds.",
    ]
    for result in results:
        by = {"vectors": "by the cosine of word vectors", "outputs": "by u · v, word and output vectors"}[result["by"]]
        best = result["ceiling"]
        lines += [
            "",
            f"### {result['task'].capitalize()}, {by}",
            "",
            f"Who knows the chances of every item reaches NDCG {best['ndcg']:.3f} and hit rate {best['hit rate']:.3f}.",
            "",
        ]
        head = ["sampler", "rate", "NDCG@10", "difference", "hit rate@10", "NDCG, rarer items", "neighbors AUC"]
        rows = [_cells(row) for row in result["rows"]]
        lines.append(harness.table([*head, "log-lik.", "seconds"], rows))
    return "\n".join(lines)


def _cells(row: dict[str, Any]) -> list[str]:
    difference = ""
    if "difference" in row:
        low, high = row["interval"] or (float("nan"),) * 2
        mark = "?" if row["doubt"] else "▲" if row["difference"] > 0 else "▼"
        difference = (
            f"{row['difference']:+.3f} ({low:+.3f} to {high:+.3f}) {mark if row['significant'] else ''}".strip()
        )
    return [
        row["label"],
        "" if row["alpha"] is None else f"{row['alpha']:g}",
        _mean(row["scores"]["ndcg, all"]),
        difference,
        _mean(row["scores"]["hit rate, all"]),
        _mean(row["scores"]["ndcg, middle"]),
        f"{row['neighbors']:.3f}",
        f"{row['likelihood']:.3f}",
        f"{min(row['seconds']):.2f}",
    ]


def _mean(values: list[float | None]) -> str:
    """Return a mean with half its interval over seeds; nothing if there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    interval = seed_interval(known)
    return f"{sum(known) / len(known):.3f} ± {(interval.high - interval.low) / 2:.3f}"


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the comparisons there, and go on with them")
    parser.add_argument("--divisor", type=harness.at_least_one, default=1, help="only one in so many sequences")
    parser.add_argument("--tiny", action="store_true", help="see whether it runs: no tuning")
    return parser.parse_args()


if __name__ == "__main__":
    main()
