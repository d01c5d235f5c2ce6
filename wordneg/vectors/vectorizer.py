"""`DocumentVectorizer`: vectors of documents, for classifiers and search, in the manner of scikit-learn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from wordneg.common.messages import near_misses
from wordneg.vectors.averaging import Tokens, looked_up, weighted_means
from wordneg.vectors.matrix import scaled

__all__ = ["DocumentVectorizer"]

_logger = logging.getLogger(__name__)
_METHODS = ("mean", "sif")


class DocumentVectorizer:
    """A transformer of documents to vectors, by the vectors of their words.

    ``"mean"`` is the mean of the words' vectors, as `wordneg.WordVectors.get_mean_vector` has it. ``"sif"``, smooth
    inverse frequency, weights each word by a / (a + p), where p is how frequent the word is, and then takes away from
    all documents what they have most in common: their first principal component, which `fit` finds. Both have a vector
    of zeros for a document without a known word.

    Parameters
    ----------
    wv : WordVectors
        The vectors, or a model that has them as its ``wv``.
    method : {"mean", "sif"}
        How documents get their vectors.
    a : float
        The a of SIF: words rarer than that hardly differ in weight. The paper found 1e-4 to 1e-3 best.
    n_components : int
        How many principal components SIF takes away; the paper has 1.
    pre_normalize : bool, optional
        Whether to scale the vectors of words to length 1 first. By default yes for ``"mean"``, as in gensim, and no for
        ``"sif"``, as in the paper.
    post_normalize : bool
        Whether to scale the vectors of documents to length 1.
    tokenizer : callable, optional
        Splits a document that is a string into tokens, such as `wordneg.corpora.tokenize`. Without one, documents are
        lists of tokens, and strings are refused.

    Attributes
    ----------
    components_ : (n_components, D) float64
        What SIF takes away, once it is fitted.
    weights_ : (V,) float64
        The weights of the words in SIF, once it is fitted. Frequencies come from the counts of `wv`; if it has none,
        from the documents of `fit`.

    References
    ----------
    Sanjeev Arora, Yingyu Liang and Tengyu Ma (2017), A Simple but Tough-to-Beat Baseline for Sentence Embeddings, ICLR,
    algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from wordneg import DocumentVectorizer, WordVectors
    >>> wv = WordVectors(["cat", "dog"], np.array([[1, 0], [0, 1]]))
    >>> DocumentVectorizer(wv).fit_transform([["cat", "dog"], ["cat", "unknown"], []])
    array([[0.5, 0.5],
           [1. , 0. ],
           [0. , 0. ]], dtype=float32)
    """

    def __init__(
        self,
        wv: Any,
        method: Literal["mean", "sif"] = "mean",
        *,
        a: float = 1e-3,
        n_components: int = 1,
        pre_normalize: bool | None = None,
        post_normalize: bool = False,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self.wv = wv
        self.method = method
        self.a = a
        self.n_components = n_components
        self.pre_normalize = pre_normalize
        self.post_normalize = post_normalize
        self.tokenizer = tokenizer

    def fit(self, documents: Iterable[Any], y: Any = None) -> Self:
        """Find what SIF takes away from documents; for the mean there is nothing to find.

        Parameters
        ----------
        documents : iterable of lists of str or int, or of str with a tokenizer
            The documents.
        y : object
            Without effect; taken so that pipelines of scikit-learn run.

        Raises
        ------
        TypeError
            When a document is a string, and there is no tokenizer.
        ValueError
            When a setting is wrong, or there are not more documents with known words than components.
        """
        self._check()
        if self.method == "sif":
            self._fitted(documents)
        return self

    def transform(self, documents: Iterable[Any]) -> npt.NDArray[np.float32]:
        """Return the vectors of documents, (N, D) float32.

        Raises
        ------
        TypeError, ValueError
            As `fit` does, and when SIF is not fitted.
        """
        self._check()
        if self.method == "sif" and not hasattr(self, "components_"):
            raise ValueError("this DocumentVectorizer is not fitted yet; call fit with documents first")
        return self._finished(self._means(list(self._looked_up(documents))))

    def fit_transform(self, documents: Iterable[Any], y: Any = None) -> npt.NDArray[np.float32]:
        """Fit, and return the vectors of the same documents, (N, D) float32; they are gone through once."""
        return self._finished(self._fitted(documents))

    def _fitted(self, documents: Iterable[Any]) -> npt.NDArray[np.float64]:
        """Fit, and return the means before anything is taken away."""
        self._check()
        tokens = list(self._looked_up(documents))
        if self.method == "mean":
            return self._means(tokens)
        self.weights_ = self.a / (self.a + self._frequencies(tokens))
        means = self._means(tokens)
        known = int(means.any(axis=1).sum())
        if known <= self.n_components:
            raise ValueError(
                f"got {known} documents with known words to take {self.n_components} common components from, expected "
                "more documents than components"
            )
        _, directions = np.linalg.eigh(means.T @ means)  # in ascending order
        self.components_ = directions[:, ::-1][:, : self.n_components].T
        return means

    def _finished(self, means: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
        if self.method == "sif":
            means = means - (means @ self.components_.T) @ self.components_
        if self.post_normalize:
            return scaled(means, np.linalg.norm(means, axis=1)).astype(np.float32)
        return means.astype(np.float32)

    def _means(self, tokens: Sequence[Tokens]) -> npt.NDArray[np.float64]:
        vectors = self._vectors
        weights = self.weights_ if self.method == "sif" else np.ones(len(vectors))
        if self.method == "mean" if self.pre_normalize is None else self.pre_normalize:
            weights = np.asarray(scaled(weights, vectors.fill_norms().astype(np.float64)), np.float64)
        values = vectors._matrix.values
        blocks = [weighted_means(values, weights, block) for block in tokens]
        return np.concatenate([np.empty((0, vectors.vector_size)), *blocks])

    def _frequencies(self, tokens: Sequence[Tokens]) -> npt.NDArray[np.float64]:
        """Return which share of all words each word is, (V,) float64."""
        counts = self._vectors.counts
        if counts is None:
            rows = np.concatenate([np.empty(0, np.intp), *(block.rows for block in tokens)])
            counts = np.bincount(rows, minlength=len(self._vectors))
        return np.asarray(counts / max(int(counts.sum()), 1), np.float64)

    def _looked_up(self, documents: Iterable[Any]) -> Iterable[Tokens]:
        unknown = known = 0
        for block in looked_up(self._vectors._words, documents, self.tokenizer):
            unknown, known = unknown + block.unknown, known + len(block.rows)
            yield block
        if unknown:
            _logger.info("%d of %d tokens of the documents have no vector", unknown, unknown + known)

    @property
    def _vectors(self) -> Any:
        return getattr(self.wv, "wv", self.wv)

    def _check(self) -> None:
        if self.method not in _METHODS:
            raise ValueError(
                f"there is no method {self.method!r}; the methods are {', '.join(map(repr, _METHODS))}"
                f"{near_misses(str(self.method), _METHODS)}"
            )
        if not self.a > 0:
            raise ValueError(f"got a={self.a}, expected more than 0, such as 1e-3")
        if not 0 <= self.n_components <= self._vectors.vector_size:
            raise ValueError(
                f"got n_components={self.n_components}, expected 0 to {self._vectors.vector_size}, as there are "
                "dimensions"
            )

    # --- what scikit-learn asks for ---

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Return names of the D dimensions, (D,) of str as objects: ``"dimension0"`` and so on."""
        return np.array([f"dimension{number}" for number in range(self._vectors.vector_size)], object)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name."""
        return {name: getattr(self, name) for name in _SETTINGS}

    def set_params(self, **settings: Any) -> Self:
        """Change settings by name.

        Raises
        ------
        ValueError
            When there is no such setting.
        """
        for name, value in settings.items():
            if name not in _SETTINGS:
                raise ValueError(f"DocumentVectorizer has no setting {name!r}{near_misses(name, _SETTINGS)}")
            setattr(self, name, value)
        return self

    def __sklearn_clone__(self) -> Self:
        return type(self)(**self.get_params())  # the vectors are shared, not copied

    def __sklearn_is_fitted__(self) -> bool:
        return self.method == "mean" or hasattr(self, "components_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer", target_tags=TargetTags(required=False), transformer_tags=TransformerTags()
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({shown})"


_SETTINGS = ("wv", "method", "a", "n_components", "pre_normalize", "post_normalize", "tokenizer")
