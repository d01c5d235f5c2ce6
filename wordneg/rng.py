"""Random numbers in compiled code, for samplers of one's own: see `wordneg.samplers.Sampler`."""

from wordneg.compiled.rng import below, new_state, next_uint64, seed_stream, uniform

__all__ = ["below", "new_state", "next_uint64", "seed_stream", "uniform"]
