"""Experiments on quality: plans of comparisons, each in a file of `experiments/`, and what they found.

A file is a plan without a corpus, see `wordneg.comparison.plan`: `wordneg compare PLAN CORPUS` makes it, too. The
results are kept in ``results/NAME``, as
`compare` keeps them: `wordneg.Comparison.open` reads them, an experiment that was killed goes on when it is started
again, and ``README.md`` and ``report.html`` beside them are the product's own tables and page.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import harness

from wordneg import Comparison, compare, corpora, encode
from wordneg.comparison import read_plan

FOLDER = Path(__file__).parent / "experiments"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def main() -> None:
    """Make the experiment, or what is missing of it, and show it."""
    args = _arguments()
    place = args.results / (args.name if args.megabytes is None else f"{args.name}-{args.megabytes:g}mb")
    with harness.plain_text(args.corpus, args.megabytes) as text:
        asked = {"folder": args.folder, **read_plan(FOLDER / f"{args.name}.toml")}
        settings = {"workers": args.workers}
        if args.tiny:
            asked |= {"seeds": 1, "tune": None, "tune_words": None, "benchmarks": ["wordsim353"]}
            settings |= {"vector_size": 16}
        if "rows" in asked:  # which have all their settings themselves
            asked["rows"] = {label: row | settings for label, row in asked["rows"].items()}
        else:
            asked |= settings
        store = replace(encode(corpora.open_corpus(text)), name=args.corpus.name)
        comparison = compare(store, out=place, command=harness.command(), **asked)
    show(comparison, place)


def show(comparison: Comparison, place: Path) -> None:
    """Write tables and page beside the results, and print the table."""
    question = "What was asked is in `tests/benchmarks/experiments/`; `report.html` has the plots, too."
    tables = [comparison.table(kind).to_markdown() for kind in ("scores", "differences", "bands", "tuning")]
    (place / "README.md").write_text("\n\n".join([question, *tables]) + "\n", encoding="utf-8")
    comparison.report(place / "report.html")
    print(comparison)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--folder", type=Path, help="a folder of benchmark files; others are downloaded")
    parser.add_argument("--megabytes", type=float, metavar="N", help="only so much of the text")
    parser.add_argument("--workers", type=harness.at_least_one, default=1, help="threads (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=harness.RESULTS, metavar="FOLDER", help="where results go")
    parser.add_argument("--tiny", action="store_true", help="see whether it runs: one seed, no tuning, 16 dimensions")
    return parser.parse_args()


if __name__ == "__main__":
    main()
