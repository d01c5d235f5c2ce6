"""Words and their vectors: looking up, neighbors and analogies, reading and writing.

============  =================================================================
wordvectors   `WordVectors`, the public class: files, evaluation and gensim, on top of the next four
exporting     what takes vectors elsewhere, by way of `exports`
similarity    the questions that words answer
growing       words that are added, replaced, sorted and scaled
lookup        words and vectors as a whole, and one by one
documents     the Word Mover's Distance
vectorizer    vectors of documents: the mean, and smooth inverse frequency
averaging     weighted means of the vectors of many documents at once
words         words, their indices and attributes; the error for a missing word
matrix        vectors and their lengths
neighbors     scores by cosine, and the highest of them
queries       what a query is made of
interchange   from and to gensim
gensim_names  gensim's names for what is called otherwise here
exports       the folders, tables and indexes of other programs
wordmap       a map of words as a picture
============  =================================================================

Private: names and places here may change without notice.
"""
