"""A corpus as numbers: vocabulary, token store, the compiled scanner that makes them.

Private: names and places here may change without notice.
"""
