"""``wordneg convert``, which converts a vector file to another format, or to a folder that other programs read."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from wordneg.cli.console import show
from wordneg.cli.corpora import refuse_overwriting
from wordneg.cli.errors import UsageError
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
from wordneg.cli.methods import METHODS
from wordneg.cli.options import DEBUG, JSON, Option, Parser
from wordneg.common.messages import counted

if TYPE_CHECKING:
    from wordneg.vectors.wordvectors import WordVectors

__all__ = ["parser"]

FOLDERS = {
    "pretrained": "a folder for sentence-transformers and model2vec",
    "projector": "a folder for TensorBoard's Embedding Projector",
}
"""The formats of folders."""

_FILES = {
    "pretrained": ("model.safetensors", "tokenizer.json", "README.md", "config.json", "modules.json"),
    "projector": ("tensors.tsv", "metadata.tsv", "projector_config.pbtxt"),
}
"""The files that are written into a folder."""

OUTPUTS = FORMATS | FOLDERS
"""The formats of files and of folders."""

_EPILOG = f"""\
{EXTENSIONS}

A folder needs --format:
  pretrained              what SentenceTransformer(OUT) and model2vec's
                          StaticModel.from_pretrained(OUT) load
  projector               tensors.tsv and metadata.tsv for TensorBoard's
                          Embedding Projector

examples:
  wordneg convert model.wordneg vectors.bin
  wordneg convert GoogleNews-vectors-negative300.bin.gz news.wordneg
  wordneg convert glove.840B.300d.zip glove.wordneg --limit 100000
  wordneg convert vectors.bin - --format text | head
  wordneg convert model.wordneg my-vectors --format pretrained
  wordneg convert model.wordneg projector --format projector --limit 10000
"""

_OVERWRITE = Option("overwrite", "replace files that are in the folder (files are always replaced)", kind="flag")


def parser() -> Parser:
    """Return the command's parser."""
    made = Parser(
        "convert",
        "IN OUT [--format NAME] [--limit N] [--overwrite] [--json]",
        description="Read word vectors in any known format, and write them in another.",
        epilog=_EPILOG,
        options=[format_option(OUTPUTS), *READING, _OVERWRITE, JSON, DEBUG],
        run=_run,
    )
    made.add_argument("source", metavar="IN", help="vectors or a model, in any known format; - for standard input")
    made.add_argument("target", metavar="OUT", help="the file or folder to write; - for standard output")
    return made


def _run(args: argparse.Namespace) -> int:
    target = output_path(args.target)
    file_format = args.format if args.format in FOLDERS else format_of(target, args.format)
    if file_format not in FOLDERS:
        require_writable(target)
    elif args.target == "-":
        raise UsageError(f"--format {file_format} writes a folder; give its name instead of -")
    written = [os.path.join(target, name) for name in _FILES[file_format]] if file_format in FOLDERS else [target]
    refuse_overwriting(written, [args.source], "the input")
    vectors = load_vectors(args.source, args)
    if file_format in FOLDERS:
        _write_folder(vectors, args)
    else:
        write_vectors(vectors, target, file_format)
    if args.json:
        facts = {"path": args.target, "format": file_format, "words": len(vectors), "dimensions": vectors.vector_size}
        told = json.dumps(facts)
    else:
        size = f"{counted(len(vectors), 'word')} × {vectors.vector_size}"
        told = f"{args.target}: {size}, {OUTPUTS[file_format]}"
    show(told, taken=is_standard_output(target))
    return 0


def _write_folder(vectors: WordVectors, args: argparse.Namespace) -> None:
    if args.format == "projector":
        vectors.save_projector(args.target, overwrite=args.overwrite)
    else:
        vectors.save_pretrained(args.target, model=_settings(args.source), overwrite=args.overwrite)


def _settings(source: str) -> dict[str, Any] | None:
    """Return the settings of the model that a file holds, if it holds a model."""
    from wordneg.files.storage import archive_metadata, held_kind

    kind = held_kind(source)
    method = next((method.class_name for method in METHODS.values() if method.kind == kind), None)
    if method is None:
        return None
    metadata = archive_metadata(source)
    chosen = {name: metadata[name] for name in ("sampler", "objective") if name in metadata}
    return {"method": method, **metadata.get("parameters", {}), **chosen}
