"""Losses and gradients at any weights: what the methods ask."""

import torch
import torch.nn.functional as F

from .networks import FAMILIES, rewrite_of, tail


class Pass:
    """One look: mean cross-entropy, each example's, the scores, and the gradient as a flat vector (or None)."""

    def __init__(self, losses, logits, gradient=None):
        self.losses, self.logits, self.gradient = losses.detach(), logits.detach(), gradient
        self.loss = float(self.losses.mean())


class Oracle:
    """A cell's network at any flat vector of weights, its tensors one after the other, each in PyTorch's order."""

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
        self.kinks = None

    def marks(self, is_marked):
        """1 for every weight of the tensors whose name is marked, else 0."""
        parts = [torch.full((t.count,), float(is_marked(t.name)), dtype=self.dtype) for t in self.cell.tensors]
        return torch.cat(parts)

    def flat(self, values):
        """A flat vector from name to array."""
        parts = [torch.tensor(values[t.name], dtype=self.dtype).reshape(-1) for t in self.cell.tensors]
        return torch.cat(parts)

    def named(self, w):
        """Views of a flat vector by name."""
        parts = w.split([t.count for t in self.cell.tensors])
        return {t.name: part.view(t.shape) for t, part in zip(self.cell.tensors, parts)}

    def guarded(self, w):
        """Weights as the rewrite keeps them in range."""
        return torch.cat([self.rewrite.guarded(n, v).reshape(-1) for n, v in self.named(w).items()])

    def scores(self, w, images, **mode):
        statistics = mode.pop("statistics", self.statistics)
        layers = self.rewrite(self.named(w), statistics, options=self.options, kinks=self.kinks, **mode)
        return self.family(layers, images, **self.settings)

    def gradient(self, w, batch, update=False, rows=None, trajectory=None):
        """The gradient of the mean cross-entropy, plus a trajectory term (past scores, weight, temperature)."""
        images, labels = self.inputs(batch, rows)
        w = w.detach().requires_grad_()
        logits = self.scores(w, images, update=update)
        losses = F.cross_entropy(logits, labels, reduction="none")
        objective = losses.mean()
        if trajectory is not None:
            past, weight, tau = trajectory
            target, present = F.log_softmax(past / tau, 1), F.log_softmax(logits / tau, 1)
            objective = objective + weight * tau**2 * (target.exp() * (target - present)).sum(1).mean()
        (g,) = torch.autograd.grad(objective, w)
        return Pass(losses, logits, g)

    def evaluate(self, w, batch, **mode):
        """A pass without gradient; `running` and `statistics` as in Layers."""
        images, labels = self.inputs(batch)
        with torch.no_grad():
            logits = self.scores(w, images, **mode)
        return Pass(F.cross_entropy(logits, labels, reduction="none"), logits)

    def inputs(self, batch, rows=None):
        images, labels = torch.tensor(batch.images, dtype=self.dtype), torch.tensor(batch.labels)
        return (images, labels) if rows is None else (images[rows], labels[rows])
