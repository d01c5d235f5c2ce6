"""Diagnosis of samplers: drawing outside of training, the sampler report, and the checks of `wordneg.testing`.

Private: names and places here may change without notice.
"""
