"""The words that several models share: on others, a difference between them is one of coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wordneg.evaluation.policy import Policy
from wordneg.evaluation.vectors import Vectors, as_vectors

__all__ = ["shared_words"]


def shared_words(sources: Sequence[Any], policy: Policy | None = None) -> list[Vectors]:
    """Return several vectors, each with only the words that all of them know.

    Every benchmark then has the same items for all, and an analogy the same candidates.

    Parameters
    ----------
    sources : sequence of Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Two or more.
    policy : Policy, optional
        Which words are known, and which spellings are one word.

    Returns
    -------
    list of Vectors
        In the order given; the words of each in its own order and spelling.

    Raises
    ------
    ValueError
        They share no word.
    """
    chosen = policy or Policy()
    every = [as_vectors(source) for source in sources]
    folded = [[chosen.fold(word) for word in vectors.words[: chosen.restrict_vocab]] for vectors in every]
    shared = set(folded[0]).intersection(*folded[1:])
    if not shared:
        raise ValueError(f"the {len(every)} models share not one word ({chosen}): are they of the same language?")
    kept = [[row for row, word in enumerate(words) if word in shared] for words in folded]
    return [
        Vectors(tuple(vectors.words[row] for row in rows), vectors.matrix[rows])
        for vectors, rows in zip(every, kept, strict=True)
    ]
