"""What a sampler does and whether it is right: draws outside of training, the report, the checks of `wordneg.testing`.

Private: names and places here may change without notice.
"""
