"""A folder of vectors as sentence-transformers' StaticEmbedding and model2vec load it.

=================  ========================================================================
model.safetensors  ``embeddings``, a row for each word and one of zeros for what is no word
tokenizer.json     text to rows; see `wordneg.vectors.exports.tokenizer`
README.md          the model card
config.json        what model2vec asks for
modules.json       what sentence-transformers asks for
=================  ========================================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from typing import IO, Any

import numpy as np

from wordneg.common.extras import extra
from wordneg.files.folders import write_folder
from wordneg.files.formats import spelled_words
from wordneg.files.vectors import VectorTable
from wordneg.vectors.exports.modelcard import card_of, settings_of
from wordneg.vectors.exports.tokenizer import is_lowercase, tokenizer_of

__all__ = ["save_pretrained"]

_MODULE = "sentence_transformers.models.StaticEmbedding"


def save_pretrained(
    folder: str | os.PathLike[str],
    table: VectorTable,
    *,
    model: Any = None,
    scores: Any = None,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> None:
    """Write words and vectors as a folder; see `wordneg.WordVectors.save_pretrained`."""
    safetensors = extra("safetensors.numpy", "save_pretrained", "pretrained")
    words = spelled_words(folder, table.words, table.vectors)
    dtype = table.vectors.dtype if table.vectors.dtype.itemsize <= 4 else np.dtype(np.float32)
    rows = np.zeros((len(words) + 1, table.vectors.shape[1]), dtype)
    rows[:-1] = table.vectors
    card = card_of(
        words,
        rows.shape[1],
        name=name or os.path.basename(os.path.abspath(folder)),
        lowercase=is_lowercase(words),
        settings={} if model is None else settings_of(model),
        scores=scores,
        metadata=metadata or {},
    )
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": rows.shape[1],
        "embedding_dtype": dtype.name,
        "normalize": False,
        "max_length": None,  # model2vec would cut texts after 512 words
        "wordneg_version": version("wordneg"),
    }
    files: dict[str, Callable[[IO[bytes]], None]] = {
        "model.safetensors": lambda stream: _write(stream, safetensors.save({"embeddings": rows})),
        "tokenizer.json": partial(_write_json, value=tokenizer_of(words), indent=None),
        "README.md": lambda stream: _write(stream, card.encode()),
        "config.json": partial(_write_json, value=config),
        "modules.json": partial(_write_json, value=[{"idx": 0, "name": "0", "path": ".", "type": _MODULE}]),
    }
    write_folder(folder, files, last=("config.json", "modules.json"), overwrite=overwrite)


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)


def _write_json(stream: IO[bytes], value: Any, indent: int | None = 2) -> None:
    stream.write(json.dumps(value, ensure_ascii=False, indent=indent).encode())
