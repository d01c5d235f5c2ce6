"""The Word Mover's Distance of two documents."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from wordneg.vectors.words import Key

__all__ = ["word_movers_distance"]

_logger = logging.getLogger(__name__)


def word_movers_distance(vectors: Any, document1: Iterable[Key], document2: Iterable[Key], *, norm: bool) -> float:
    """Return the distance of two documents, by the vectors of their words; see `wordneg.WordVectors.wmdistance`."""
    try:
        from ot import emd2
    except ImportError as error:
        raise ImportError("wmdistance needs POT, which is not installed: pip install POT") from error
    from scipy.spatial.distance import cdist

    masses, points = [], []
    for document in (document1, document2):
        tokens = list(document)
        counts = Counter(token for token in tokens if token in vectors)
        if counts.total() < len(tokens):
            _logger.info("%d of %d words of a document have no vector", len(tokens) - counts.total(), len(tokens))
        if not counts:
            _logger.warning("a document has no word with a vector")
            return float("inf")
        masses.append(np.array(list(counts.values()), np.float64) / counts.total())
        points.append(np.stack([vectors.get_vector(token, norm=norm) for token in counts]))
    return float(emd2(*masses, cdist(*points)))
