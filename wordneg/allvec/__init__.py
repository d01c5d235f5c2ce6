"""AllVec: word vectors by weighted least squares over all pairs of words, trained on a co-occurrence matrix.

Private: names and places here may change without notice.

    from wordneg import AllVec
    model = AllVec(sentences)
    model.ensemble.most_similar("king")

**The method** (Xin, Yuan, He and Jose 2018). Nothing is sampled: every one of the V² pairs of word and context has a
target and a weight, and

    L = ½ Σ_S α⁺ (r⁺ − u·v)² + ½ Σ_not S α⁻ (r⁻ − u·v)² + ½ λ (Σ ‖u‖² + Σ ‖v‖²)

is minimized, where S are the pairs that co-occur. With X the counts and p_c the share of context c in them,

    r⁺ = max(0, log(X ΣX / (Σ_c X Σ_w X))),     α⁺ = min(1, (X / xmax)^epsilon),
    r⁻ = negative_target,                       α⁻_c = negative_weight · V · p_c^ns_exponent / Σ_c p_c^ns_exponent.

Since α⁻ does not depend on the word, the sum over all contexts is a form in the D × D matrix Σ_c α⁻_c v_c v_cᵀ, which
all words share, and likewise for the contexts. A pass steps every coordinate of all words, then of all contexts, to its
minimum, at the cost of O(|S| D + V D²). There is no learning rate, and the loss never rises.

Formulas and defaults follow the authors' program (github.com/xinxin-me/AllVec, ``word_vectors_v2``), whose flags are
``-thro`` for `ns_exponent`, ``-shift`` for `negative_target` and ``-amax`` for `xmax`. Its ``-w0`` is the sum of all
α⁻_c, where `negative_weight` is their mean, so that it may stay as it is when the vocabulary grows: the 350 of its
example is .0049 for the 71,290 words of text8, which come with it. The program writes the sums u + v:
`AllVec.ensemble`. **What is ours**: blocks of coordinates that take their sums in one go over the cells (`kernel`), and
a result that does not depend on the number of workers.

===========  =======================================================================
model        `AllVec`: what users see
parameters   its settings, checked
optimizer    passes: the order of the work and its threads
sides        the pairs as words and contexts see them, with weights and targets
kernel       the compiled half pass
blocks       what the kernel reads and writes
report       the results of a pass
===========  =======================================================================

References
----------
X. Xin, F. Yuan, X. He and J. M. Jose (2018), "Batch is not heavy: Learning word representations from all samples",
ACL, 1853–1862.
"""
