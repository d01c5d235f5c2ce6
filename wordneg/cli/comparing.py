"""``wordneg compare`` and ``wordneg report``: which setting is better, and by how much."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordneg.cli.console import show, tell, telling
from wordneg.cli.corpora import TEXT_OPTIONS, open_corpora, refuse_overwriting, refuse_results_within
from wordneg.cli.errors import UsageError, stated
from wordneg.cli.files import is_standard_output, output_path, refuse_twice, require_writable
from wordneg.cli.options import DEBUG, JSON, PROGRESS, QUIET, Option, Parser, in_flags, number, setting, whole
from wordneg.cli.settings import SETTINGS
from wordneg.cli.signals import SIGNALS
from wordneg.common.progress import wanted
from wordneg.common.settings import SettingError

if TYPE_CHECKING:
    from wordneg.comparison import Comparison, Request

__all__ = ["compare_parser", "report_parser"]

_FAILED = 1
_REPORT = "report.html"
_SAMPLE_NAME = "wikipedia-sample"
_SAMPLE = {"sg": 1, "seeds": 3}

_COMPARE = """\
Compare negative samplers or other settings: train each with several seeds, score the vectors, and test which differ.

CORPUS is what `wordneg train` takes. Without it, the Wikipedia sample that comes with wordneg is used, with skip-gram,
5 epochs and 3 seeds: that takes about a minute.

A plan (PLAN.toml) is a file that describes a whole comparison; --save-plan writes one. It may stand in place of CORPUS
or before it. A corpus and options on the command line take precedence over the plan's.

The results have a row for each sampler; for an option with a list (--window 5,10), they have a row for each of its
values. Each row is first tuned on a prefix of the text, so that it is compared at its own best learning rate. A run
that fails becomes a row that says why; if all fail, the exit code is 1."""

_COMPARE_EPILOG = """\
With --out, every finished run is kept in DIR: the same command goes on where it stopped, a command with more seeds,
samplers or benchmarks extends what is there, and `wordneg report DIR` shows the results again. DIR/report.html holds
everything.

examples:
  wordneg compare --out results
  wordneg compare news.txt --samplers unigram,adaptive,optrank --seeds 5 --out results
  wordneg compare news.txt --samplers '["unigram", {"name": "dns", "candidates": 64}]' --budget time --out results
  wordneg compare news.txt --samplers unigram --objectives logistic,softmax --sg --extra theirs=glove.txt
  wordneg compare news.txt --samplers unigram,adaptive --sg --wordrank --wordrank-option epochs=30 --out results
  wordneg compare news.txt --samplers unigram --sg --all-vec --closed-form --out results
  wordneg compare sessions.txt --samplers unigram,uniform,dns --benchmarks next-item --tune-by benchmarks
  wordneg compare news.txt --samplers unigram,dns --save-plan plan.toml
  wordneg compare plan.toml --seeds 10 --out results
  wordneg compare news.txt --samplers unigram,dns --tune-setting alpha --tune-setting sampler.candidates=8,32
"""

_REPORT_TEXT = """\
Show the results of a comparison again: print the table, and write the report, a single HTML file that opens offline.

DIR is the folder that `wordneg compare` got as --out; its comparison need not be finished. --csv, --parquet and
--save-plan write their files instead of the report."""


def _listed(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a parser of one value, or of several between commas."""

    def parsed(text: str) -> Any:
        values = [parse(part.strip()) for part in text.split(",")]
        return values if len(values) > 1 else values[0]

    return parsed


def _choices(text: str) -> Any:
    """Return names between commas, or what a JSON object or list says."""
    if not text.lstrip().startswith(("{", "[")):
        return [name.strip() for name in text.split(",") if name.strip()]
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"got {text!r}, which is not JSON: {error}") from None


def _method_options(name: str, method: str, example: str) -> tuple[Option, Option]:
    """Return the flag that adds a row of a method, and the one of its settings."""
    return (
        Option(name, f"{method}, on the co-occurrences of the text, as another row", "flag", group="measures"),
        Option(
            f"{name}_option",
            f"a setting of that row, such as {example}; may be repeated",
            parse=setting,
            metavar="KEY=VALUE",
            repeatable=True,
            group="measures",
        ),
    )


