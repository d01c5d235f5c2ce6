"""Words and their vectors: looking up, neighbors and analogies, reading and writing.

============  =================================================================
wordvectors   `WordVectors`, the public class, which holds words and a matrix
words         words, their indices and attributes; the error for a missing word
matrix        vectors and their lengths
neighbors     scores by cosine, and the highest of them
queries       what a query is made of
interchange   from and to gensim
gensim_names  gensim's names for what is called otherwise here
============  =================================================================

Private: names and places here may change without notice.
"""
