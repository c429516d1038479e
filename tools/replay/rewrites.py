"""Rewrites of a model, by the key of a cell's configuration that requests them."""

from .networks import Layers
from .quantization import Quantised

REWRITES = {"quantization": Quantised}


def rewrite_of(config):
    """The subclass of Layers that a cell's configuration requests, and its options."""
    for key, rewrite in REWRITES.items():
        if config.get(key) is not None:
            return rewrite, config[key]
    return Layers, None