_METHODS = ("wordrank", "all_vec", "closed_form")
"""The arguments of `wordneg.compare` that add rows of methods."""


def _tuned_setting(text: str) -> tuple[str, Any]:
    """Return the setting and values of ``NAME``, ``NAME=LOW..HIGH`` or ``NAME=VALUE,VALUE``."""
    name, equals, values = text.partition("=")
    if not equals or ".." in values or values == "auto":
        return name, values or None
    return name, [setting(f"{name}={value}")[1] for value in values.split(",")]


def _tuned(settings: Sequence[tuple[str, Any]]) -> str | dict[str, Any]:
    """Return what is tuned: one setting without values, or several."""
    if twice := [name for place, (name, _) in enumerate(settings) if name in dict(settings[:place])]:
        raise UsageError(f"got --tune-setting {twice[0]} twice; give all its values at once, as {twice[0]}=5,10")
    (name, values), *others = settings
    return name if values is None and not others else dict(settings)


def _named_file(text: str) -> tuple[str, str]:
    """Return the row and the file of ``ROW=FILE``."""
    row, equals, path = text.partition("=")
    if not (row and equals and path):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected ROW=FILE such as theirs=glove.txt")
    return row, path


_OWN = {"seed", "sampler", "sampler_option", "objective", "objective_option", "compute_loss", "epochs"}

_OPTIONS = (
    Option(
        "samplers",
        "names between commas, or JSON with settings (default: unigram,adaptive,dns,optrank)",
        parse=_choices,
        metavar="NAMES",
    ),
    Option(
        "objectives",
        "names between commas, or JSON with settings (default: the objective that each sampler has)",
        parse=_choices,
        metavar="NAMES",
    ),
    Option("seeds", "how many seeds, or which: 1,2,3 (default: 5)", parse=_listed(whole), metavar="N"),
    Option("epochs", "passes over the corpus (default: 5)", parse=_listed(whole), metavar="N"),
    Option(
        "out",
        "keep the results in this folder, and go on with the comparison that it holds",
        metavar="DIR",
        default=None,
    ),
    Option(
        "scheduler",
        "let the Dask cluster of this scheduler train; all its workers must see the folder of --out",
        metavar="ADDRESS",
        default=None,
    ),
    Option(
        "save_plan",
        "write the plan of the comparison to this file, instead of making the comparison",
        metavar="FILE",
        default=None,
    ),
    *TEXT_OPTIONS,
    Option("tune", "tune each row first (default)", "switch", group="fairness"),
    Option(
        "tune_setting",
        "a setting to tune (default: alpha), perhaps with values (1e-5..1e-3 or 5,10); may be repeated",
        parse=_tuned_setting,
        metavar="NAME[=VALUES]",
        repeatable=True,
        group="fairness",
    ),
    Option(
        "tune_by",
        "what decides which value is best: held-out (default) or benchmarks",
        metavar="NAME",
        group="fairness",
    ),
    Option("tune_words", "words to tune a row with, at most", parse=whole, metavar="N", group="fairness"),
    Option(
        "budget",
        "what all rows have the same of: epochs (default), time or candidates",
        metavar="NAME",
        group="fairness",
    ),
    Option("baseline", "the row that others are compared with; by default the first", metavar="ROW", group="fairness"),
    Option(
        "benchmarks",
        "names or files between commas; next-item and next-item-outputs are for sessions and walks",
        parse=_choices,
        metavar="NAMES",
        group="measures",
    ),
    Option("folder", "where to look for benchmarks first", metavar="DIR", group="measures"),
    Option(
        "held_out",
        "share of the text to keep out of training and to measure by; 0 for none (default: 0.05)",
        parse=number,
        metavar="X",
        group="measures",
    ),
    Option(
        "extra",
        "a file of vectors as another row; may be repeated",
        parse=_named_file,
        metavar="ROW=FILE",
        repeatable=True,
        group="measures",
    ),
    Option("gensim", "gensim's own trainer as another row", "flag", group="measures"),
    *_method_options("wordrank", "WordRank", "epochs=30"),
    *_method_options("all_vec", "AllVec", "epochs=20"),
    *_method_options("closed_form", "ClosedForm", "window=10"),
    PROGRESS,
    QUIET,
    JSON,
    DEBUG,
    *(
        replace(option, parse=_listed(option.parse)) if option.kind == "value" else option
        for option in SETTINGS
        if option.name not in _OWN
    ),
)


