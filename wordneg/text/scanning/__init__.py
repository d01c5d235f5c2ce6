"""From a corpus to numbers, in one pass: what `wordneg.text.encoding` is made of.

=============  ====================================================================
scanner        plain text, scanned as bytes by compiled code
wordtable      its hash table of words
interning      token lists, numbered by a dict
tally          what either comes to: words, counts, and how to spell them
spool          the numbers, in memory or, when there are many, in a file
compaction     the final numbers, once the vocabulary is known
=============  ====================================================================
"""
