"""Reads the audit that `sambench run --audit` stored. docs/traces.md describes the file."""

import json

import h5py
import numpy as np


class NotReplayable(Exception):
    """A file that cannot be replayed: the reason and the exit status, which is sambench's."""

    MISSING, DAMAGED, USAGE, NO_DATA = 5, 7, 64, 66

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class Tensor:
    """One trainable tensor: its name, its place in the flat vector, and its values `[snapshots, shape]`."""

    def __init__(self, name, offset, snapshots):
        self.name, self.offset, self.snapshots = name, offset, snapshots
        self.shape, self.count = snapshots.shape[1:], int(np.prod(snapshots.shape[1:]))

    def in_own_order(self, flat):
        """Converts values from the engine's order to PyTorch's. The engine stores convolutions as
        [height, width, in, out] and classifiers as [in, out]."""
        if len(self.shape) == 4:
            out, inner, height, width = self.shape
            return flat.reshape(height, width, inner, out).transpose(3, 2, 0, 1)
        if len(self.shape) == 2:
            return flat.reshape(self.shape[::-1]).transpose()
        return flat.reshape(self.shape)


class Cell:
    """The recipe of a run, the inputs of every step, and the results."""

    def __init__(self, path):
        try:
            file = h5py.File(path, "r")
        except OSError as error:
            raise NotReplayable(f"{path}: {error}", NotReplayable.DAMAGED) from None
        with file:
            if "audit" not in file:
                raise NotReplayable(
                    f"{path}: contains no audit. Train the cell again with 'sambench run --audit --force'.",
                    NotReplayable.MISSING,
                )
            audit = file["audit"]
            if "sides" not in audit:
                raise NotReplayable(
                    f"{path}: the audit is outdated. Train the cell again with 'sambench run --audit --force'.",
                    NotReplayable.MISSING,
                )
            self.path, self.alias = path, file.attrs["alias"]
            self.alias = self.alias.decode() if isinstance(self.alias, bytes) else str(self.alias)
            self.config = json.loads(file["config/json"][()])
            self.classes = int(file["data"].attrs["classes"])
            self.training_count = int(file["data"].attrs["training_count"])
            self.dataset = self.config["dataset"]["name"]
            self.samples, self.draws = audit["samples"][:], audit["draws"][:]
            self.passes, self.sides = audit["passes"][:], audit["sides"][:]
            tensors = [Tensor(n, int(d.attrs["offset"]), d[:]) for n, d in audit["parameters"].items()]
            self.tensors = sorted(tensors, key=lambda tensor: tensor.offset)
            self.buffers = {n: d[:] for n, d in audit["buffers"].items()}
            self.decisions = {n: d[:] for n, d in audit["decisions"].items()}
            self.traces = {n: d[:] for n, d in file["traces"].items()}
            self.windows = {n: d[:] for n, d in file["sampling"].items()}
            self.examples = {n: d[:] for n, d in audit["examples"].items()} if "examples" in audit else None
            self.final = {n: d[:] for n, d in file["model/parameters"].items()}

    @property
    def iterations(self):
        """Number of completed iterations; a diverged run has fewer than planned."""
        return len(self.samples)

    @property
    def snapshots(self):
        """Number of stored weights: those of the start and of the first iterations."""
        return len(self.tensors[0].snapshots)

    def override(self, text):
        """Overrides one setting, as in 'method.rho=0.1', to show what a replay detects."""
        key, _, value = text.partition("=")
        section, _, name = key.partition(".")
        place = self.config.get(section, {})
        place = place.get("settings", place)
        if name not in place:
            raise NotReplayable(f"--set {text}: the cell has no setting {key}", NotReplayable.USAGE)
        place[name] = json.loads(value)

    def bits(self, name, iteration, count):
        """The first `count` bits of a decision, or None if the cell has none."""
        if name not in self.decisions:
            return None
        return np.unpackbits(self.decisions[name][iteration - 1], bitorder="little")[:count].astype(bool)

    def masks(self, iteration):
        """SWP's mask of one iteration as a flat array in the order of `tensors`, each tensor in PyTorch's order."""
        if self.config["method"]["settings"]["masks"] == "tensor":
            bits = self.bits("masks", iteration, len(self.tensors))
            return np.concatenate([np.full(t.count, bits[k]) for k, t in enumerate(self.tensors)])
        bits = self.bits("masks", iteration, sum(t.count for t in self.tensors))
        parts = [bits[t.offset : t.offset + t.count] for t in self.tensors]
        return np.concatenate([t.in_own_order(part).reshape(-1) for t, part in zip(self.tensors, parts)])
