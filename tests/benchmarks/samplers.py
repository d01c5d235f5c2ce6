"""What each sampler costs and gives: training time beside `unigram`, and quality at each one's own best learning rate.

The learning rate is tuned for every sampler, on a prefix of the corpus with another seed, since at one shared rate a
sampler that pulls harder is mostly a higher rate in disguise. Finished runs are kept in ``samplers.jsonl`` in the
results folder; a benchmark that was killed goes on from there.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple

import harness
from records import ANALOGIES, BUNDLED, Journal, add_similarity, difference, half_width, mean, score

from wordneg import TokenStore, corpora, encode, evaluation
from wordneg.common.machine import available_cores
from wordneg.samplers import SAMPLERS

PROTOCOLS = {
    "CBOW": {"sg": 0, "window": 8, "negative": 15, "sample": 1e-3},
    "skip-gram": {"sg": 1, "window": 5, "negative": 5, "sample": 1e-3},
}
RATES = (0.0125, 0.025, 0.05, 0.1, 0.2)
BASELINE = "unigram"
TUNING_SEED = 100
DIVERGED = -1.0


class Setting(NamedTuple):
    """What is trained: an architecture and a sampler, as JSON if it has options.

    JSON with a key ``sampler`` holds arguments of `Word2Vec`, so that an objective or a number of epochs can be a row.
    """

    architecture: str
    sampler: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What `Word2Vec` takes beside the protocol."""
        choice = json.loads(self.sampler) if self.sampler.startswith("{") else self.sampler
        return choice if "sampler" in choice and isinstance(choice, dict) else {"sampler": choice}

    @property
    def short(self) -> str:
        """The setting as tables show it."""
        others = self.arguments
        sampler = others.pop("sampler")
        options = {} if isinstance(sampler, str) else dict(sampler)
        name = options.pop("name", sampler)
        parts = [f"{key} {value}" for key, value in (options | others).items()]
        return f"{name} ({', '.join(parts)})" if parts else name


