"""Replays a cell step by step and holds it against what was stored."""

import copy
import math

import torch

from .data import Batch, Images
from .kinks import Kinks, explain, norm, relative
from .methods import METHODS, Step
from .oracle import Oracle

# What is held against the stored trace of that name; the first that a method records is its gradient norm.
GRADIENT_NORMS = ["l2_sgd", "l2_masked", "l2_objective"]


class Deviations:
    """How far one step of the run is from the replay's, relative to the replay."""

    def __init__(self, i, loss, gradient, others, parameters, decision, explanation):
        self.i, self.loss, self.gradient, self.others, self.parameters = i, loss, gradient, others, parameters
        # What was decided otherwise, in words, or None; rectifiers near zero, or None where nobody looked for them.
        self.decision, self.explanation = decision, explanation


def learning_rate(recipe, epoch):
    if recipe["schedule"] == "constant":
        return recipe["learning_rate"]
    return 0.5 * recipe["learning_rate"] * (1 + math.cos(math.pi * epoch / recipe["epochs"]))


def replay(cell, data=None, dtype=torch.float64, restarts=False, follows=True):
    """Yields the deviations of one step after the other.

    restarts: each step begins at the run's own weights and momentum, so that a deviation does not grow, and parameters
    are held against the step's length. follows: rectifiers whose input is zero but for rounding are taken as the run took
    them, wherever a step shows more than rounding.
    """
    images, recipe, oracle = Images(cell, data), cell.config["recipe"], Oracle(cell, dtype)
    method = METHODS[cell.config["method"]["name"]](oracle, cell.config["method"]["settings"])
    per_epoch = -(-cell.training_count // recipe["batch_size"])
    mu, decay = recipe["momentum"], recipe["weight_decay"] * oracle.decays
    w = start = oracle.flat({t.name: t.snapshots[0] for t in cell.tensors})
    own, run = State(w), State(w)
    for i in range(1, cell.iterations + 1):
        step = Step(i, (i - 1) // per_epoch, recipe["epochs"] * per_epoch)
        batch, eta = Batch(cell, images, i), learning_rate(recipe, step.epoch)
        before = copy.deepcopy(method, {id(cell): cell})
        d, record = method.direction(own.w, batch, step)
        after, explanation = weights_after(cell, oracle, i), None
        if after is not None and run is not None:
            run = State(after, (run.w - after) / eta, run)
            stored = run.momentum - mu * run.last.momentum - decay * run.last.w
            # What storing weights in single precision leaves open.
            enough = FLOOR + 2e-7 * float(norm(run.w) / norm(d)) / eta
            if follows and relative(stored, d) > enough:
                explanation = explain(before, own.w, batch, step, stored, enough)
                # What rectifiers do not explain is another method: no use in searching every later step.
                follows = explanation.left < 100 * enough
                if explanation.taken:
                    method, oracle = before, before.oracle
                    oracle.kinks = Kinks(explanation.places)
                    d, record = method.direction(own.w, batch, step)
                    oracle.kinks = None
        else:
            run = None
        earlier = own
        momentum = mu * own.momentum + d + decay * own.w
        own = State(oracle.guarded(own.w - eta * momentum), momentum)
        yield compared(cell, method, oracle, i, record, own.w, earlier.w if restarts else start, explanation)
        if restarts:
            own = State(run.w, run.momentum)
        method.after(own.w)


# A deviation of d that is taken for rounding.
FLOOR = 1e-4


class State:
    """Weights and momentum between two steps."""

    def __init__(self, w, momentum=None, last=None):
        self.w, self.momentum, self.last = w, torch.zeros_like(w) if momentum is None else momentum, last
        if last is not None:
            last.last = None


def weights_after(cell, oracle, i):
    """The run's own weights after iteration i, or None where the file does not have them."""
    if i < cell.snapshots:
        return oracle.flat({t.name: t.snapshots[i] for t in cell.tensors})
    return oracle.flat(cell.final) if i == cell.iterations else None


def compared(cell, method, oracle, i, record, w, start, explanation):
    values = {name: off(cell.traces[name][i - 1], value) for name, value in record.items() if name != "selected"}
    gradient = next(values[name] for name in GRADIENT_NORMS if name in values)
    others = {n: v for n, v in values.items() if n not in ("loss", "sampled", *GRADIENT_NORMS)}
    stored, parameters = weights_after(cell, oracle, i), None
    if stored is not None:
        parameters = float(norm(stored - w) / norm(w - start))
    decision = None
    if int(cell.traces["sampled"][i - 1]) != record["sampled"]:
        decision = "sampled" if record["sampled"] == 0 else "did not sample"
    if not record.get("selected", True):
        decision = "selected other examples"
    for window in getattr(method, "windows", [])[-1:]:
        if window["window_end"] == i:
            row = cell.windows["window_end"].tolist().index(i)
            others.update({n: off(cell.windows[n][row], v) for n, v in window.items() if n != "window_end"})
    return Deviations(i, values["loss"], gradient, others, parameters, decision, explanation)


def off(stored, value):
    stored, value = float(stored), float(value)
    return abs(stored - value) / max(abs(value), 1e-300) if stored != value else 0.0
