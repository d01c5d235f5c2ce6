"""``wordneg convert``, which converts a vector file to another format."""

from __future__ import annotations

import argparse
import json
import sys

from wordneg.cli.corpora import refuse_overwriting
from wordneg.cli.files import (
    EXTENSIONS,
    FORMATS,
    READING,
    format_of,
    format_option,
    is_standard_output,
    load_vectors,
    output_path,
    require_writable,
    write_vectors,
)
from wordneg.cli.options import DEBUG, JSON, Parser

__all__ = ["parser"]

_EPILOG = f"""\
{EXTENSIONS}

examples:
  wordneg convert model.wordneg vectors.bin
  wordneg convert GoogleNews-vectors-negative300.bin.gz news.wordneg
  wordneg convert glove.840B.300d.zip glove.wordneg --limit 100000
  wordneg convert vectors.bin - --format text | head
"""


def parser() -> Parser:
    """Return the command's parser."""
    made = Parser(
        "convert",
        "IN OUT [--format NAME] [--limit N] [--json]",
        description="Read word vectors in any known format, and write them in another.",
        epilog=_EPILOG,
        options=[format_option(), *READING, JSON, DEBUG],
        run=_run,
    )
    made.add_argument("source", metavar="IN", help="vectors or a model, in any known format; - for standard input")
    made.add_argument("target", metavar="OUT", help="the file to write; - for standard output")
    return made


def _run(args: argparse.Namespace) -> int:
    target = output_path(args.target)
    file_format = format_of(target, args.format)
    require_writable(target)
    refuse_overwriting([target], [args.source], "the input")
    vectors = load_vectors(args.source, args)
    write_vectors(vectors, target, file_format)
    if args.json:
        facts = {"path": args.target, "format": file_format, "words": len(vectors), "dimensions": vectors.vector_size}
        told = json.dumps(facts)
    else:
        told = f"{args.target}: {len(vectors):,} words × {vectors.vector_size}, {FORMATS[file_format]}"
    print(told, file=sys.stderr if is_standard_output(target) else sys.stdout)
    return 0
