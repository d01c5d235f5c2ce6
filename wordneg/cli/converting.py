"""``wordneg convert``, which converts a vector file to another format."""

from __future__ import annotations

import argparse
import json

from wordneg.cli.files import EXTENSIONS, FORMATS, format_of, format_option, require_writable, write_vectors
from wordneg.cli.options import DEBUG, JSON, Parser

__all__ = ["parser"]

_EPILOG = f"""\
{EXTENSIONS}

examples:
  wordneg convert model.wordneg vectors.bin
  wordneg convert GoogleNews-vectors-negative300.bin.gz news.wordneg
"""


def parser() -> Parser:
    """Return the command's parser."""
    made = Parser(
        "convert",
        "IN OUT [--format NAME] [--json]",
        description="Read word vectors in any known format, and write them in another.",
        epilog=_EPILOG,
        options=[format_option(), JSON, DEBUG],
        run=_run,
    )
    made.add_argument("source", metavar="IN", help="vectors or a model, in any known format")
    made.add_argument("target", metavar="OUT", help="the file to write")
    return made


def _run(args: argparse.Namespace) -> int:
    file_format = format_of(args.target, args.format)
    require_writable(args.target)
    from wordneg.vectors.wordvectors import load_vectors

    vectors = load_vectors(args.source)
    write_vectors(vectors, args.target, file_format)
    if args.json:
        facts = {"path": args.target, "format": file_format, "words": len(vectors), "dimensions": vectors.vector_size}
        print(json.dumps(facts))
    else:
        print(f"{args.target}: {len(vectors):,} words × {vectors.vector_size}, {FORMATS[file_format]}")
    return 0
