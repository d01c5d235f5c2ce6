"""`Saving`: what a Word2Vec keeps in its files beyond what all models keep."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.estimator.state import State
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.text.huffman import HuffmanTree
from wordneg.text.vocabulary import checked_integer
from wordneg.word2vec.locking import checked_locks
from wordneg.word2vec.results import Results

__all__ = ["Saving"]


class Saving(Results):
    """The part of `wordneg.Word2Vec` that is saved and loaded."""

    def _own_metadata(self) -> dict[str, Any]:
        described = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        return (
            described
            | {"train_count": self.train_count}
            | ({"comment": self.comment} if isinstance(self.comment, str) else {})
        )

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        locks = checked_locks(self.wv.vectors_lockf, len(self.wv))
        built = self._built()
        own: dict[str, NDArray[Any]] = {} if locks is None else {"locks": locks}
        if built.nodes is not None and built.tree is not None:
            own["nodes"] = built.nodes.values.astype(np.float32, copy=False)
            if built.tree is not built.vocabulary.tree:  # it has grown
                own |= {f"tree_{name}": values for name, values in built.tree._asdict().items()}
        return own

    def _restore_own(self, state: State, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> State:
        self.train_count = checked_integer("train_count", metadata.get("train_count", int(bool(state.history))), 0)
        if "locks" in arrays and state.vectors is not None:
            state.vectors.vectors_lockf = arrays["locks"]
        if self.parameters.hs:
            if arrays["nodes"].shape != arrays["outputs"].shape:
                raise TypeError(f"nodes are of shape {arrays['nodes'].shape}, expected {arrays['outputs'].shape}")
            if "tree_points" in arrays and state.vectors is not None:
                ways = (arrays[f"tree_{name}"] for name in HuffmanTree._fields)
                tree = HuffmanTree.checked(len(state.vectors), *ways)
                state.vectors._words.tree = tree
                state = replace(state, tree=tree)
            return replace(state, nodes=TrainableMatrix(arrays["nodes"]))
        return state

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        mmap: str | None = None,
        *,
        sampler: Any = None,
        objective: Any = None,
        progress: bool | None = None,
    ) -> Self:
        """Return a model that was saved; it can be asked, and trained on with a corpus.

        Parameters
        ----------
        path : path
            The file.
        mmap : str, optional
            Without effect; taken so that calls written for gensim run.
        sampler, objective : optional
            Instead of the saved ones: needed where these are not known by name here.
        progress : bool, optional
            Whether to show a bar when training goes on.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a model, damaged or cut short, or its sampler is not known by name.
        """
        return cls._load(
            path,
            lambda metadata: {
                "sampler": sampler or metadata["sampler"],
                "objective": objective or metadata["objective"],
                "progress": progress,
                "comment": metadata.get("comment"),
            },
        )
