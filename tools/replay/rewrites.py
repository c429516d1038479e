"""Rewrites of a model: the key of a cell's configuration that asks for each."""

from .networks import Layers
from .quantization import Quantised

REWRITES = {"quantization": Quantised}


def rewrite_of(config):
    """The subclass of Layers that a cell's configuration asks for, and its options."""
    for key, rewrite in REWRITES.items():
        if config.get(key) is not None:
            return rewrite, config[key]
    return Layers, None
