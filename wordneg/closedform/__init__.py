"""ClosedForm: word vectors from eigenvectors of a co-occurrence matrix, what word2vec tends to without noise.

Private: names and places here may change without notice.

    from wordneg import ClosedForm
    model = ClosedForm(sentences)
    model.wv.most_similar("king")

**The method** (Karkada, Simon, Bahri and DeWeese 2025). Expanded around scores of 0, with one matrix for words and
contexts and with weights that make all pairs count alike, the loss of skip-gram with negative sampling is a sum of
squares, whose minimum is known. With the share P_ij of the co-occurrences that are of words i and j, and the share
p_i that are of word i,

    M_ij = 2 (P_ij − p_i p_j) / (P_ij + p_i p_j),      W = Q_D Λ_D^½,

where Λ_D are the D largest eigenvalues of M and Q_D their eigenvectors: of all matrices of rank D without negative
eigenvalues, W Wᵀ is the nearest to M. There is no learning rate, no seed and no epoch, and the first dimensions of long
vectors are the short ones.

**At the full vocabulary**, M is dense but simple: where P is 0 it is −2, so M = S − 2 · 1 1ᵀ with the sparse matrix
S_ij = 4 P_ij / (P_ij + p_i p_j). ARPACK's Lanczos iteration (`scipy.sparse.linalg.eigsh`) takes products with vectors
only, each at the cost of the nonzero cells.

**Negatives.** With K negatives for each pair, K p_i p_j takes the place of p_i p_j. The paper's experiments have K = 1
(``ns_weight`` in their program), word2vec has 5 by default, as here. That is what tempers rare pairs: at K = 1, M of a
pair that occurs once, by chance, is close to its bound +2. On 10 to 100 MB of Wikipedia, K = 5 gained .02 to .03 of MEN
and .01 to .02 of SimLex over K = 1, and lost .01 of Google on the largest. Instead, a discount of P by X / (X + 1)
gained as much, and 1 added to every expected count lost (`tests/benchmarks/results/exact_quality.md`).

**Where this differs from the authors' program** (github.com/dkarkada/qwem): they take the 10,000 most frequent words
and a dense eigensolver; weights that fall linearly with the distance, where `wordneg.count_cooccurrences` has
1 / distance or 1; and p from the counts of words, where here it is from the sums of P. On 10 MB of Wikipedia, neither
of the last two moved a benchmark by more than .004 at the power ½ (the same file). Other powers of the
eigenvalues than ½ are ours.

===========  =======================================================================
model        `ClosedForm`: what users see
parameters   its settings, checked
target       the matrix M, as a sparse one and a constant
solver       its eigenvectors, and vectors made of them
report       the results
===========  =======================================================================

References
----------
D. Karkada, J. B. Simon, Y. Bahri and M. R. DeWeese (2025), "Closed-form training dynamics reveal learned features and
linear structure in word2vec-like models", NeurIPS, arXiv 2502.09863.
"""
