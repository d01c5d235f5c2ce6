"""What each sampler costs: training time beside `unigram`, and the share of it spent on refreshing.

What each gives is asked by ``experiments.py samplers-cbow`` and ``samplers-skipgram``.
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from typing import Any, NamedTuple

import harness

from wordneg import TokenStore, corpora, encode
from wordneg.samplers import SAMPLERS

BASELINE = "unigram"


class Setting(NamedTuple):
    """An architecture and a sampler."""

    architecture: str
    sampler: str


def main() -> None:
    """Measure, and publish."""
    args = _arguments()
    settings = [Setting(architecture, name) for architecture in harness.ARCHITECTURES for name in args.samplers]
    with harness.plain_text(args.corpus) as text:
        store = encode(corpora.open_corpus(text)).head(args.prefix)
    models = {setting: _warmed_up(setting, store) for setting in settings}
    tasks = {setting: partial(_epoch, model) for setting, model in models.items()}
    times = harness.interleaved(tasks, args.repeats)
    results = [setting._asdict() | {"seconds and refreshing": values} for setting, values in times.items()]
    harness.publish("sampler_speed", _markdown(times), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument("--samplers", nargs="+", default=SAMPLERS.names(), metavar="NAME", help="default: all")
    parser.add_argument("--prefix", type=int, default=1_600_000, help="tokens (default: %(default)s)")
    parser.add_argument("--repeats", type=harness.at_least_one, default=5, help="default: %(default)s")
    args = parser.parse_args()
    args.samplers = [BASELINE, *(name for name in args.samplers if name != BASELINE)]
    return args


def _warmed_up(setting: Setting, store: TokenStore) -> Any:
    sg = harness.ARCHITECTURES[setting.architecture]
    model = harness.wordneg_model(store, sampler=setting.sampler, sg=sg, workers=1, epochs=1)
    model.train()
    return model


def _epoch(model: Any) -> tuple[float, float]:
    """Train another epoch; return its seconds, and the share of them spent on refreshing."""
    model.train()
    report = model.history[-1]
    return report.seconds, report.refresh_seconds / report.seconds


def _markdown(times: dict[Setting, list[tuple[float, float]]]) -> str:
    medians = {setting: statistics.median(seconds for seconds, _ in values) for setting, values in times.items()}
    rows = []
    for setting, values in times.items():
        ratio = medians[setting] / medians[Setting(setting.architecture, BASELINE)]
        rows.append([*setting, f"{ratio:.2f} ×", f"{statistics.median(share for _, share in values):.1%}"])
    note = (
        f"Training time of an epoch beside `{BASELINE}`, and the share of it spent on refreshing: medians, one worker, "
        f"{harness.SETTINGS_TEXT}, interleaved. The epoch is the second; compiling is left out."
    )
    return f"{harness.table(['architecture', 'sampler', 'time', 'refreshing'], rows, left=2)}\n\n{note}"


if __name__ == "__main__":
    main()
