"""`Exporting`: what takes words and vectors to other programs, by way of `wordneg.vectors.exports`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypeAlias

from wordneg.files.vectors import VectorTable
from wordneg.vectors.similarity import Similarity

__all__ = ["Exporting"]

Path: TypeAlias = str | os.PathLike[str]


class Exporting(Similarity):
    """The part of `wordneg.WordVectors` that writes what other programs read."""

    @property
    def _table(self) -> VectorTable:
        self._words.check()
        return VectorTable(self._words.index_to_key, self._matrix.values, self._words.attributes)

    def save_pretrained(
        self,
        folder: Path,
        *,
        model: Any = None,
        scores: Any = None,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        overwrite: bool = False,
    ) -> None:
        """Write a folder that ``SentenceTransformer(folder)`` and ``model2vec.StaticModel.from_pretrained`` load.

        Both return the mean of the vectors of a text's words, so the same vector for a single word. Text is lower-cased
        if no word has a capital letter. Punctuation separates words, except where words have it inside ("don't") or at
        their ends ("u.s."). Words without a vector count as zeros in sentence-transformers, which shortens the mean and
        leaves cosines as they are; model2vec leaves them out. Integers are written as their digits.

        The folder gets ``model.safetensors``, ``tokenizer.json``, ``config.json``, ``modules.json`` and a model card,
        ``README.md``: all of them or none. Vectors in float32 and float16 stay bit by bit, others become float32.

        Parameters
        ----------
        folder : path
            The folder, which is made if it is not there. Files of other names in it stay.
        model : Word2Vec or another model, or mapping, optional
            The model that was trained, or its settings by name, for the card.
        scores : Evaluation or mapping of str to float, optional
            What `wordneg.evaluation.evaluate` returned, or scores by name, for the card.
        name : str, optional
            The title of the card; by default the name of the folder.
        metadata : mapping of str to JSON, optional
            What the head of the card tells the hub, such as ``{"license": "cc-by-4.0", "language": "en"}``.
        overwrite : bool
            Whether files of these names that are in the folder may be replaced.

        Raises
        ------
        FileExistsError
            When there are such files, and `overwrite` is False.
        ImportError
            When safetensors is not installed: ``pip install "wordneg[pretrained]"``.
        OSError
            When the disk refuses.
        ValueError
            When a word has a blank in it, a value is NaN or infinite, or an integer is a word beside its digits.
        """
        from wordneg.vectors.exports.pretrained import save_pretrained

        save_pretrained(
            folder, self._table, model=model, scores=scores, name=name, metadata=metadata, overwrite=overwrite
        )
