"""A corpus as numbers: its vocabulary, its token store, and the compiled scanner that makes them.

Private: names and places here may change without notice.
"""
