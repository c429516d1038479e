"""Rectifier inputs so close to zero that single precision does not settle their side.

Where a rectifier's input is zero but for rounding, two right programs may let a gradient pass or not, and one of some
hundred thousand such choices moves a gradient by its thousandth part. `explain` finds out whether a step's deviation
is nothing but such choices: it takes every one the other way in turn, fits the deviation by a sum of their effects, and
computes the step again with all that came out as taken.
"""

import copy

import torch

NEARNESS = 1e-4
# How many of the nearest are tried: more only if fewer do not explain the step.
TRIED = (10, 40, 160)


class Kinks:
    """Watches the rectifiers of one step; those in `flipped` let pass what they should stop, and the reverse."""

    def __init__(self, flipped=()):
        self.near, self.flipped, self.passes, self.layer = [], set(flipped), 0, 0

    def begin_pass(self):
        self.passes, self.layer = self.passes + 1, 0

    def rectified(self, x):
        self.layer += 1
        values = x.detach().reshape(-1)
        for k in (values.abs() < NEARNESS).nonzero().reshape(-1).tolist():
            self.near.append((abs(float(values[k])), (self.passes, self.layer, k)))
        passes = values > 0
        for number, layer, k in self.flipped:
            if (number, layer) == (self.passes, self.layer):
                passes[k] = ~passes[k]
        return x * passes.reshape(x.shape)


def explain(method, w, batch, step, stored, limit):
    """How far the stored direction is from the replay's once the rectifiers near zero are taken as they were.

    method: as it was before the step. w: the weights before it. stored: the run's direction d.
    Returns how many rectifiers the run took the other way, the largest of their inputs, and what deviation is left.
    """

    def direction(flipped=()):
        own = copy.deepcopy(method, {id(method.cell): method.cell})
        own.oracle.kinks = Kinks(flipped)
        return own.direction(w, batch, step)[0], own.oracle.kinks.near

    exact, near = direction()
    near, effects, best = sorted(near), [], (0, 0.0, relative(stored, exact))
    for count in TRIED:
        for _, place in near[len(effects) : count]:
            effects.append(direction([place])[0] - exact)
        if not effects or best[2] < limit:
            break
        matrix, rest = torch.stack(effects, 1), (stored - exact).unsqueeze(1)
        shares = torch.linalg.lstsq(matrix, rest, driver="gelsd").solution.reshape(-1)
        taken = [entry for entry, share in zip(near, shares.tolist()) if share > 0.5]
        left = relative(stored, direction([place for _, place in taken])[0])
        best = min(best, (len(taken), max((input for input, _ in taken), default=0.0), left), key=lambda found: found[2])
    return best


def relative(stored, value):
    return float(torch.linalg.vector_norm(stored - value) / torch.linalg.vector_norm(value))
