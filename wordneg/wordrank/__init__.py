"""WordRank: word vectors by robust ranking of contexts, trained on a co-occurrence matrix.

Private: names and places here may change without notice.

    from wordneg import WordRank
    model = WordRank(sentences)
    model.ensemble.most_similar("king")

**The method** (Ji, Yun, Yanardag, Matsushima and Vishwanathan 2016). Every word w ranks all contexts by the scores
``s_j = u_w · v_j``; the contexts that it occurs with should be at the top. The rank of a context among all V is bounded
by a sum of surrogates, and the objective is a concave function of this bound, so that a pair near the top counts more
than a hopeless one:

    J = Σ r · ρ(y),   y = (R + β) / α − 1,   R = Σ_j ℓ(s_c − s_j)       (sum over the pairs with X[w, c] > 0)

with ``r = min(1, (X / xmax)^epsilon)`` from the count X. Since ρ is concave, it lies below its tangents, whose points
of contact ξ (one per pair) are variables as well:

    ρ(y) ≤ ρ(1/ξ − 1) + ρ'(1/ξ − 1) · (y − (1/ξ − 1)),   with equality at   ξ = α / (R + β).

For given ξ, the bound is a weighted sum of ℓ's, and a few contexts j give an unbiased estimate of its gradient; for
given vectors, the best ξ is known. Training alternates between some passes over the pairs and an update of all ξ.

**What is ours.** The authors' program (github.com/shihaoji/wordrank) compares a pair with one context per step, at the
same rate for all vectors, and its recommended run takes 50,000 passes. Here up to 64 pairs of a word share M contexts
(`kernel`), and each vector has its own rate (AdaGrad), so that 20 to 60 passes suffice. ξ starts at its best value
rather than at 1.

**Where paper and program differ, this follows the program**: the sum R includes the context itself, which adds ℓ(0) to
it, and ρ is applied to ``(R + β) / α − 1``, where the caption of the paper's figure 1 has ``(x + β) / α``; with
α = 100, β = 99 and τ = 1, the best rank gives y = 0. There are three differences from the program: ξ is computed with
the surrogate that is trained, even a logistic one; the second transform uses the derivative of its function, where the
program uses a rule of thumb; and regularization weights the square of a vector by the sum of its pairs' weights.

===========  =======================================================================
model        `WordRank`: what users see
parameters   its settings, checked
optimizer    passes and refreshes: the order of the work and its threads
cells        the pairs, dealt into blocks that can be trained side by side
kernel       the compiled pass over a block
blocks       what the kernel reads and writes
report       the results of a pass
ranks        R, ξ and loss of every pair
losses       ℓ and ρ
===========  =======================================================================

References
----------
S. Ji, H. Yun, P. Yanardag, S. Matsushima and S. V. N. Vishwanathan (2016), "WordRank: Learning word embeddings via
robust ranking", EMNLP, arXiv 1506.02761.
"""
