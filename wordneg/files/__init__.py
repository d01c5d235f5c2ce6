"""Reading and writing the files of vectors and models.

Private: names and places here may change without notice.

==============  ==================================================================
atomic          writing that replaces a file at once, or not at all
folders         several files that belong together, all of them or none
locking         one process at a time writes into a folder
storage         wordneg's own format: arrays and JSON in an archive, checked
vectors         words and vectors of any format
recognizing     which format a file has, by looking ahead
formats         word2vec's, GloVe's and fastText's files: reading, writing
text_format     the formats that write numbers as text
binary_format   word2vec's binary records
parquet_format  Parquet's columns
wordlist        the words of a file as they are read, and the policy for odd ones
sources         what the formats share: opening, unpacking, growing a matrix
==============  ==================================================================
"""
