"""Benchmarks as files: which have a name, where they are found or downloaded from, and how lines are read."""
