"""Replays a cell step by step and holds it against what was stored."""

import copy
import math

import torch

from .data import Batch, Images
from .kinks import explain
from .methods import METHODS, Step
from .oracle import Oracle

# What is held against the stored trace of that name; the first that a method records is its gradient norm.
GRADIENT_NORMS = ["l2_sgd", "l2_masked", "l2_objective"]


class Deviations:
    """How far one step of the run is from the replay's, relative to the replay."""

    def __init__(self, i, loss, gradient, others, parameters, decision):
        self.i, self.loss, self.gradient, self.others, self.parameters = i, loss, gradient, others, parameters
        # What was decided otherwise, in words, or None.
        self.decision = decision
        # How many rectifiers near zero the run took the other way, their largest input, and the deviation of d that they
        # leave; or None where nobody looked.
        self.kinks = None

    def exceeds(self, limit):
        """Whether the step alone, which began at the run's own weights, is beyond the limit."""
        off = self.parameters if self.kinks is None else self.kinks[2]
        return self.decision is not None or self.loss >= limit or off >= limit


def learning_rate(recipe, epoch):
    if recipe["schedule"] == "constant":
        return recipe["learning_rate"]
    return 0.5 * recipe["learning_rate"] * (1 + math.cos(math.pi * epoch / recipe["epochs"]))


def replay(cell, data=None, dtype=torch.float64, restarts=False, limit=1e-3):
    """Yields the deviations of one step after the other.

    restarts: each step begins at the run's own weights and momentum, so that a deviation does not grow: what is seen is
    that of the step alone, and its parameters are held against the step's length. One beyond `limit` is searched for
    rectifiers near zero.
    """
    images, recipe, oracle = Images(cell, data), cell.config["recipe"], Oracle(cell, dtype)
    method = METHODS[cell.config["method"]["name"]](oracle, cell.config["method"]["settings"])
    per_epoch = -(-cell.training_count // recipe["batch_size"])
    total = recipe["epochs"] * per_epoch
    w = start = oracle.flat({t.name: t.snapshots[0] for t in cell.tensors})
    momentum = None
    for i in range(1, cell.iterations + 1):
        step, batch = Step(i, (i - 1) // per_epoch, total), Batch(cell, images, i)
        eta, decay, mu = learning_rate(recipe, step.epoch), recipe["weight_decay"] * oracle.decays, recipe["momentum"]
        before = copy.deepcopy(method, {id(cell): cell}) if restarts else None
        earlier, kept = w, 0 if momentum is None else mu * momentum
        d, record = method.direction(w, batch, step)
        momentum = kept + d + decay * w
        w = oracle.guarded(w - eta * momentum)
        deviations = compared(cell, method, oracle, i, record, w, earlier if restarts else start)
        if restarts:
            w = weights_after(cell, oracle, i)
            momentum = (earlier - w) / eta
            if deviations.parameters >= limit:
                deviations.kinks = explain(before, earlier, batch, step, momentum - kept - decay * earlier, limit)
        method.after(w)
        yield deviations


def weights_after(cell, oracle, i):
    """The run's own weights after iteration i, or None where the file does not have them."""
    if i < cell.snapshots:
        return oracle.flat({t.name: t.snapshots[i] for t in cell.tensors})
    return oracle.flat(cell.final) if i == cell.iterations else None


def compared(cell, method, oracle, i, record, w, start):
    values = {name: relative(cell.traces[name][i - 1], value) for name, value in record.items() if name != "selected"}
    gradient = next(values[name] for name in GRADIENT_NORMS if name in values)
    others = {n: v for n, v in values.items() if n not in ("loss", "sampled", *GRADIENT_NORMS)}
    stored, parameters = weights_after(cell, oracle, i), None
    if stored is not None:
        parameters = float(torch.linalg.vector_norm(stored - w) / torch.linalg.vector_norm(w - start))
    decision = None
    if int(cell.traces["sampled"][i - 1]) != record["sampled"]:
        decision = "sampled" if record["sampled"] == 0 else "did not sample"
    if not record.get("selected", True):
        decision = "selected other examples"
    for window in getattr(method, "windows", [])[-1:]:
        if window["window_end"] == i:
            row = cell.windows["window_end"].tolist().index(i)
            others.update({n: relative(cell.windows[n][row], v) for n, v in window.items() if n != "window_end"})
    return Deviations(i, values["loss"], gradient, others, parameters, decision)


def relative(stored, value):
    stored, value = float(stored), float(value)
    return abs(stored - value) / max(abs(value), 1e-300) if stored != value else 0.0