def compare_parser() -> Parser:
    """Return the parser of ``wordneg compare``."""
    made = Parser(
        "compare",
        "[PLAN.toml] [CORPUS ...] [options]",
        description=_COMPARE,
        epilog=_COMPARE_EPILOG,
        options=_OPTIONS,
        run=_compare,
    )
    made.add_argument("corpus", metavar="CORPUS", nargs="*", help="files, folders, patterns, names, or -; or a plan")
    return made


def report_parser() -> Parser:
    """Return the parser of ``wordneg report``."""
    options = (
        Option("output", "the report (default: DIR/report.html)", metavar="FILE", aliases=("-o",), default=None),
        Option("csv", "write every score of every run as comma-separated values", metavar="FILE", default=None),
        Option("parquet", "write the same scores as Parquet, which needs pyarrow", metavar="FILE", default=None),
        Option("save_plan", "write the plan of the comparison", metavar="FILE", default=None),
        JSON,
        DEBUG,
    )
    made = Parser("report", "DIR [options]", description=_REPORT_TEXT, options=options, run=_report)
    made.add_argument("folder", metavar="DIR", help="the results of a comparison")
    return made


def _compare(args: argparse.Namespace) -> int:
    from wordneg.comparison.making import make

    plans = [name for name in args.corpus if name.endswith(".toml")]
    request = _requested(args)
    if args.save_plan is not None:
        given = dict(getattr(args, "extra", ())).values()
        benchmarks = [one for one in request.source.get("benchmarks", ()) if isinstance(one, str)]
        refuse_overwriting([_plan_path(args.save_plan)], [*plans, *given, *benchmarks], "the input")
        return _write_plan(request, args.save_plan)
    executor = None if args.scheduler is None else _connected(args)
    names = args.corpus or request.source.get("corpus") or [_SAMPLE_NAME]
    refuse_results_within(names, args.out)
    text = argparse.Namespace(**{name: request.source.get(name) for name in ("tokenize", "encoding", "unicode_errors")})
    corpus = open_corpora(names, text, show_download=not args.quiet)
    progress = False if args.quiet and args.progress is None else args.progress
    with nullcontext() if args.quiet or wanted(progress) else telling("wordneg.comparison"):
        comparison = make(request, corpus, out=args.out, executor=executor, progress=progress)
    report = None if args.out is None else os.path.join(args.out, _REPORT)
    _show(comparison, report, as_json=args.json, progress=progress)
    if args.out is None and not args.quiet:
        tell("wordneg: the runs are not kept; --out DIR keeps them, and writes a report with pictures")
    if comparison.missing:
        return SIGNALS.exit_code()
    return 0 if any(run.status == "done" for run in comparison.runs) else _FAILED


def _connected(args: argparse.Namespace) -> Any:
    """Return a client of the cluster that is to train."""
    from wordneg.word2vec.cluster.connecting import check_workers, connect

    if args.out is None:
        raise UsageError("got --scheduler without --out DIR, a folder that all workers see and write their runs to")
    client = connect(args.scheduler)
    check_workers(client)
    return client


def _plan_path(text: str) -> str:
    """Return the path of a plan, whose name says that it is one."""
    path = output_path(text)
    if not text.endswith(".toml") and not is_standard_output(path):
        raise UsageError(
            f"got --save-plan {text}, expected a name that ends in .toml, by which a plan is told from text"
        )
    return path


def _write_plan(request: Request, path: str) -> int:
    from wordneg.comparison.plan import write_plan

    path = _plan_path(path)
    require_writable(path)
    write_plan(request, path)
    if not is_standard_output(path):
        tell(f"wordneg: {path} holds the plan; `wordneg compare {shlex.quote(path)}` makes the comparison")
    return 0


