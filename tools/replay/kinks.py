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


class Explanation:
    """How a step looks with some rectifiers taken as the run took them."""

    def __init__(self, taken, left):
        # (input, place) of each rectifier, and the relative deviation of d that is left.
        self.taken, self.left = taken, left

    @property
    def largest(self):
        """The largest input of a rectifier that was taken the other way."""
        return max((value for value, _ in self.taken), default=0.0)

    @property
    def places(self):
        return [place for _, place in self.taken]


def explain(method, w, batch, step, stored, enough):
    """Looks for the rectifiers near zero that the run took the other way.

    method: as it was before the step. w: the weights before it. stored: the run's direction d. enough: a deviation of d
    at which there is nothing more to find.
    """

    def direction(flipped=()):
        own = copy.deepcopy(method, {id(method.cell): method.cell})
        own.oracle.kinks = Kinks(flipped)
        return own.direction(w, batch, step)[0], own.oracle.kinks.near

    exact, near = direction()
    near, effects, best = sorted(near), [], Explanation([], relative(stored, exact))
    for count in TRIED:
        for _, place in near[len(effects) : count]:
            effects.append(direction([place])[0] - exact)
        if not effects or best.left < enough:
            break
        matrix, rest = torch.stack(effects, 1), (stored - exact).unsqueeze(1)
        shares = torch.linalg.lstsq(matrix, rest, driver="gelsd").solution.reshape(-1)
        taken = [entry for entry, share in zip(near, shares.tolist()) if share > 0.5]
        found = Explanation(taken, relative(stored, direction([place for _, place in taken])[0]))
        best = min(best, found, key=lambda explanation: explanation.left)
    return best


def norm(v):
    return torch.linalg.vector_norm(v)


def relative(stored, value):
    return float(norm(stored - value) / norm(value))
