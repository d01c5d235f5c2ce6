"""`HnswIndexer`: neighbors by an index, for vectors of so many words that going through all of them takes too long.

The index is usearch's: of the libraries that keep up with Python's versions, it has wheels for every platform, a free
license (Apache 2.0) and no dependencies beyond NumPy and tqdm. hnswlib is as good, but has no wheels.
"""

from __future__ import annotations

import os
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wordneg.common.extras import extra
from wordneg.files.storage import read_archive, write_archive
from wordneg.vectors.matrix import unit

__all__ = ["HnswIndexer"]

_KIND = "index"


class HnswIndexer:
    """An index of word vectors that finds nearly all nearest words, without going through all words.

    It is made once, in time about proportional to the number of words, and then given to `most_similar`::

        indexer = HnswIndexer(wv)
        wv.most_similar("king", indexer=indexer)

    The words of a query may be among the answers, as with gensim's indexers.

    Parameters
    ----------
    wv : WordVectors
        The vectors, or a model that has them as its ``wv``. The index does not follow later changes.
    connectivity : int
        The number of other words that each word is linked with (M in the paper). More links find more neighbors, and
        take more memory.
    expansion_add, expansion_search : int
        How many candidates are kept while a word is added (efConstruction), or searched for (ef). More find more, and
        take longer. The defaults found .999 of the ten nearest words of Wikipedia's 9,002, and .98 for its hundred most
        frequent words, which are the hardest to find.
    dtype : {"f32", "f16", "bf16", "i8"}
        The type of the numbers in the index. Shorter types take less memory, and give less exact cosines.
    threads : int
        The number of threads that add words; 0 for all cores. Only with 1 is the index the same from run to run.

    Attributes
    ----------
    index_to_key : list of str or int
        The words.

    Raises
    ------
    ImportError
        When usearch is not installed: ``pip install "wordneg[index]"``.
    ValueError
        When there are no words.

    References
    ----------
    Yury Malkov and Dmitry Yashunin (2020), Efficient and Robust Approximate Nearest Neighbor Search Using Hierarchical
    Navigable Small World Graphs, IEEE Transactions on Pattern Analysis and Machine Intelligence 42, algorithms 1 to 5.
    """

    def __init__(
        self,
        wv: Any,
        *,
        connectivity: int = 32,
        expansion_add: int = 256,
        expansion_search: int = 128,
        dtype: str = "f32",
        threads: int = 0,
    ) -> None:
        vectors = getattr(wv, "wv", wv)
        if not len(vectors):
            raise ValueError("there are no words to index; train or load some vectors first")
        settings = {
            "ndim": vectors.vector_size,
            "connectivity": connectivity,
            "expansion_add": expansion_add,
            "expansion_search": expansion_search,
            "dtype": dtype,
        }
        index = _new_index(settings)
        # scaled here, as a vector of length 0 has a cosine of 0 with all
        index.add(np.arange(len(vectors), dtype=np.uint64), vectors.get_normed_vectors(), threads=threads)
        self._take(index, list(vectors.index_to_key), settings)

    def _take(self, index: Any, words: list[Any], settings: dict[str, Any]) -> None:
        self._index, self.index_to_key, self._settings = index, words, settings

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._settings.items() if name != "ndim")
        return f"{type(self).__name__}({len(self)} words × {self._settings['ndim']}, {shown})"

    def most_similar(self, vector: npt.ArrayLike, num_neighbors: int) -> list[tuple[Any, float]]:
        """Return about the nearest words of a (D,) vector, with their cosines, nearest first.

        This is what `wordneg.WordVectors.most_similar` calls, and gensim's with ``indexer=``.
        """
        query = unit(np.asarray(vector, np.float32))
        if query.shape != (self._settings["ndim"],):
            raise ValueError(f"got a vector of shape {query.shape}, expected ({self._settings['ndim']},) as indexed")
        found = self._index.search(query, min(num_neighbors, len(self)))
        return [
            (self.index_to_key[int(key)], 1 - float(distance))
            for key, distance in zip(found.keys, found.distances, strict=True)
        ]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index and its words to one file, atomically.

        Raises
        ------
        OSError
            When the disk refuses; an old file at `path` is untouched.
        """
        arrays = {"graph": np.frombuffer(self._index.save(), np.uint8)}
        write_archive(path, _KIND, {"settings": self._settings}, arrays, words=self.index_to_key)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read an index that `save` wrote.

        usearch takes the graph as it is: load files that you trust.

        Raises
        ------
        OSError
            When the file cannot be read.
        ValueError
            When it is another kind of file, damaged or cut short.
        """
        archive = read_archive(path, _KIND)
        settings = archive.metadata.get("settings")
        graph = archive.arrays.get("graph")
        if archive.words is None or graph is None or not isinstance(settings, dict):
            raise ValueError(f"cannot load {os.fspath(path)!r}: the graph, its words or its settings are missing in it")
        index = _new_index(settings)
        index.load(graph.tobytes())
        if len(index) != len(archive.words):
            raise ValueError(
                f"cannot load {os.fspath(path)!r}: it has {len(archive.words):,} words, its graph {len(index):,}"
            )
        made = cls.__new__(cls)
        made._take(index, archive.words, settings)
        return made


def _new_index(settings: dict[str, Any]) -> Any:
    return extra("usearch.index", "HnswIndexer", "index").Index(metric="ip", **settings)
