"""Files of vectors and models.

==============  ========================================================================
atomic          a file is replaced at once, or not at all
storage         wordneg's own format: arrays and JSON in an archive, checked
vectors         words and vectors of any format: the one place where formats are told apart
formats         word2vec's, GloVe's and fastText's files: telling, reading, writing
text_format     those with numbers as text
binary_format   word2vec's binary records
sources         opening and packing, what the formats share
=======
==============  ========================================================================

Private: names and places here may change without notice.
"""
