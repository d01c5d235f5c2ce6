"""What to tune by: how much is lost on benchmarks if the learning rate is chosen by something else.

Each sampler is trained at rates from far too low to far too high. For each criterion, the rate with its highest value
is chosen, and its regret is how far the mean of the benchmarks at that rate lies below the highest that any rate has.
The criteria are the log-likelihood of held-out text and neighbors in held-out text, by which `wordneg.compare` tunes.

    python tests/benchmarks/criteria.py wikipedia-sample --seeds 2
    python tests/benchmarks/criteria.py enwiki-10mb.txt --benchmarks men,wordsim353,simlex999,google --folder benchmarks
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import fmean
from typing import Any

import harness
import numpy as np

from wordneg import TokenStore, corpora, encode, evaluation
from wordneg.comparison.heldout import HeldOut, split
from wordneg.comparison.neighbors import Neighbors
from wordneg.comparison.scoring import Scorer
from wordneg.comparison.trainers.rows import make_trainers

SAMPLERS = ("unigram", "adaptive", "dns", "optrank")
RATES = tuple(0.025 * 2.0**step for step in range(-3, 4))
CRITERIA = {"log-likelihood": "the likelihood", "neighbors": "neighbors"}


def main() -> None:
    """Train at all rates, and publish."""
    args = _arguments()
    named = args.corpus in corpora.names()
    store = encode(corpora.load(args.corpus) if named else args.corpus, min_count=5)
    training, text = split(store, 0.05)
    benchmarks = evaluation.read_benchmarks(tuple(args.benchmarks.split(",")), folder=args.folder)
    judges = Scorer(benchmarks, training.vocabulary), HeldOut(text, 5), Neighbors(text, 5)
    rows = []
    for architecture, sg in harness.ARCHITECTURES.items():
        for sampler in SAMPLERS:
            found = [one for rate in RATES if (one := _scores(training, judges, sampler, sg, rate, args)) is not None]
            best = max(one["benchmarks"] for one in found)
            row = {"architecture": architecture, "sampler": sampler, "rates": found, "best": best}
            for name in CRITERIA:
                chosen = max(found, key=lambda one, name=name: one[name])
                row |= {f"{name} chose": chosen["alpha"], f"{name} regret": best - chosen["benchmarks"]}
            rows.append(row)
            harness.say(
                f"{architecture}, {sampler}: " + ", ".join(f"{one} {row[f'{one} regret']:.3f}" for one in CRITERIA)
            )
    harness.publish(f"criteria-{Path(args.corpus).stem}", _markdown(args, len(store.tokens), rows), rows, args)


def _scores(
    training: TokenStore, judges: tuple[Scorer, HeldOut, Neighbors], sampler: str, sg: int, rate: float, args: Any
) -> dict[str, float] | None:
    """Return benchmarks and criteria at a rate, means over seeds; None if a training diverged."""
    scorer, held_out, neighbors = judges
    (row,) = make_trainers(sampler, None, {"sg": sg, "alpha": rate, "workers": 1, "epochs": args.epochs})
    found: list[dict[str, float]] = []
    for seed in range(1, args.seeds + 1):
        try:
            with np.errstate(all="ignore"):
                trained = row.train(training, seed)
        except FloatingPointError:
            return None
        scores = {
            name: judge.scores[0].value
            for name, judge in (
                ("log-likelihood", held_out.score(row, trained)),
                ("neighbors", neighbors.score(trained.inputs)),
            )
        }
        mean, _ = scorer.judge(trained.inputs)
        if mean is None or any(value is None for value in scores.values()):
            return None
        found.append(scores | {"benchmarks": mean})
    return {"alpha": rate} | {name: fmean(one[name] for one in found) for name in found[0]}


def _markdown(args: argparse.Namespace, words: int, rows: list[dict[str, Any]]) -> str:
    """Return a table of regrets."""
    lines = [
        f"{Path(args.corpus).stem}, {words:,} words, {args.epochs} epochs, {args.seeds} seeds; the mean of "
        f"{args.benchmarks.replace(',', ', ')}. Regret: how far below the best it is where a criterion chose.",
        "",
        "| | sampler | best | the likelihood's choice | regret | neighbors' choice | regret |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        cells = [f"{row[f'{name} chose']:g} | {row[f'{name} regret']:.3f}" for name in CRITERIA]
        lines.append(f"| {row['architecture']} | {row['sampler']} | {row['best']:.3f} | {' | '.join(cells)} |")
    means = [fmean(row[f"{name} regret"] for row in rows) for name in CRITERIA]
    return "\n".join([*lines, f"| **mean** | | | | **{means[0]:.3f}** | | **{means[1]:.3f}** |"])


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", help="a text file, a sentence a line, or the name of a corpus")
    parser.add_argument("--benchmarks", default="wordsim353,google", help="names, with commas (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="a folder of further benchmark files")
    parser.add_argument(
        "--epochs", type=harness.at_least_one, default=5, help="of each training (default: %(default)s)"
    )
    parser.add_argument("--seeds", type=harness.at_least_one, default=1, help="of each rate (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
