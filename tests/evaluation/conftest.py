"""What the tests of `evaluation` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a benchmark file: ``write("love\\tsex\\t6.77\\n")``."""

    def write_file(text: str, name: str = "benchmark.txt", encoding: str = "utf8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write_file


@pytest.fixture
def keyed_vectors() -> Callable[..., Any]:
    """Build gensim's KeyedVectors: ``keyed_vectors(words, matrix)``."""
    models = pytest.importorskip("gensim.models")

    def build(words: list[str], matrix: np.ndarray) -> Any:
        vectors = models.KeyedVectors(matrix.shape[1])
        vectors.add_vectors(words, matrix.astype(np.float32))
        return vectors

    return build
