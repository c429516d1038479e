"""Kinks: places where rounding decides, and two right programs may part.

A rectifier lets a value pass or stops it, a quantiser takes one of two neighbouring integers, and both are kinks: where a
value lies on one but for rounding, single precision does not settle the side. The audit holds the side that the run took of
every value of every pass. The replay decides for itself; where it decides otherwise, the distance of its value from the kink
is held against what rounding does just there: how far the same layer's values are from their own in single precision,
computed by PyTorch at the run's weights. Within NEAR times that, the run's side is taken and counted; beyond, the replay keeps
its own, and the step is another decision than the run's, not rounding.
"""

import numpy as np
import torch

NEAR = 4
# Relative rounding of norms, which decide where a method compares them.
NORMS = 1e-6


class Taken:
    """One value whose side was taken from the run, or refused."""

    def __init__(self, what, number, place, distance, rounding):
        # what: rectifier, rounding, clipping. number: the pass within the iteration, from 1. place: the layer's name or number.
        self.what, self.number, self.place = what, number, place
        self.distance, self.rounding = distance, rounding

    @property
    def text(self):
        place = f" {self.place}" if self.place else ""
        return f"{self.what}{place}, pass {self.number}, {self.distance:.0e} from the kink where rounding is {self.rounding:.0e}"


class Kinks:
    """The kinks of one iteration, pass by pass, in the order in which the run met them."""

    def __init__(self, cell, i):
        self.cell = cell
        rows = cell.passes[cell.passes[:, 0] == i]
        self.starts = [(int(examples), int(first)) for _, examples, first in rows]
        self.taken, self.refused, self.number = [], [], 0
        self.single, self.is_single = [], False
        self.is_known = False

    def begin_pass(self, examples):
        """The next pass. False where the run's sides are not known: it ended its record, or did other passes."""
        self.number += 1
        self.is_known = self.number <= len(self.starts) and self.starts[self.number - 1][0] == examples
        return self.is_known

    @property
    def is_complete(self):
        """Whether the iteration did the run's passes, as far as their sides are stored."""
        return self.number == len(self.starts) or not self.starts

    def begin_single(self):
        """Single precision first: what comes now is only looked at."""
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
        return passed(x, self.settled("rectifier", self.place, x > 0, run, x.detach().abs(), self.rounding(x)))

    def rounded(self, name, y, low, high, is_weight):
        """The integers nearest to y, and where y was not clipped."""
        run, is_inside = self.integers(y, low < 0, is_weight), self.bits(y, is_weight)
        if self.is_single:
            self.single.append(y.detach().double())
            return run.to(y.dtype), is_inside
        rounding = self.rounding(y)
        own = torch.round(torch.clip(y, low, high))
        run = run.to(y.dtype)
        # A tie lies in the middle of two neighbours; what is further apart is no tie.
        distance = torch.where((own - run).abs() <= 1, (y - (own + run) / 2).abs(), torch.inf)
        integers = self.settled("rounding", name, own, run, distance, rounding)
        edge = torch.minimum((y - low).abs(), (y - high).abs())
        return integers, self.settled("clipping", name, (y > low) & (y < high), is_inside, edge, rounding)

    def rounding(self, x):
        return float((self.single.pop(0) - x.detach()).abs().max())

    def choice(self, what, own, run, margin, rounding):
        """A choice of the method: the run's where the margin is no more than rounding."""
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
    """A rectifier's output with its side given: never negative, though a gradient may pass where x is."""
    y = x * side
    return y - y.detach().clamp(max=0)


def in_own_order(flat, x, is_weight=False):
    """What stands in the engine's order, in PyTorch's: images are kept there as [n, height, width, channels], weights as
    [height, width, in, out] and [in, out]."""
    if is_weight and x.dim() == 4:
        out, inner, height, width = x.shape
        return flat.reshape(height, width, inner, out).permute(3, 2, 0, 1)
    if is_weight:
        return flat.reshape(x.shape[1], x.shape[0]).t()
    if x.dim() == 4:
        n, channels, height, width = x.shape
        return flat.reshape(n, height, width, channels).permute(0, 3, 1, 2)
    return flat.reshape(x.shape)