def _arguments(args: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `Request.of` that the command line gives, those of a plan included."""
    plan: dict[str, Any] = {}
    plans = [name for name in args.corpus if name.endswith(".toml")]
    if plans:
        from wordneg.comparison.plan import load_plan

        if len(plans) > 1:
            raise UsageError(f"got {len(plans)} plans, {' and '.join(plans)}; give one")
        plan = load_plan(plans[0])
    args.corpus = [name for name in args.corpus if name not in plans]
    names = args.corpus or plan.pop("corpus", [])
    plan.pop("corpus", None)
    text = {name: getattr(args, name) or plan.pop(name, None) for name in ("tokenize", "encoding", "unicode_errors")}
    for name in text:
        plan.pop(name, None)
    source = {"corpus": names or [_SAMPLE_NAME]} | {name: value for name, value in text.items() if value}
    own = ("samplers", "objectives", "seeds", "epochs", "tune_by", "tune_words", "budget", "baseline", "benchmarks")
    given = [*own, "folder", "held_out", *(option.name for option in SETTINGS if option.name not in _OWN)]
    defaults = {} if names or plans else _SAMPLE
    asked = defaults | plan | {name: getattr(args, name) for name in given if hasattr(args, name)} | {"source": source}
    if not getattr(args, "tune", True):
        asked["tune"] = None
    elif hasattr(args, "tune_setting") or hasattr(args, "tune"):
        asked["tune"] = _tuned(getattr(args, "tune_setting", [("alpha", None)]))
    if hasattr(args, "extra"):
        asked["extra"] = dict(args.extra)
    if args.gensim:
        asked["gensim"] = True
    for name in _METHODS:
        if getattr(args, name) or hasattr(args, f"{name}_option"):
            asked[name] = dict(getattr(args, f"{name}_option", ())) or True
    return asked


def _requested(args: argparse.Namespace) -> Request:
    """Return what the command line asks for; no text is read.

    Raises
    ------
    UsageError
        If something is wrong in itself.
    """
    from wordneg.comparison import Request

    try:
        return Request.of(**_arguments(args), command=shlex.join(["wordneg", *sys.argv[1:]]))
    except SettingError as error:
        raise UsageError(in_flags(error, _OPTIONS)) from error
    except ValueError as error:  # of benchmarks and vectors
        if not stated(error):
            raise
        raise UsageError(str(error)) from error


def _report(args: argparse.Namespace) -> int:
    from wordneg.comparison import Comparison
    from wordneg.comparison.store import Store

    comparison = Comparison.open(args.folder)
    files = {
        output_path(path): write
        for path, write in ((args.csv, comparison.to_csv), (args.parquet, comparison.to_parquet))
        if path
    }
    plan = None if args.save_plan is None else _plan_path(args.save_plan)
    page = None if args.output is None else output_path(args.output)
    if page is None and not files and plan is None:
        page = os.path.join(args.folder, _REPORT)
    named = (("report", page), ("CSV", args.csv), ("Parquet", args.parquet), ("plan", plan))
    outputs = [(what, output_path(path)) for what, path in named if path]
    refuse_twice(outputs)
    for _, path in outputs:
        Store(Path(args.folder)).refuse_own(path)
        require_writable(path)
    if page is not None:
        _show(comparison, page, as_json=args.json)
    for path, write in files.items():
        write(path)
        if not is_standard_output(path):
            tell(f"wordneg: {path} holds {len(comparison.records()):,} scores of {len(comparison.runs)} runs")
    return 0 if plan is None else _write_plan(comparison.request, args.save_plan)


def _show(comparison: Comparison, report: str | None, *, as_json: bool, progress: bool | None = None) -> None:
    """Write the report, and print the findings and the table, whatever becomes of the other."""
    from wordneg.common.progress import Bar

    with Bar(0, progress, "testing the differences"):
        text = comparison.table().to_json() if as_json else str(comparison)
    try:
        if report is not None:
            with Bar(0, progress, "writing the report"):
                comparison.report(report)
            tell(f"wordneg: {report} holds the table, the plots and how they were made")
    finally:
        show(text, taken=report is not None and is_standard_output(report))
