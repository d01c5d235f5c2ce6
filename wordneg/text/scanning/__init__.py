"""Scanning a corpus into word ids in one pass: the parts that `wordneg.text.encoding` uses.

=============  ====================================================================
scanner        scans plain text as bytes, in compiled code
wordtable      the scanner's hash table of words
interning      numbers the words of token lists with a dict
tally          the result of both: words, counts, and how to spell the words
spool          holds the ids in memory or, if there are many, in a file
compaction     turns them into final ids once the vocabulary is known
=============  ====================================================================
"""
