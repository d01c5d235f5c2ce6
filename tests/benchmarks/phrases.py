"""Finding and joining phrases: wordneg beside gensim, on the sentences of one text.

python tests/benchmarks/phrases.py text.txt
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import harness
from gensim.models import phrases as gensims

from wordneg import Phrases, corpora, encode

CHOICES = {
    "default score": {},
    "npmi": {"scoring": "npmi", "threshold": 0.5},
    "with connector words": {"connector_words": gensims.ENGLISH_CONNECTOR_WORDS},
}


def main() -> None:
    """Measure both by turns, check that they agree, and publish."""
    args = _arguments()
    sentences = [list(sentence) for sentence in corpora.open_corpus(args.corpus)]
    store = encode(sentences, min_count=1)
    Phrases(store).joined()  # compiles
    results = []
    for name, choice in CHOICES.items():
        seconds: dict[str, list[float]] = {"ours": [], "gensim": []}
        for _ in range(args.repeats):
            ours = _timed(seconds["ours"], lambda choice=choice: _found(Phrases(store, **choice)))
            theirs = _timed(seconds["gensim"], lambda choice=choice: _found_by_gensim(sentences, choice))
            if ours.keys() != theirs.keys():
                raise SystemExit(f"{name}: the phrases differ")
        best = {who: min(found) for who, found in seconds.items()}
        ratio = statistics.median(b / a for a, b in zip(seconds["ours"], seconds["gensim"], strict=True))
        results.append({"name": name, "phrases": len(ours), "ratio": ratio} | best)
        harness.say(f"{name}: {best['ours']:.2f} s, gensim {best['gensim']:.2f} s, {ratio:.0f} ×")
    rows = [
        f"| {one['name']} | {one['phrases']:,} | {one['ours']:.2f} | {one['gensim']:.2f} | {one['ratio']:.0f} × |"
        for one in results
    ]
    head = [
        f"Finding and joining the phrases of {args.corpus.name} ({len(store.tokens):,} words, already read), on",
        "one core: seconds (best of the repeats) and the median ratio.",
        "",
        "| | phrases | wordneg | gensim | |",
        "| --- | --: | --: | --: | --: |",
    ]
    harness.publish("phrases", "\n".join(head + rows), results, args)


def _timed(seconds: list[float], work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    result = work()
    seconds.append(time.perf_counter() - begin)
    return result


def _found(phrases: Phrases) -> dict[str, float]:
    phrases.joined()
    return phrases.export_phrases()


def _found_by_gensim(sentences: list[list[str]], choice: dict[str, Any]) -> dict[str, float]:
    phrases = gensims.Phrases(sentences, **choice)
    found = phrases.export_phrases()
    frozen = phrases.freeze()
    for sentence in sentences:
        frozen[sentence]
    return found


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, a sentence a line")
    parser.add_argument("--repeats", type=harness.at_least_one, default=3, help="(default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
