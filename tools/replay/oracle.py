"""Losses and gradients at any weights, for the methods."""

import torch
import torch.nn.functional as F

from .networks import FAMILIES, tail
from .rewrites import rewrite_of


class Pass:
    """Mean and per-example cross-entropy, the scores, and the gradient as a flat vector (or None).

    rounding: the largest deviation of an example's loss in single precision, if computed.
    """

    def __init__(self, losses, logits, rounding, gradient=None):
        self.losses, self.logits, self.gradient = losses.detach(), logits.detach(), gradient
        self.loss, self.rounding = float(self.losses.mean()), rounding


def objective(logits, labels, trajectory):
    """Mean cross-entropy, plus a trajectory term."""
    value = F.cross_entropy(logits, labels)
    if trajectory is not None:
        past, weight, tau = trajectory
        target, present = F.log_softmax(past.to(logits.dtype) / tau, 1), F.log_softmax(logits / tau, 1)
        value = value + weight * tau**2 * (target.exp() * (target - present)).sum(1).mean()
    return value


class Oracle:
    """A cell's network at any flat vector of weights: its tensors concatenated, each in PyTorch's order."""

    def __init__(self, cell, dtype):
        self.cell, self.dtype = cell, dtype
        model = cell.config["model"]
        self.family, self.settings = FAMILIES[model["name"]], model["settings"]
        self.rewrite, self.options = rewrite_of(cell.config)
        self.statistics = {n: torch.tensor(v[0], dtype=dtype) for n, v in cell.buffers.items()}
        self.count = sum(t.count for t in cell.tensors)
        layers = tail(model["name"], self.settings)
        self.is_tail = self.marks(lambda name: name.rpartition(".")[0] in layers)
        self.decays = self.marks(self.rewrite.decays)
        # kinks: those of the iteration, or None. offset: the run's weights minus the replay's, if both are known.
        self.begin(None, 0)

    def begin(self, kinks, offset):
        """Starts an iteration."""
        self.kinks, self.offset, self.looked = kinks, offset, None

    def marks(self, is_marked):
        """1 for every weight of the tensors with marked names, else 0."""
        parts = [torch.full((t.count,), float(is_marked(t.name)), dtype=self.dtype) for t in self.cell.tensors]
        return torch.cat(parts)

    def flat(self, values):
        """The flat vector of a dictionary from name to array."""
        parts = [torch.tensor(values[t.name], dtype=self.dtype).reshape(-1) for t in self.cell.tensors]
        return torch.cat(parts)

    def named(self, w):
        """Views of a flat vector by name."""
        parts = w.split([t.count for t in self.cell.tensors])
        return {t.name: part.view(t.shape) for t, part in zip(self.cell.tensors, parts)}

    def guarded(self, w):
        """Weights limited to the range of the rewrite."""
        return torch.cat([self.rewrite.guarded(n, v).reshape(-1) for n, v in self.named(w).items()])

    def scores(self, w, images, **mode):
        """The scores, and those in single precision if the kinks of the pass are known, else None."""
        statistics = mode.pop("statistics", self.statistics)
        kinks, single = self.kinks, None
        if kinks is not None and kinks.begin_pass(len(images)):
            kinks.begin_single()
            there = (w + self.offset + self.rounding(w)).detach().float().requires_grad_(w.requires_grad)
            single = self.layers(there, {n: v.float() for n, v in statistics.items()}, kinks, **{**mode, "update": False})
            single = there, self.family(single, images.float(), **self.settings)
            kinks.begin_double()
        else:
            kinks = None
        return self.family(self.layers(w, statistics, kinks, **mode), images, **self.settings), single

    def layers(self, w, statistics, kinks, rewrite=None, **mode):
        return (rewrite or self.rewrite)(self.named(w), statistics, options=self.options, kinks=kinks, **mode)

    def rounding(self, w):
        """The effect of the first gradient's rounding on a step along it, such as the step to w."""
        if self.looked is None:
            return 0
        start, g, other = self.looked
        step = w.detach() - start
        along = g * (step != 0)
        return torch.dot(step, along) / torch.dot(along, along).clamp(min=1e-300) * (other - g) * (step != 0)

    def pass_of(self, logits, single, labels, gradient=None):
        losses = F.cross_entropy(logits, labels, reduction="none").detach()
        rounding = 0.0
        if single is not None:
            rounding = float((F.cross_entropy(single[1].detach().double(), labels, reduction="none") - losses).abs().max())
        return Pass(losses, logits, rounding, gradient)

    def gradient(self, w, batch, update=False, rows=None, trajectory=None):
        """The gradient of the mean cross-entropy, plus a trajectory term (past scores, weight, temperature)."""
        images, labels = self.inputs(batch, rows)
        w = w.detach().requires_grad_()
        logits, single = self.scores(w, images, update=update)
        (g,) = torch.autograd.grad(objective(logits, labels, trajectory), w)
        if self.looked is None and single is not None:
            (other,) = torch.autograd.grad(objective(single[1], labels, trajectory), single[0])
            self.looked = w.detach(), g, other.double()
        return self.pass_of(logits, single, labels, g)

    def evaluate(self, w, batch, **mode):
        """A pass without gradient; `running` and `statistics` as in Layers."""
        images, labels = self.inputs(batch)
        with torch.no_grad():
            logits, single = self.scores(w, images, **mode)
        return self.pass_of(logits, single, labels)

    def inputs(self, batch, rows=None):
        images, labels = torch.tensor(batch.images, dtype=self.dtype), torch.tensor(batch.labels)
        return (images, labels) if rows is None else (images[rows], labels[rows])
