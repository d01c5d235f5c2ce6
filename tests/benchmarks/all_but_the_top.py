"""All-but-the-top (Mu and Viswanath 2018): vectors less their mean and first principal components, and as trained.

Word2Vec with its preset "quality", its ensembles, and ClosedForm, at several sizes of a text. Similarity is Spearman's
correlation, analogies accuracy, categories purity; all with intervals over seeds, of differences seed by seed.

    python tests/benchmarks/all_but_the_top.py enwiki.txt --megabytes 10 30 100 --folder benchmarks
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np

from wordneg import ClosedForm, TokenStore, Word2Vec, WordVectors, encode, evaluation

COMPONENTS = (0, 1, 2, 3)
"""How many principal components are removed beside the mean."""

CENTERED = tuple(f"{name}, ensemble" for name in harness.ARCHITECTURES)
"""Vectors whose mean is 0 already."""


def main() -> None:
    """Train, take away, score and publish."""
    args = _arguments()
    benchmarks = evaluation.read_benchmarks(folder=args.folder)
    results: list[dict[str, Any]] = []
    for megabytes in args.megabytes:
        with harness.plain_text(args.corpus, megabytes) as text:
            store = encode(text, min_count=5)
        bound = evaluation.bind(store.vocabulary.words, benchmarks)
        rows: dict[tuple[str, int | None], list[dict[str, float]]] = {}
        for name, vectors in _made(store, args):
            for components in (None, *COMPONENTS[name in CENTERED :]):
                left = vectors if components is None else vectors.all_but_the_top(components)
                outcomes = bound.score(np.ascontiguousarray(left.vectors)).outcomes
                scores = {one.name: one.measures[0].value for one in outcomes if one.measures}
                rows.setdefault((name, components), []).append(scores)
            harness.say(f"{megabytes:g} MB, {name}: {len(rows[name, None])} of {args.seeds}")
        results += [
            {"megabytes": megabytes, "vectors": name, "components": components, "scores": scores}
            for (name, components), scores in rows.items()
        ]
    harness.publish("all_but_the_top", _markdown(results, args), results, args)


def _made(store: TokenStore, args: argparse.Namespace) -> Iterator[tuple[str, WordVectors]]:
    """Give the names of vectors, and the vectors."""
    for seed in range(1, args.seeds + 1):
        for (name, sg), ensemble in zip(harness.ARCHITECTURES.items(), CENTERED, strict=True):
            model = Word2Vec(store, sg=sg, seed=seed, workers=1, preset="quality", epochs=args.epochs, progress=False)
            yield name, model.wv
            yield ensemble, model.ensemble
    model = ClosedForm(store, progress=False)
    yield "ClosedForm", model.wv


def _markdown(results: list[dict[str, Any]], args: argparse.Namespace) -> str:
    names = list(results[0]["scores"][0])
    lines = [
        f'Word2Vec with `preset="quality"`, {args.epochs} epochs, 100 dimensions, one worker, {args.seeds} seeds: mean '
        "score as trained, and under it what changes: mean ± half a 95 % interval of the differences seed by seed, "
        "**bold** where the interval leaves out 0. ClosedForm has no seeds, and so no intervals. WordSim's two halves "
        "are parts of wordsim353.",
    ]
    for megabytes in dict.fromkeys(row["megabytes"] for row in results):
        lines += ["", f"### {megabytes:g} MB", "", *_table(results, megabytes, names)]
    return "\n".join(lines)


def _table(results: list[dict[str, Any]], megabytes: float, names: list[str]) -> list[str]:
    found = [row for row in results if row["megabytes"] == megabytes]
    trained = {row["vectors"]: row["scores"] for row in found if row["components"] is None}
    rows = []
    for row in sorted(found, key=lambda row: list(trained).index(row["vectors"])):
        if row["components"] is None:
            cells = [f"{np.mean([one[name] for one in row['scores']]):.3f}" for name in names]
            rows.append([f"**{row['vectors']}**", *cells])
            continue
        pairs = list(zip(row["scores"], trained[row["vectors"]], strict=True))
        cells = [harness.change([after[name] - before[name] for after, before in pairs]) for name in names]
        rows.append([_title(row["components"]), *cells])
    return [harness.table(["", *names], rows)]


def _title(components: int) -> str:
    return "less the mean" if not components else f"less the mean and {components}"


def _arguments() -> argparse.Namespace:
    warnings.simplefilter("ignore")
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--megabytes", type=float, nargs="+", default=[10.0], help="how much of it (default: 10)")
    parser.add_argument("--seeds", type=harness.at_least_one, default=5, help="(default: %(default)s)")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, help="(default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="a folder of further benchmark files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
