"""Two dimensions out of many, and groups of words that are alike."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.common.extras import extra
from wordneg.common.messages import near_misses
from wordneg.vectors.matrix import Floats
from wordneg.vectors.wordmap.methods import METHODS

__all__ = ["groups_of", "positions"]

_FEWEST = 4
_PERPLEXITY, _NEIGHBORS = 30, 15
_RESTARTS = 10  # of k-means, of which the best is taken


def positions(vectors: Floats, method: str, seed: int) -> tuple[npt.NDArray[np.float64], tuple[str, str]]:
    """Return the places of vectors on a map.

    Parameters
    ----------
    vectors : (n, D) floating
        The vectors, of length 1, so that only their directions count.
    method : str
        One of `METHODS`.
    seed : int
        The seed of the random numbers of t-SNE and UMAP.

    Returns
    -------
    places : (n, 2) float64
    labels : (str, str)
        What the axes show; empty where an axis alone means nothing.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton (2008), Visualizing Data using t-SNE, Journal of Machine Learning
    Research 9. Leland McInnes, John Healy and James Melville (2018), UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction, arXiv 1802.03426.
    """
    if method not in METHODS:
        raise ValueError(
            f"there is no method {method!r}; the methods are {', '.join(METHODS)}{near_misses(method, METHODS)}"
        )
    if len(vectors) < _FEWEST:
        raise ValueError(f"got {len(vectors)} words for a map, expected at least {_FEWEST}")
    if method == "pca":
        return _by_pca(vectors)
    if method == "tsne":
        maker: Any = extra("sklearn.manifold", "method='tsne'", "tsne").TSNE
        perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
        made = maker(metric="cosine", init="pca", perplexity=perplexity, random_state=seed)
    else:
        maker = extra("umap", "method='umap'", "umap").UMAP
        made = maker(metric="cosine", n_neighbors=min(_NEIGHBORS, len(vectors) - 1), random_state=seed, n_jobs=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of few words, and of future defaults
        return np.asarray(made.fit_transform(np.asarray(vectors, np.float32)), np.float64), ("", "")


def _by_pca(vectors: Floats) -> tuple[npt.NDArray[np.float64], tuple[str, str]]:
    centered = np.asarray(vectors, np.float64) - np.mean(vectors, axis=0, dtype=np.float64)
    left, singular, right = np.linalg.svd(centered, full_matrices=False)
    if len(singular) < 2:
        raise ValueError("the vectors have one dimension, and a map two; draw them on a line instead")
    # which end is which, is arbitrary: the largest entry of a component is taken as positive
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])[:2]
    shares = singular**2 / max(float((singular**2).sum()), np.finfo(float).tiny)
    first, second = (f"{100 * share:.0f} % of variance" for share in shares[:2])
    return left[:, :2] * singular[:2] * signs, (f"first component, {first}", f"second component, {second}")


def groups_of(vectors: Floats, count: int, seed: int) -> npt.NDArray[np.intp]:
    """Return for each of n vectors, (n, D) floating of length 1, which of `count` groups it is in, by k-means."""
    count = min(count, max(1, len(vectors) // _FEWEST))
    if count < 2:
        return np.zeros(len(vectors), np.intp)
    from scipy.cluster.vq import kmeans, vq

    exact = np.asarray(vectors, np.float64)
    centers, _ = kmeans(exact, count, iter=_RESTARTS, rng=seed)
    return np.asarray(vq(exact, centers)[0], np.intp)
