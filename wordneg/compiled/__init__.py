"""Compiled building blocks: a SIMD type for Numba, random numbers, tiles, rows, cosines, the two matrices.

Private: names and places here may change without notice.
"""
