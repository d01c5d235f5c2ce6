"""WordRank: word vectors by robust ranking of contexts, trained on the matrix of co-occurrences.

    from wordneg import WordRank
    model = WordRank(sentences)
    model.ensemble.most_similar("king")

**The method** (Ji, Yun, Yanardag, Matsushima and Vishwanathan 2016). Every word w ranks all contexts by
the scores ``s_j = u_w · v_j``; those it occurs with should be at the top. A context's rank among all V is bounded by
a sum of surrogates, and what is minimized is a concave function of it, so that a pair near the top counts more than
one that is hopeless:

    J = Σ r · ρ(y),   y = (R + β) / α − 1,   R = Σ_j ℓ(s_c − s_j)       (sum over the pairs with X[w, c] > 0)

with ``r = min(1, (X / xmax)^epsilon)`` from the count X. Since ρ is concave, it lies below its tangents, whose points
of contact ξ (one for each pair) are variables, too:

    ρ(y) ≤ ρ(1/ξ − 1) + ρ'(1/ξ − 1) · (y − (1/ξ − 1)),   with equality at   ξ = α / (R + β).

For given ξ the bound is a weighted sum of ℓ's, of which a few contexts j give an unbiased gradient; for given vectors,
the best ξ is known. Training alternates: some passes over the pairs, then all ξ anew.

**What is ours.** The authors' program (github.com/shihaoji/wordrank) compares a pair with one context a step, at one
rate for all, and its recommended run takes 50,000 passes. Here up to 64 pairs of a word share M contexts (`kernel`),
and each vector has its own rate (AdaGrad): 20 to 60 passes do. ξ begins with its best value rather than with 1.

**Where paper and program differ, this follows the program**: the sum R includes the context itself, which adds ℓ(0) to
it, and ρ is taken of ``(R + β) / α − 1``, where the caption of the paper's figure 1 has ``(x + β) / α``; with α = 100,
β = 99 and τ = 1 the best rank gives y = 0. Unlike the program, ξ is computed with the surrogate that is trained, even a
logistic one; the second transform has the derivative of its function, where the program has a rule of thumb; and
regularisation weights a vector's square by the sum of its pairs' weights.

===========  =======================================================================
model        `WordRank`: what users see
parameters   its settings, checked
optimizer    passes and refreshes: what is done when, and by which thread
cells        the pairs, dealt into blocks that can be trained side by side
kernel       the compiled pass over a block
blocks       what it reads and writes
report       what a pass came to
ranks        every pair's R, ξ and loss
losses       ℓ and ρ
===========  =======================================================================

Private: names and places here may change without notice.

References
----------
S. Ji, H. Yun, P. Yanardag, S. Matsushima and S. V. N. Vishwanathan (2016), "WordRank: Learning word embeddings via
robust ranking", EMNLP, arXiv 1506.02761.
"""
