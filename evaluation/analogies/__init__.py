"""Word analogies: what is to *c* as *b* is to *a*.

`benchmark` has the questions, as they are read and bound to words; `methods` names the ways of answering, which
`arithmetic` and `relations` implement; `search` goes through all candidates; `result` is what comes out. `reading`
reads files; `gensim` answers as gensim would.

References
----------
Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations in Vector Space, ICLR Workshop.
"""
