"""Replays a cell step by step and compares it with the stored run."""

import math

import torch

from .data import Batch, Images
from .kinks import Kinks
from .methods import METHODS, Step
from .oracle import Oracle

# Traces of gradient norms; the first one that a method records is compared.
GRADIENT_NORMS = ["l2_sgd", "l2_masked", "l2_objective", "l2_perturbed"]


class Deviations:
    """Deviations of one step of the run, relative to the replay."""

    def __init__(self, i, loss, gradient, others, parameters, decision, kinks):
        self.i, self.loss, self.gradient, self.others, self.parameters = i, loss, gradient, others, parameters
        # decision: text of a differing decision, or None. taken: sides taken from the run.
        self.decision, self.taken = decision, kinks.taken if kinks is not None else []


def learning_rate(recipe, step):
    if recipe["schedule"] == "constant":
        return recipe["learning_rate"]
    part = step.epoch / recipe["epochs"] if recipe["schedule"] == "cosine" else (step.i - 1) / step.total
    return 0.5 * recipe["learning_rate"] * (1 + math.cos(math.pi * part))


def replay(cell, data=None, dtype=torch.float64, restarts=False, follows=True):
    """Yields the deviations of each step.

    restarts: each step starts from the run's weights and momentum, so that deviations do not accumulate, and those of
    parameters are relative to the step's length. follows: take the run's side of values that lie on a kink up to
    rounding.
    """
    images, recipe, oracle = Images(cell, data), cell.config["recipe"], Oracle(cell, dtype)
    method = METHODS[cell.config["method"]["name"]](oracle, cell.config["method"]["settings"])
    per_epoch = -(-cell.training_count // recipe["batch_size"])
    mu, decay = recipe["momentum"], recipe["weight_decay"] * oracle.decays
    own = run = start = None
    for i in range(1, cell.iterations + 1):
        epoch, batch = (i - 1) // per_epoch, Batch(cell, images, i)
        kinks = Kinks(cell, i) if follows else None
        oracle.begin(kinks, 0)
        if own is None:
            w = oracle.flat({t.name: t.snapshots[0] for t in cell.tensors})
            start = oracle.rewrite.calibrated(oracle, w, batch)
            own, run = State(start), State(w)
        oracle.begin(kinks, 0 if run is None else run.w - own.w)
        step = Step(i, epoch, recipe["epochs"] * per_epoch, own.w, own.momentum, mu, batch, oracle)
        eta = learning_rate(recipe, step)
        step.rate_share = eta / recipe["learning_rate"]
        d = method.direction(step)
        after = weights_after(cell, oracle, i)
        run = State(after, (run.w - after) / eta) if after is not None and run is not None else None
        earlier, momentum = own, mu * own.momentum + d + decay * own.w
        own = State(oracle.guarded(own.w - eta * momentum), momentum)
        yield compared(cell, method, oracle, i, step.recorded, own.w, earlier.w if restarts else start, kinks)
        if restarts:
            own = State(run.w, run.momentum)
        method.after(own.w)


class State:
    """Weights and momentum between two steps."""

    def __init__(self, w, momentum=None):
        self.w, self.momentum = w, torch.zeros_like(w) if momentum is None else momentum


def weights_after(cell, oracle, i):
    """The run's weights after iteration i, or None if the file does not contain them."""
    if i < cell.snapshots:
        return oracle.flat({t.name: t.snapshots[i] for t in cell.tensors})
    return oracle.flat(cell.final) if i == cell.iterations else None


def compared(cell, method, oracle, i, record, w, start, kinks):
    values = {name: off(cell.traces[name][i - 1], value) for name, value in record.items() if name != "selected"}
    gradient = next(values[name] for name in GRADIENT_NORMS if name in values)
    others = {n: v for n, v in values.items() if n not in ("loss", "sampled", *GRADIENT_NORMS)}
    stored, parameters = weights_after(cell, oracle, i), None
    if stored is not None:
        parameters = float(torch.linalg.vector_norm(stored - w) / torch.linalg.vector_norm(w - start))
    decision = None
    if int(cell.traces["sampled"][i - 1]) != record["sampled"]:
        decision = "sampled" if record["sampled"] == 0 else "did not sample"
    if not record.get("selected", True):
        decision = "selected different examples"
    if kinks is not None and kinks.refused:
        worst = max(kinks.refused, key=lambda refused: refused.distance)
        decision = decision or f"{len(kinks.refused)} sides differ beyond rounding: {worst.text}"
    elif kinks is not None and not kinks.is_complete:
        decision = decision or "made different passes"
    for window in getattr(method, "windows", [])[-1:]:
        if window["window_end"] == i:
            row = cell.windows["window_end"].tolist().index(i)
            others.update({n: off(cell.windows[n][row], v) for n, v in window.items() if n != "window_end"})
    return Deviations(i, values["loss"], gradient, others, parameters, decision, kinks)


def off(stored, value):
    stored, value = float(stored), float(value)
    return abs(stored - value) / max(abs(value), 1e-300) if stored != value else 0.0
