"""Several corpora as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .contracts import Corpus, FileCorpus
from .readers import TextCorpus
from .sources import chained_source

__all__ = ["JoinedCorpus", "join"]


class JoinedCorpus:
    """Several corpora, read one after another.

    Parameters
    ----------
    parts : sequence of Corpus
        The corpora.
    """

    def __init__(self, parts: Sequence[Corpus]) -> None:
        self.name = _joined_name(parts)
        self.one_shot = any(part.one_shot for part in parts)
        self.files = tuple(file for part in parts if isinstance(part, FileCorpus) for file in part.files)
        self._parts = parts

    def __iter__(self) -> Iterator[list[str]]:
        for part in self._parts:
            yield from part

    def __repr__(self) -> str:
        return f"JoinedCorpus({self.name!r})"


def join(parts: Sequence[Corpus]) -> Corpus:
    """Return several corpora as one: text files as a `TextCorpus`, anything else as a `JoinedCorpus`.

    Parameters
    ----------
    parts : sequence of Corpus
        One or more corpora, read in this order.
    """
    if len(parts) == 1:
        return parts[0]
    texts = [part for part in parts if isinstance(part, TextCorpus)]
    if len(texts) == len(parts) and len({text.decoding for text in texts}) == 1:
        return TextCorpus(chained_source([text.source for text in texts], name=_joined_name(parts)), texts[0].decoding)
    return JoinedCorpus(parts)


def _joined_name(parts: Sequence[Corpus]) -> str:
    others = len(parts) - 1
    return f"{parts[0].name} and {others:,} other{'' if others == 1 else 's'}"
