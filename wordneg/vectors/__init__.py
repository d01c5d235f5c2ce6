"""Words and their vectors: looking up, neighbours and analogies, reading and writing.

Private: names and places here may change without notice.
"""
