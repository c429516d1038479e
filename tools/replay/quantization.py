"""Learned step size quantization (Esser et al. 2020), implemented from its equations as a rewrite of any model."""

import math

import torch
import torch.nn.functional as F

from .networks import Layers


class Quantise(torch.autograd.Function):
    """vhat = round(clip(v / s)) * s with straight-through gradient; the gradient of s is not scaled.

    integers: round(clip(v / s)). inside: mask of the values v / s that were not clipped.
    """

    @staticmethod
    def forward(context, v, s, integers, inside, low, high):
        y = v / s
        edge = torch.where(y < (low + high) / 2, low, high).to(y.dtype)
        context.save_for_backward(torch.where(inside, integers - y, edge), inside)
        return integers * s

    @staticmethod
    def backward(context, dvhat):
        slope, inside = context.saved_tensors
        return dvhat * inside, (dvhat * slope).sum(), None, None, None, None


class ScaledGradient(torch.autograd.Function):
    """The identity, with the gradient multiplied by a factor."""

    @staticmethod
    def forward(context, s, factor):
        context.factor = factor
        return s.clone()

    @staticmethod
    def backward(context, gradient):
        return gradient * context.factor, None


class Quantised(Layers):
    """Convolutions and the classifier with rounded inputs and weights."""

    def both(self, name, x):
        settings = self.options["settings"]
        is_end = name in ("conv1", "linear", "fc")
        weights, activations = [settings["first_last" if is_end else key] for key in ("weights", "activations")]
        # Outputs of a ReLU, and only those, are never negative, and so are unsigned.
        x = self.rounded(f"{name}.input_step", x, activations, bool((x < 0).any()))
        return x, self.rounded(f"{name}.weight_step", self.weights[f"{name}.weight"], weights, True, is_weight=True)

    def rounded(self, name, v, bits, is_signed, is_weight=False):
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)
        # The count is that of the whole tensor, including the batch.
        s = ScaledGradient.apply(self.step(name, v, high), 1 / math.sqrt(v.numel() * high))
        y = (v / s).detach()
        if self.kinks is None:
            integers, inside = torch.round(torch.clip(y, low, high)), (y > low) & (y < high)  # half to even
        else:
            integers, inside = self.kinks.rounded(name, y, low, high, is_weight)
        return Quantise.apply(v, s, integers, inside, low, high)

    def step(self, name, v, high):
        return self.weights[name].reshape(())

    def convolution(self, name, x, outputs, stride=1, groups=1):
        x, weight = self.both(name, x)
        assert weight.shape[0] == outputs, f"{name}: shape {tuple(weight.shape)}, expected {outputs} outputs"
        return F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2, groups=groups)

    def classifier(self, name, x):
        x, weight = self.both(name, x)
        return F.linear(x, weight, self.weights[f"{name}.bias"])

    @staticmethod
    def decays(name):
        return not name.endswith("_step")

    @staticmethod
    def guarded(name, values):
        return values.abs().clamp(min=1e-8) if name.endswith("_step") else values

    @staticmethod
    def calibrated(oracle, w, batch):
        """Steps from the loaded weights and from the activations of the first batch."""
        steps, statistics = {}, dict(oracle.statistics)
        with torch.no_grad():
            oracle.scores(w, oracle.inputs(batch)[0], statistics=statistics, rewrite=Calibrating, steps=steps)
        return torch.cat([steps.get(n, v).reshape(-1) for n, v in oracle.named(w).items()])


class Calibrating(Quantised):
    """Sets each step at its first use: s = 2 * mean|v| / sqrt(Qp)."""

    def __init__(self, *arguments, steps, **others):
        super().__init__(*arguments, **others)
        self.steps = steps

    def step(self, name, v, high):
        self.steps[name] = 2 * v.abs().mean() / math.sqrt(high)
        return self.steps[name]
