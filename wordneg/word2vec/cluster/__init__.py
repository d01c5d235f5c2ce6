"""Training on a Dask cluster: connecting, reading text where it lies, and rounds that survive lost workers.

Everything that Dask does for a training goes through here; `dask.distributed` is an extra, ``wordneg[distributed]``.
"""
