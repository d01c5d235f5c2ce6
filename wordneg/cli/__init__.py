"""The command line: ``wordneg COMMAND …``.

Results go to standard output, everything else to standard error. Each command is a module that is imported only
when it is used, so that ``--help`` and ``--version`` respond at once.

=====  ===================================================================================================
code   meaning
=====  ===================================================================================================
0      success
1      something failed: a file that cannot be read or written, a word without a vector; or wordneg has a bug
2      the command line itself is wrong; nothing was started
130    stopped by Ctrl-C; `train` first writes the vectors trained so far
129    stopped by SIGHUP, as Ctrl-C does it
141    the reader of the results closed the pipe, as ``| head`` does
143    stopped by SIGTERM, as Ctrl-C does it
=====  ===================================================================================================
"""

from __future__ import annotations

import importlib
import io
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, TextIO

from wordneg import __version__
from wordneg.cli import completing
from wordneg.cli.console import redirect_to_nowhere, safe_console, tell, telling
from wordneg.cli.errors import UsageError, sentence, stated
from wordneg.cli.layout import fitted
from wordneg.cli.options import Parser
from wordneg.cli.signals import SIGNALS
from wordneg.common.messages import near_misses
from wordneg.common.terminal import line_width

__all__ = ["main"]

_OK, _FAILED, _WRONG_USAGE, _PIPE_CLOSED = 0, 1, 2, 141

_COMMANDS = {
    "train": ("training:parser", "train word vectors on a corpus"),
    "neighbors": ("querying:parser", "find the nearest words of a word, and solve analogies"),
    "map": ("mapping:parser", "draw words as a map, with those that are alike near each other"),
    "convert": ("converting:parser", "convert a vector file to another format"),
    "evaluate": ("evaluating:evaluate_parser", "score vectors on similarity, analogies and categorization"),
    "benchmarks": ("evaluating:benchmarks_parser", "list the benchmarks that can be evaluated by name"),
    "compare": ("comparing:compare_parser", "compare samplers or other settings, and test the differences"),
    "report": ("comparing:report_parser", "show the results of a comparison again"),
    "reproduce": ("reproducing:reproduce_parser", "reproduce a paper's table next to the paper's numbers"),
    "corpora": ("listing:corpora_parser", "list the corpora that can be used by name"),
    "samplers": ("listing:samplers_parser", "list the negative samplers"),
    "objectives": ("listing:objectives_parser", "list the training objectives"),
}

_HELP = """\
usage: wordneg COMMAND ...
       wordneg COMMAND --help | --version

Word vectors trained on a CPU, with negative samplers to choose from.

commands:
{commands}

examples:
  wordneg train wikipedia-sample -o sample.bin
  wordneg train text8 -o text8.wordneg --sg --vector-size 200 --epochs 10
  wordneg neighbors text8.wordneg france
  wordneg neighbors text8.wordneg king woman --minus man
  wordneg map text8.wordneg -o map.svg --top 300
  wordneg compare text8 --samplers unigram,adaptive,optrank --out results
  wordneg convert text8.wordneg text8.vec.gz
  wordneg evaluate text8.wordneg

exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted (128 + the signal), 141 output pipe closed
"""

_REPORT = (
    "this is a mistake in wordneg, not yours; please report it with the lines above, the command and the version "
    f"({__version__}): https://github.com/wordneg/wordneg/issues"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default the arguments of the process.
    """
    if completing.asked():
        completing.complete({name: summary for name, (_, summary) in _COMMANDS.items()}, _parser)
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a word that the terminal cannot show is not an error
    with warnings.catch_warnings(), safe_console():
        warnings.showwarning = _show_warning
        with SIGNALS.handled():
            code = _guarded(arguments)
        return _flushed(code)


def _guarded(arguments: list[str]) -> int:
    """Run a command, turning exceptions into a message and an exit code."""
    debug = "--debug" in arguments
    try:
        return _dispatch(arguments)
    except UsageError as error:
        return _complain(str(error), _WRONG_USAGE)
    except SystemExit as finished:  # argparse has printed the help
        return int(finished.code or 0)
    except KeyboardInterrupt:
        return _complain("interrupted", SIGNALS.exit_code())
    except BrokenPipeError:
        return _PIPE_CLOSED
    except Exception as error:
        known = stated(error)
        if known and not debug:
            return _complain(sentence(error), _FAILED)
        traceback.print_exc()
        return _FAILED if known else _complain(_REPORT, _FAILED)


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        tell(_help(), end="")
        return _WRONG_USAGE
    command, *rest = arguments
    if command == "help" and rest:
        command, rest = rest[0], ["--help"]
    if command in ("-h", "--help", "help"):
        print(_help(), end="")
        return _OK
    if command == "--version":
        print(f"wordneg {__version__}")
        return _OK
    if command.startswith("-"):
        raise UsageError(
            f"got {command!r}, expected a command: {', '.join(_COMMANDS)}; "
            "for example: wordneg train text8 -o vectors.bin"
        )
    if command not in _COMMANDS:
        raise UsageError(
            f"there is no command {command!r}; the commands are {', '.join(_COMMANDS)}{near_misses(command, _COMMANDS)}"
        )
    args = _parser(command).parse(rest)
    with nullcontext() if getattr(args, "quiet", False) else telling("wordneg.compiled"):
        code: int = args.run(args)
    return code


def _parser(command: str) -> Parser:
    module, _, function = _COMMANDS[command][0].partition(":")
    parser: Parser = getattr(importlib.import_module(f"wordneg.cli.{module}"), function)()
    return parser


def _help() -> str:
    lines = [f"  {name:<12}{summary}" for name, (_, summary) in _COMMANDS.items()]
    return fitted(_HELP.format(commands="\n".join(lines)), line_width()) + "\n"


def _complain(message: str, code: int) -> int:
    tell(f"wordneg: {message}")
    return code


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> Any:
    tell(f"wordneg: warning: {message}")


def _flushed(code: int) -> int:
    """Flush standard output while an error can still be reported; return the exit code."""
    if sys.stdout is None:  # there is no standard output, for example under pythonw or with >&-
        return code
    try:
        if code != _PIPE_CLOSED:
            sys.stdout.flush()
            return code
    except BrokenPipeError:
        code = _PIPE_CLOSED
    except OSError as error:
        code = _complain(f"cannot write the results: {sentence(error)}", _FAILED)
    redirect_to_nowhere(sys.stdout)
    return code