def main() -> None:
    """Run the parts that were asked for, and publish."""
    args = _arguments()
    settings = [Setting(architecture, sampler) for architecture in args.architectures for sampler in args.samplers]
    with harness.plain_text(args.corpus) as text:
        store = encode(corpora.open_corpus(text), min_count=5)
    parts, results = [], {}
    if args.repeats:
        times = measure_times(settings, store.head(args.prefix), args.repeats)
        parts.append(_times_table(settings, times))
        results["times"] = {" ".join(setting): values for setting, values in times.items()}
    if args.seeds:
        pairs = [evaluation.read_word_pairs(source) for source in (*args.similarity, *BUNDLED)]
        runs = Runs(Journal(args.results / "samplers.jsonl"), pairs, args)
        rates = {setting: tune(setting, store.head(args.prefix), runs) for setting in settings}
        records = {
            setting: [
                runs.get(setting, store, rates[setting], seed, report=seed == 1) for seed in range(1, args.seeds + 1)
            ]
            for setting in settings
        }
        parts.append(_quality_tables(records, rates, [benchmark.name for benchmark in pairs] + [ANALOGIES], args))
        results["quality"] = [record for entries in records.values() for record in entries]
    harness.publish(args.name, "\n\n".join(parts), results, args)


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    parser.add_argument("corpus", type=harness.existing_file, help="a text file, plain or .gz, a sentence a line")
    parser.add_argument(
        "--samplers", nargs="+", default=SAMPLERS.names(), metavar="SAMPLER", help="names, or JSON objects"
    )
    parser.add_argument("--architectures", nargs="+", choices=tuple(PROTOCOLS), default=tuple(PROTOCOLS))
    add_similarity(parser)
    parser.add_argument("--prefix", type=int, default=1_600_000, help="tokens for speed and tuning (%(default)s)")
    parser.add_argument("--repeats", type=int, default=5, help="timings of each; 0 for none (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="0 for no quality (default: %(default)s)")
    parser.add_argument("--epochs", type=harness.at_least_one, default=5, help="default: %(default)s")
    parser.add_argument("--workers", type=harness.at_least_one, default=available_cores(), help="default: all cores")
    parser.add_argument("--name", default="samplers", help="of the result files and the markers (default: %(default)s)")
    args = harness.parse(parser, "samplers")
    args.samplers = [BASELINE, *(sampler for sampler in args.samplers if sampler != BASELINE)]
    return args


# --- cost ---------------------------------------------------------------------------------------------------


def measure_times(
    settings: Sequence[Setting], store: TokenStore, repeats: int
) -> dict[Setting, list[tuple[float, float]]]:
    """Return, for every setting, seconds of one epoch and the share of them spent on refreshing, one worker.

    At `harness.SETTINGS`; the epoch is the second, after warm-ups; compiling is left out.
    """
    models = {}
    for setting in settings:
        fixed = {"sg": PROTOCOLS[setting.architecture]["sg"], "workers": 1, "epochs": 1}
        model = harness.wordneg_model(store, **setting.arguments | fixed)
        model.train()
        models[setting] = model

    def epoch(model: Any) -> tuple[float, float]:
        model.train()
        report = model.history[-1]
        return report.seconds, report.refresh_seconds / report.seconds

    tasks = {setting: (lambda model=model: epoch(model)) for setting, model in models.items()}
    return harness.interleaved(tasks, repeats)


def _times_table(settings: Sequence[Setting], times: dict[Setting, list[tuple[float, float]]]) -> str:
    medians = {setting: statistics.median(seconds for seconds, _ in values) for setting, values in times.items()}
    rows = []
    for setting in settings:
        ratio = medians[setting] / medians[Setting(setting.architecture, BASELINE)]
        refreshing = statistics.median(share for _, share in times[setting])
        rows.append([setting.architecture, setting.short, f"{ratio:.2f} ×", f"{refreshing:.1%}"])
    note = (
        f"Training time of an epoch beside `{BASELINE}`, and the share of it spent on refreshing: medians, one worker, "
    )
    header = ["architecture", "sampler", "time", "refreshing"]
    return f"{harness.table(header, rows, left=2)}\n\n{note}{harness.SETTINGS_TEXT}, interleaved."


# --- quality ------------------------------------------------------------------------------------------------


class Runs:
    """Trained and scored models, each made once and kept in the journal."""

    def __init__(self, journal: Journal, pairs: list[Any], args: argparse.Namespace) -> None:
        self._journal, self._pairs, self._args = journal, pairs, args
        self._names = [benchmark.name for benchmark in pairs] + [ANALOGIES]

    def get(self, setting: Setting, store: TokenStore, rate: float, seed: int, report: bool = False) -> dict[str, Any]:
        """Return the record of a run, if asked for with its report; a training that diverges has no scores."""
        args = self._args
        protocol = PROTOCOLS[setting.architecture] | {"epochs": args.epochs, "workers": args.workers, "alpha": rate}
        protocol |= {key: value for key, value in setting.arguments.items() if key != "sampler"}
        run = {"sampler": setting.sampler, "seed": seed, "corpus": store.fingerprint, **protocol}
        record = self._journal.find(run, [])
        if record is not None:
            return record
        harness.say(f"{setting.architecture}, {setting.short}, alpha {rate}, seed {seed}, {len(store.tokens):,} words")
        model = harness.wordneg_model(store, seed=seed, sampler=setting.arguments["sampler"], **protocol)
        record = {"run": run, "scores": {}, "seconds": None}
        try:
            model.train()
        except FloatingPointError:
            harness.say("… diverged")
        else:
            record["scores"] = score(model.wv, self._pairs)
            record["seconds"] = sum(report.seconds for report in model.history)
            record["loss"] = [epoch.loss for epoch in model.history]
            if report:
                record["report"] = model.sampler_report().as_dict()["samplers"][0]
        self._journal.add(record)
        return record


def tune(setting: Setting, prefix: TokenStore, runs: Runs) -> float:
    """Return the learning rate with the best mean of all scores on the prefix.

    Walks up from 0.05 while that is better, else down, past rates at which training diverges.
    """

    def value(rate: float) -> float:
        scores = runs.get(setting, prefix, rate, TUNING_SEED)["scores"]
        return statistics.fmean(scores.values()) if scores else DIVERGED

    best = RATES.index(0.05)
    for step in (1, -1):
        while 0 <= best + step < len(RATES):
            here, there = value(RATES[best]), value(RATES[best + step])
            if not (there > here or (step < 0 and here == DIVERGED)):
                break
            best += step
    return RATES[best]


def _quality_tables(
    records: dict[Setting, list[dict[str, Any]]],
    rates: dict[Setting, float],
    names: list[str],
    args: argparse.Namespace,
) -> str:
    tables = []
    for architecture in args.architectures:
        rows = []
        for setting, entries in records.items():
            if setting.architecture != architecture:
                continue
            row = [setting.short, f"{rates[setting]:g}"]
            baseline = records[Setting(architecture, BASELINE)]
            for name in names:
                sample, other = _scores(entries, name), _scores(baseline, name)
                row.append("diverged" if len(sample) < len(entries) else f"{mean(sample)}{_mark(sample, other)}")
            seconds = [record["seconds"] for record in entries if record["seconds"] is not None]
            rows.append([*row, f"{statistics.median(seconds):.1f} s" if seconds else ""])
        header = [architecture, "alpha", *names, "training"]
        tables.append(harness.table(header, rows))
        tables.append(_differences_table(architecture, records, names))
        tables.append(_reports_table(architecture, records))
    tried = ", ".join(f"{rate:g}" for rate in RATES)
    seeds = "one seed"
    if args.seeds > 1:
        seeds = (
            f"means of {args.seeds} seeds with 95 % t-intervals. ▲ and ▼ mark means whose difference to `{BASELINE}` "
            "has an interval (Welch's) without zero; no correction for many comparisons"
        )
    note = (
        f"Spearman correlations, and the share of {ANALOGIES}'s analogies solved: {seeds}."
        f" {args.epochs} epochs, 100 dimensions, workers: {args.workers}. "
        "CBOW: window 8, 15 negatives; skip-gram: window 5, 5 negatives; sample 1e-3. Each learning rate is the best of"
        f" {tried} on the first {args.prefix:,} words, by the mean of all scores. What a sampler does is measured on"
        " the vectors of the first seed, by `Word2Vec.sampler_report`."
    )
    return "\n\n".join([*tables, note])


def _scores(entries: list[dict[str, Any]], name: str) -> list[float]:
    return [record["scores"][name] for record in entries if record["scores"]]


def _mark(sample: list[float], baseline: list[float]) -> str:
    half = half_width(sample, baseline)
    gap = statistics.fmean(sample) - statistics.fmean(baseline)
    return "" if half is None or abs(gap) <= half else " ▲" if gap > 0 else " ▼"


def _differences_table(architecture: str, records: dict[Setting, list[dict[str, Any]]], names: list[str]) -> str:
    baseline = records[Setting(architecture, BASELINE)]
    rows = []
    for setting, entries in records.items():
        whole = all(record["scores"] for record in entries)
        if setting.architecture == architecture and setting.sampler != BASELINE and whole:
            rows.append([setting.short, *(difference(_scores(entries, n), _scores(baseline, n)) for n in names)])
    return harness.table([f"{architecture}: minus {BASELINE}", *names], rows)


def _reports_table(architecture: str, records: dict[Setting, list[dict[str, Any]]]) -> str:
    columns = {
        "by the rule": ("hard_share", ".0%"),
        "positive's score": ("positive_score", ".2f"),
        "negatives' score": ("negative_score", ".2f"),
        "false negatives": ("false_negatives", ".0%"),
        "slope of positives": ("positive_slope", ".2f"),
        "slope of negatives": ("negative_slope", ".2f"),
        "entropy, bits": ("entropy", ".1f"),
        "rare words": ("rare", ".0%"),
        "bias of the gradient": ("gradient_bias", ".2f"),
    }
    rows = []
    for setting, entries in records.items():
        if setting.architecture == architecture and (report := entries[0].get("report")):
            values = [(report[field], form) for field, form in columns.values()]
            rows.append([setting.short, *("" if value is None else format(value, form) for value, form in values)])
    return harness.table([f"{architecture}: what it does", *columns], rows)


if __name__ == "__main__":
    main()
