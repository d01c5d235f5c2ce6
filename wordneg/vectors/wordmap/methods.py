"""The ways to two dimensions."""

from __future__ import annotations

__all__ = ["METHODS"]

METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
"""Each with its name in print."""
