"""Kinks: points where rounding decides, and two correct programs may differ.

A ReLU passes a value or blocks it, and a quantizer takes one of two neighboring integers. Both have kinks: if a value
lies on one up to rounding, single precision does not determine the side. The audit stores the side that the run took
for every value of every pass. The replay decides independently. Where it decides differently, the distance of its value
from the kink is compared with the rounding error at that point: the deviation of the same layer's values in single
precision, computed by PyTorch at the run's weights. Within NEAR times that error, the run's side is taken and counted;
beyond it, the replay keeps its own side, and the step counts as a different decision.
"""

import numpy as np
import torch

NEAR = 4
# Relative rounding error of norms, for methods that compare them.
NORMS = 1e-6


class Taken:
    """One value whose side was taken from the run, or refused."""

    def __init__(self, what, number, place, distance, rounding):
        # what: ReLU, rounding, clipping. number: pass within the iteration, from 1. place: the layer's name or number.
        self.what, self.number, self.place = what, number, place
        self.distance, self.rounding = distance, rounding

    @property
    def text(self):
        place = f" {self.place}" if self.place else ""
        return f"{self.what}{place}, pass {self.number}, {self.distance:.0e} from the kink, rounding {self.rounding:.0e}"


class Kinks:
    """The kinks of one iteration, pass by pass, in the order of the run."""

    def __init__(self, cell, i):
        self.cell = cell
        rows = cell.passes[cell.passes[:, 0] == i]
        self.starts = [(int(examples), int(first)) for _, examples, first in rows]
        self.taken, self.refused, self.number = [], [], 0
        self.single, self.is_single = [], False
        self.is_known = False

    def begin_pass(self, examples):
        """Starts the next pass. False if the run's sides are unknown: its record has ended, or its passes differ."""
        self.number += 1
        self.is_known = self.number <= len(self.starts) and self.starts[self.number - 1][0] == examples
        return self.is_known

    @property
    def is_complete(self):
        """True if the iteration made the same passes as the run, as far as their sides are stored."""
        return self.number == len(self.starts) or not self.starts

    def begin_single(self):
        """Starts the single-precision pass, whose values are only recorded."""
        self.single, self.is_single = [], True
        self.rewind()

    def begin_double(self):
        self.is_single = False
        self.rewind()

    def rewind(self):
        self.at, self.place = self.starts[self.number - 1][1], 0

    def bits(self, x, is_weight=False):
        size = (x.numel() + 7) // 8
        values = np.unpackbits(self.cell.sides[self.at : self.at + size], bitorder="little")[: x.numel()]
        self.at += size
        return in_own_order(torch.from_numpy(values.astype(bool)), x, is_weight)

    def integers(self, x, is_signed, is_weight):
        values = self.cell.sides[self.at : self.at + x.numel()].view(np.int8 if is_signed else np.uint8)
        self.at += x.numel()
        return in_own_order(torch.from_numpy(values.astype(np.int64)), x, is_weight)

    def rectified(self, x):
        self.place += 1
        run = self.bits(x)
        if self.is_single:
            self.single.append(x.detach().double())
            return passed(x, run)
        return passed(x, self.settled("ReLU", self.place, x > 0, run, x.detach().abs(), self.rounding(x)))

    def rounded(self, name, y, low, high, is_weight):
        """The integers nearest to y, and a mask of the values that were not clipped."""
        run, is_inside = self.integers(y, low < 0, is_weight), self.bits(y, is_weight)
        if self.is_single:
            self.single.append(y.detach().double())
            return run.to(y.dtype), is_inside
        rounding = self.rounding(y)
        own = torch.round(torch.clip(y, low, high))
        run = run.to(y.dtype)
        # Only neighboring integers can tie, halfway between them.
        distance = torch.where((own - run).abs() <= 1, (y - (own + run) / 2).abs(), torch.inf)
        integers = self.settled("rounding", name, own, run, distance, rounding)
        edge = torch.minimum((y - low).abs(), (y - high).abs())
        return integers, self.settled("clipping", name, (y > low) & (y < high), is_inside, edge, rounding)

    def rounding(self, x):
        return float((self.single.pop(0) - x.detach()).abs().max())

    def choice(self, what, own, run, margin, rounding):
        """A choice of the method: the run's if the margin is within rounding."""
        if own == run:
            return own
        taken = Taken(what, self.number, "", margin, rounding)
        if not margin <= NEAR * rounding:
            self.refused.append(taken)
            return own
        self.taken.append(taken)
        return run

    def settled(self, what, place, own, run, distance, rounding):
        differs = own != run
        if not differs.any():
            return own
        is_near = distance <= NEAR * rounding
        for values, is_one in [(self.taken, differs & is_near), (self.refused, differs & ~is_near)]:
            values += [Taken(what, self.number, place, d, rounding) for d in distance[is_one].tolist()]
        return torch.where(differs & is_near, run, own)


def passed(x, side):
    """The output of a ReLU with the given side: never negative, although the gradient may pass where x is negative."""
    y = x * side
    return y - y.detach().clamp(max=0)


def in_own_order(flat, x, is_weight=False):
    """Converts values from the engine's order to PyTorch's. The engine stores images as [n, height, width, channels],
    weights as [height, width, in, out] and [in, out]."""
    if is_weight and x.dim() == 4:
        out, inner, height, width = x.shape
        return flat.reshape(height, width, inner, out).permute(3, 2, 0, 1)
    if is_weight:
        return flat.reshape(x.shape[1], x.shape[0]).t()
    if x.dim() == 4:
        n, channels, height, width = x.shape
        return flat.reshape(n, height, width, channels).permute(0, 3, 1, 2)
    return flat.reshape(x.shape)
