"""Categorization: whether the words of a category lie close together.

The words of a benchmark are clustered by their vectors, into as many clusters as there are categories, and the clusters
are compared with the categories. The outcome of a clustering depends on where it starts. So one fixed algorithm
(:func:`wordneg.evaluation.categorization.clustering.spherical_kmeans`) runs once for each of several seeds, and the
score is the **mean** over the seeds, beside its spread. Taking the best of several runs or algorithms, as is often
done, rewards vectors whose clusterings vary.

References
----------
Baroni, Dinu and Kruszewski 2014, Don't Count, Predict! A Systematic Comparison of Context-Counting vs.
Context-Predicting Semantic Vectors, ACL, section 3.4 (categorization by purity).
"""
