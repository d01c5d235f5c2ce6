"""What to tune by: how much is lost on benchmarks if the learning rate is chosen by something else.

Each sampler is trained at rates from far too low to far too high. For each criterion, the rate with its highest value
is chosen, and its regret is how far the mean of the benchmarks at that rate lies below the highest that any rate has.
The criteria are the log-likelihood of held-out text and neighbors in held-out text, by which `wordneg.compare` tunes.
Another held-out text might have led to another choice, so regrets are means over samples of its sentences (bootstrap).

    python tests/benchmarks/criteria.py wikipedia-sample --seeds 2
    python tests/benchmarks/criteria.py enwiki-10mb.txt --benchmarks men,wordsim353,simlex999,google --folder benchmarks
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import harness
import numpy as np
from numpy.typing import NDArray

from wordneg import TokenStore, corpora, encode, evaluation
from wordneg.comparison.heldout import HeldOut, split
from wordneg.comparison.neighbors import Neighbors
from wordneg.comparison.scoring import Scorer
from wordneg.comparison.trainers.rows import make_trainers

SAMPLERS = ("unigram", "adaptive", "dns", "optrank")
RATES = tuple(0.025 * 2.0**step for step in range(-3, 4))
CRITERIA = ("log-likelihood", "neighbors")
_SAMPLES = 1000


def main() -> None:
    """Train at all rates, and publish."""
    args = _arguments()
    named = args.corpus in corpora.names()
    store = encode(corpora.load(args.corpus) if named else args.corpus, min_count=5)
    training, text = split(store, args.held_out)
    benchmarks = evaluation.read_benchmarks(tuple(args.benchmarks.split(",")), folder=args.folder)
    held_out, neighbors = HeldOut(text, 5), Neighbors(text, 5)
    judges = {
        "benchmarks": _Judge(Scorer(benchmarks, training.vocabulary), np.empty(0)),
        "log-likelihood": _Judge(held_out, held_out.sentences[held_out.fitting :]),
        "neighbors": _Judge(neighbors, neighbors.sentences),
    }
    rows = []
    for architecture, sg in harness.ARCHITECTURES.items():
        for sampler in SAMPLERS:
            found = [one for rate in RATES if (one := _scores(training, judges, sampler, sg, rate, args)) is not None]
            benchmarks_at = np.array([one["benchmarks"] for one in found])
            row = {"architecture": architecture, "sampler": sampler, "best": float(benchmarks_at.max())}
            row["rates"] = [{"alpha": one["alpha"], "benchmarks": one["benchmarks"]} for one in found]
            for name in CRITERIA:
                chosen = _choices(np.stack([one[name] for one in found]), judges[name].clusters)
                regrets = benchmarks_at.max() - benchmarks_at[chosen]
                values, times = np.unique(chosen, return_counts=True)
                row[f"{name} chose"] = found[values[times.argmax()]]["alpha"]
                row |= {f"{name} regret": float(regrets.mean()), f"{name} worst": float(np.quantile(regrets, 0.95))}
            rows.append(row)
            harness.say(
                f"{architecture}, {sampler}: " + ", ".join(f"{one} {row[f'{one} regret']:.3f}" for one in CRITERIA)
            )
    harness.publish(
        f"criteria-{Path(args.corpus).stem}-{100 * args.held_out:g}",
        _markdown(args, len(store.tokens), rows),
        rows,
        args,
    )


class _Judge(NamedTuple):
    """What scores models, and the sentences of its items."""

    of: Any
    clusters: NDArray[np.int64]


def _scores(
    training: TokenStore, judges: dict[str, _Judge], sampler: str, sg: int, rate: float, args: argparse.Namespace
) -> dict[str, Any] | None:
    """Return the benchmarks and the items of the criteria at a rate, means over seeds; None if a training diverged."""
    (row,) = make_trainers(sampler, None, {"sg": sg, "alpha": rate, "workers": 1, "epochs": args.epochs})
    found: dict[str, list[Any]] = {name: [] for name in judges}
    for seed in range(1, args.seeds + 1):
        try:
            with np.errstate(all="ignore"):
                trained = row.train(training, seed)
        except FloatingPointError:
            return None
        mean, _ = judges["benchmarks"].of.judge(row, trained)
        found["benchmarks"].append(mean)
        found["neighbors"].append(judges["neighbors"].of.measure(trained.inputs))
        found["log-likelihood"].append(judges["log-likelihood"].of.score(row, trained).items["held-out"])
        if mean is None or not all(np.isfinite(found[name][-1]).all() for name in CRITERIA):
            return None
    return {"alpha": rate} | {name: np.mean(values, axis=0) for name, values in found.items()}


def _choices(items: NDArray[np.float64], clusters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rate with the highest mean in each of some samples of sentences, by (R, N) items at R rates."""
    _, numbers = np.unique(clusters, return_inverse=True)
    size = numbers.max() + 1
    sums = np.stack([np.bincount(numbers, one, size) for one in items])  # (R, C)
    rng = np.random.default_rng(1)
    weights = rng.multinomial(size, np.full(size, 1 / size), _SAMPLES)  # (S, C)
    return (weights @ sums.T / (weights @ np.bincount(numbers, minlength=size))[:, None]).argmax(axis=1)


def _markdown(args: argparse.Namespace, words: int, rows: list[dict[str, Any]]) -> str:
    """Return a table of regrets."""
    lines = [
        f"{Path(args.corpus).stem}, {words:,} words, {args.epochs} epochs, {args.seeds} seeds, the last "
        f"{args.held_out:.0%} held out; the mean of {args.benchmarks.replace(',', ', ')}. Regret: how far below the "
        f"best it is at the rate that a criterion chose; the mean over {_SAMPLES:,} samples of the held-out sentences, "
        "and in brackets what one in 20 exceeds.",
        "",
        "| | sampler | best | the likelihood's usual choice | regret | neighbors' usual choice | regret |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        cells = [
            f"{row[f'{name} chose']:g} | {row[f'{name} regret']:.3f} ({row[f'{name} worst']:.3f})" for name in CRITERIA
        ]
        lines.append(f"| {row['architecture']} | {row['sampler']} | {row['best']:.3f} | {' | '.join(cells)} |")
    means = [fmean(row[f"{name} regret"] for row in rows) for name in CRITERIA]
    return "\n".join([*lines, f"| **mean** | | | | **{means[0]:.3f}** | | **{means[1]:.3f}** |"])


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", help="a text file, a sentence a line, or the name of a corpus")
    parser.add_argument("--benchmarks", default="wordsim353,google", help="names, with commas (default: %(default)s)")
    parser.add_argument("--held-out", type=float, default=0.05, help="share of the text (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="a folder of further benchmark files")
    parser.add_argument(
        "--epochs", type=harness.at_least_one, default=5, help="of each training (default: %(default)s)"
    )
    parser.add_argument("--seeds", type=harness.at_least_one, default=1, help="of each rate (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
