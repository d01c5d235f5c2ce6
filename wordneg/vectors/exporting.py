"""`Exporting`: what takes words and vectors to other programs, by way of `wordneg.vectors.exports`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Self, TypeAlias

import numpy.typing as npt

from wordneg.common.extras import extra
from wordneg.files.vectors import VectorTable, read_table, write_table
from wordneg.vectors.matrix import scaled
from wordneg.vectors.similarity import Similarity
from wordneg.vectors.words import Key

__all__ = ["Exporting"]

Path: TypeAlias = str | os.PathLike[str]


class Exporting(Similarity):
    """The part of `wordneg.WordVectors` that writes what other programs read."""

    @property
    def _table(self) -> VectorTable:
        self._words.check()
        return VectorTable(self._words.index_to_key, self._matrix.values, self._words.attributes)

    def _set_attributes(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        for name, column in columns.items():
            self._words.set_column(name, column)

    @classmethod
    def _of(cls, table: VectorTable) -> Self:
        made = cls(table.words, table.vectors)
        made._set_attributes(table.attributes)
        return made

    @classmethod
    def _loaded(cls, path: Path, table: VectorTable) -> Self:
        """Return what a file holds; if it does not fit together, say which file that is."""
        try:
            return cls._of(table)
        except ValueError as error:
            raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from error

    def to_parquet(self, path: Path) -> None:
        """Write a Parquet file: the columns ``word``, ``vector`` (a list of D numbers), and one for each attribute.

        Parameters
        ----------
        path : path
            The file. An old one is replaced when the new one is complete.

        Raises
        ------
        ImportError
            When pyarrow is not installed: ``pip install "wordneg[parquet]"``.
        OSError
            When the disk refuses.
        ValueError
            When there are both integers and strings among the words, or a value is NaN or infinite.
        """
        write_table(path, self._table)

    @classmethod
    def from_parquet(cls, path: Path, *, word: str = "word", vector: str = "vector", limit: int | None = None) -> Self:
        """Read a Parquet file, of `to_parquet` or another program's.

        Parameters
        ----------
        path : path
            The file.
        word, vector : str
            The names of the columns that hold words (strings or integers) and vectors (lists of D numbers). Others
            that hold numbers become attributes.
        limit : int, optional
            Take only the first rows.

        Raises
        ------
        ImportError
            When pyarrow is not installed: ``pip install "wordneg[parquet]"``.
        OSError
            When the file cannot be read.
        ValueError
            When it is damaged, lacks a column, or a value is missing, NaN or infinite.
        """
        return cls._loaded(path, read_table(path, word=word, vector=vector, limit=limit))

    def to_dataframe(self) -> Any:
        """Return a copy of the vectors as a pandas DataFrame, (V, D), whose index has the words.

        Raises
        ------
        ImportError
            When pandas is not installed: ``pip install "wordneg[pandas]"``.
        """
        pandas = extra("pandas", "to_dataframe", "pandas")
        table = self._table
        return pandas.DataFrame(table.vectors.copy(), index=pandas.Index(table.words, name="word"))

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

    def save_projector(self, folder: Path, *, overwrite: bool = False) -> None:
        """Write a folder for TensorBoard's Embedding Projector: ``tensors.tsv``, ``metadata.tsv`` and a configuration.

        Load the first two at https://projector.tensorflow.org, or run ``tensorboard --logdir folder``. The metadata
        have the words and their attributes, such as counts. Control characters in words are written as escapes.

        Parameters
        ----------
        folder : path
            The folder, which is made if it is not there. Files of other names in it stay.
        overwrite : bool
            Whether files of these names that are in the folder may be replaced.

        Raises
        ------
        FileExistsError
            When there are such files, and `overwrite` is False.
        OSError
            When the disk refuses.
        ValueError
            When a value is NaN or infinite.
        """
        from wordneg.vectors.exports.projector import save_projector

        save_projector(folder, self._table, overwrite=overwrite)

    def plot_map(
        self,
        words: Iterable[Key] | None = None,
        *,
        topn: int = 200,
        method: str = "pca",
        groups: int = 7,
        seed: int = 0,
        size: tuple[float, float] | None = None,
    ) -> Any:
        """Draw words as a map, on which words that are alike stand near each other.

        Labels do not overlap. The first words are served first, and a word that finds no room is a point without a
        label; the title says how many there are.

        Parameters
        ----------
        words : iterable of str or int, optional
            The words to draw, the most important ones first; by default the first `topn`, in type that gets smaller.
        topn : int
            The number of words to draw if `words` is not given.
        method : {"pca", "tsne", "umap"}
            How the vectors are reduced to two dimensions. PCA keeps the large differences and needs nothing more; t-SNE
            (``pip install "wordneg[tsne]"``) and UMAP (``pip install "wordneg[umap]"``) keep neighbors together.
        groups : int
            The number of groups, each with a color, into which k-means divides the words by all dimensions; 1 for no
            groups.
        seed : int
            The seed of the random numbers of t-SNE, UMAP and k-means.
        size : (float, float), optional
            Width and height in inches; by default 9 × 7, and more for more than 200 words.

        Returns
        -------
        matplotlib.figure.Figure
            ``savefig("map.svg")`` writes it.

        Raises
        ------
        ImportError
            When matplotlib, or what the method needs, is not installed.
        KeyError
            When a word is missing.
        ValueError
            When there are fewer than four words, or no such method.
        """
        from wordneg.vectors.wordmap.plot import draw_map

        rows = [self._words.index(word) for word in words] if words is not None else list(range(min(topn, len(self))))
        rows = list(dict.fromkeys(rows))
        vectors = scaled(self._matrix.values[rows], self.fill_norms()[rows])
        named = [str(self.index_to_key[row]) for row in rows]
        return draw_map(named, vectors, method=method, groups=groups, seed=seed, size=size, ranked=words is None)

    def push_to_hub(
        self,
        repo_id: str,
        *,
        private: bool | None = None,
        token: str | None = None,
        endpoint: str | None = None,
        commit_message: str | None = None,
        model: Any = None,
        scores: Any = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Upload what `save_pretrained` writes to Hugging Face's hub, as one commit.

        Parameters
        ----------
        repo_id : str
            The repository, such as ``"me/my-vectors"``. One that is not there is made.
        private : bool, optional
            Whether a repository that is made can be seen by its owner only.
        token : str, optional
            The token; by default the token saved by ``hf auth login``, or the variable HF_TOKEN.
        endpoint : str, optional
            The address of the hub; by default the variable HF_ENDPOINT, or https://huggingface.co. Versions of
            huggingface_hub before 2 take another address by the variable only.
        commit_message : str, optional
            What the commit says.
        model, scores, metadata
            What the model card tells; see `save_pretrained`.

        Returns
        -------
        str
            The address of the repository.

        Raises
        ------
        ConnectionError
            When the hub cannot be reached.
        PermissionError
            When there is no token.
        OSError
            When the hub refuses; the message has its answer.
        ImportError
            When huggingface_hub or safetensors is not installed: ``pip install "wordneg[hub]"``.
        ValueError
            When `repo_id` is no such name, or as for `save_pretrained`.
        """
        from wordneg.vectors.exports.hub import push_to_hub

        def save(folder: str) -> None:
            self.save_pretrained(folder, model=model, scores=scores, name=repo_id, metadata=metadata)

        return push_to_hub(
            repo_id, save, private=private, token=token, endpoint=endpoint, commit_message=commit_message
        )
