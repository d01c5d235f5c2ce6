"""One fixed way to cluster vectors, and two measures of how well clusters match categories."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["normalized_mutual_information", "purity", "spherical_kmeans"]

_Labels = npt.NDArray[np.int64]
_Matrix = npt.NDArray[np.float64]

_ITERATIONS = 300


def spherical_kmeans(unit: npt.NDArray[np.floating], clusters: int, seed: int) -> _Labels:
    """Cluster directions: every vector joins the center with the largest cosine, centers are the means' directions.

    Starts by k-means++ (one center after the other, drawn with a probability proportional to 1 - cosine with the
    nearest center so far), ends when no vector changes its cluster, or after 300 rounds. A cluster that
    loses all its vectors gets the one that fits worst where it is. One run: nothing is chosen among several.

    Parameters
    ----------
    unit : (N, D) float array
        Vectors of length one; rows of zeros are equally far from all centers.
    clusters : int
        The number of clusters, at most N.
    seed : int
        The seed of the random start.

    Returns
    -------
    (N,) int64 array
        The cluster of each vector, 0 to `clusters` - 1.

    Raises
    ------
    ValueError
        Fewer than one cluster, or more than vectors.

    References
    ----------
    Dhillon and Modha 2001, Concept Decompositions for Large Sparse Text Data using Clustering, Machine Learning 42.
    Arthur and Vassilvitskii 2007, k-means++: The Advantages of Careful Seeding, SODA.
    """
    if not 1 <= clusters <= len(unit):
        raise ValueError(f"{clusters} clusters of {len(unit)} vectors: expected at least one vector a cluster")
    points = unit.astype(np.float64)
    rng = np.random.default_rng(seed)
    centers = points[_starts(points, clusters, rng)]
    labels = np.full(len(points), -1, dtype=np.int64)
    for _ in range(_ITERATIONS):
        cosines = points @ centers.T  # (N, clusters)
        nearest = cosines.argmax(axis=1)
        _fill_empty(nearest, cosines.max(axis=1), clusters)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        centers = _directions(points, labels, clusters)
    return labels


def _starts(points: _Matrix, clusters: int, rng: np.random.Generator) -> list[int]:
    """Return the rows of the first centers."""
    chosen = [int(rng.integers(len(points)))]
    distances = np.full(len(points), np.inf)
    for _ in range(1, clusters):
        distances = np.minimum(distances, np.clip(1 - points @ points[chosen[-1]], 0, None))
        distances[chosen] = 0.0
        total = distances.sum()
        if total > 0:
            chosen.append(int(rng.choice(len(points), p=distances / total)))
        else:  # the rest coincide with centers: any of them will do
            chosen.append(int(rng.choice(np.setdiff1d(np.arange(len(points)), chosen))))
    return chosen


def _fill_empty(labels: _Labels, cosines: _Matrix, clusters: int) -> None:
    """Move, in place, one vector into each empty cluster: the worst fitting one of a cluster that has others."""
    sizes = np.bincount(labels, minlength=clusters)
    worst_first = iter(np.argsort(cosines, kind="stable").tolist())
    for empty in np.flatnonzero(sizes == 0).tolist():
        moved = next(row for row in worst_first if sizes[labels[row]] > 1)
        sizes[labels[moved]] -= 1
        sizes[empty] += 1
        labels[moved] = empty


def _directions(points: _Matrix, labels: _Labels, clusters: int) -> _Matrix:
    """Return the (clusters, D) sums of the clusters' vectors at length one; a sum of zero stays."""
    members = np.zeros((clusters, len(points)))
    members[labels, np.arange(len(points))] = 1.0
    sums = members @ points
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)


def purity(clusters: npt.ArrayLike, categories: npt.ArrayLike) -> float:
    """Return the share of items that are of their cluster's most common category.

    Parameters
    ----------
    clusters, categories : (N,) int arrays
        Labels from 0.

    Raises
    ------
    ValueError
        The labels are not one each, or there are none.

    References
    ----------
    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, equation 16.1.
    """
    table = _contingency(clusters, categories)
    return float(table.max(axis=1).sum() / table.sum())


def normalized_mutual_information(clusters: npt.ArrayLike, categories: npt.ArrayLike) -> float:
    """Return the mutual information of clusters and categories over the mean of their entropies.

    0 where clusters say nothing of categories, 1 where they are the same; 1 also if both are a single one.

    Parameters
    ----------
    clusters, categories : (N,) int arrays
        Labels from 0.

    Raises
    ------
    ValueError
        The labels are not one each, or there are none.

    References
    ----------
    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, equations 16.2 to 16.7.
    """
    joint = _contingency(clusters, categories) / np.size(clusters)
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    cells = joint > 0
    information = float(np.sum(joint[cells] * np.log(joint[cells] / np.outer(rows, columns)[cells])))
    entropies = _entropy(rows) + _entropy(columns)
    return min(max(2 * information / entropies, 0.0), 1.0) if entropies > 0 else 1.0


def _entropy(shares: _Matrix) -> float:
    """Return the entropy in nats."""
    shares = shares[shares > 0]
    return float(-np.sum(shares * np.log(shares)))


def _contingency(clusters: npt.ArrayLike, categories: npt.ArrayLike) -> _Matrix:
    """Count the items of each cluster (row) and category (column)."""
    rows, columns = np.asarray(clusters), np.asarray(categories)
    if rows.shape != columns.shape or rows.ndim != 1 or rows.size == 0:
        raise ValueError(
            f"clusters of shape {rows.shape} and categories of shape {columns.shape}: expected one each of some items"
        )
    table = np.zeros((int(rows.max()) + 1, int(columns.max()) + 1))
    np.add.at(table, (rows, columns), 1)
    return table
