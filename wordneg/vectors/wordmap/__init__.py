"""A map of words: their vectors in two dimensions, as a picture with labels that do not overlap.

=========  ==========================================================
methods    PCA, t-SNE, UMAP
positions  two dimensions out of many, by one of them
labels     where labels stand, so that none covers another
plot       the picture
=========  ==========================================================

Private: names and places here may change without notice.
"""
