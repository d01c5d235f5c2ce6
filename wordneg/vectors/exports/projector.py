"""A folder for TensorBoard's Embedding Projector.

=======================  ===============================================================
tensors.tsv              the vectors, a line each, with tabs between numbers
metadata.tsv             a line of names, then a line for each word: the word, its counts
projector_config.pbtxt   what ``tensorboard --logdir`` asks for
=======================  ===============================================================

The projector splits lines at tabs and knows no quotes, skips lines that are blank, and takes the first line for names
only if there is a tab in it. So there are always two columns, and control characters are written as escapes.
"""

from __future__ import annotations

import os
from typing import IO

import numpy as np

from wordneg.common.messages import printable
from wordneg.files.folders import write_folder
from wordneg.files.vectors import VectorTable, require_finite

__all__ = ["save_projector"]

_CONFIG = b"""\
embeddings {
  tensor_name: "words"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
}
"""


def save_projector(folder: str | os.PathLike[str], table: VectorTable, *, overwrite: bool = False) -> None:
    """Write words and vectors as a folder; see `wordneg.WordVectors.save_projector`."""
    require_finite(folder, table.words, table.vectors)

    def tensors(stream: IO[bytes]) -> None:
        for row in table.vectors:
            stream.write(("\t".join(map(str, row)) + "\n").encode())

    def metadata(stream: IO[bytes]) -> None:
        columns = dict(table.attributes) or {"index": np.arange(len(table.words))}
        stream.write("\t".join(["word", *columns]).encode() + b"\n")
        for word, *values in zip(table.words, *(column.tolist() for column in columns.values()), strict=True):
            stream.write("\t".join([_cell(word), *map(str, values)]).encode("utf8", "replace") + b"\n")

    def config(stream: IO[bytes]) -> None:
        stream.write(_CONFIG)

    files = {"tensors.tsv": tensors, "metadata.tsv": metadata, "projector_config.pbtxt": config}
    write_folder(folder, files, last=("projector_config.pbtxt",), overwrite=overwrite)


def _cell(word: str | int) -> str:
    return printable(str(word)).replace("\t", "\\t").replace("\n", "\\n")
