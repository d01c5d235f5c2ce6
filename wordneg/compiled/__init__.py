"""Compiled building blocks of kernels, samplers and objectives.

========  ======================================================================
jit       Numba's settings: the decorators of all compiled functions
lanes     a value of several floats for Numba, and the LLVM code it is made with
simd      operations on such values and on arrays
memory    memory by its address
rng       random numbers
decimals  floats as text and back
tiles     the two products of a block, in registers
moments   weighted sums over pieces of rows, in registers
rows      sums and copies of a block's rows
cosine    cosines instead of scores
weights   the two matrices that training changes
checking  checks of jitted functions that a user wrote
========  ======================================================================

Private: names and places here may change without notice.
"""
