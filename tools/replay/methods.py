"""Every method written from its equations. A method turns the oracle's answers into one direction d.

`direction` returns d and a dictionary of what the run recorded too: loss, sampled, norms. Decisions are the method's
own; only what chance decided is read from the file.
"""

import math

import numpy as np
import torch

from .kinks import NORMS


class Step:
    """Where a step is: i from 1, the epoch from 0, T in all."""

    def __init__(self, i, epoch, total):
        self.i, self.epoch, self.total = i, epoch, total


class Method:
    def __init__(self, oracle, settings):
        self.oracle, self.cell, self.s = oracle, oracle.cell, settings

    def after(self, w):
        """Called once the optimizer has moved w."""

    def first(self, w, batch, trajectory=None):
        """The pass that every iteration begins with, the only one that moves running statistics."""
        return self.oracle.gradient(w, batch, update=True, trajectory=trajectory)

    def record(self, first, **others):
        g, is_tail = first.gradient, self.oracle.is_tail
        return {"loss": first.loss, "l2_sgd": norm(g), "l2_sgd_tail": norm(g * is_tail), **others}

    def sam(self, w, batch, g):
        """gS, taken at w + rho * g / norm(g)."""
        length = norm(g)
        epsilon = self.s["rho"] * g / (length + 1e-12) if length > 0 else torch.zeros_like(g)
        return self.oracle.gradient(self.oracle.guarded(w + epsilon), batch).gradient

    def sampled(self, first, gS):
        """What a SAM iteration records."""
        h = gS - first.gradient
        return self.record(first, sampled=1, l2_psf=norm(h), l2_psf_tail=norm(h * self.oracle.is_tail))


    def agreed(self, step, own, value, threshold):
        """Whether to take a second gradient: the run's choice where value and threshold are equal but for rounding."""
        kinks = self.oracle.kinks
        if kinks is None:
            return own
        margin = abs(value - threshold) / max(abs(threshold), 1e-300)
        return kinks.choice("threshold", own, bool(self.cell.traces["sampled"][step.i - 1]), margin, NORMS)


class SGD(Method):
    def direction(self, w, batch, step):
        first = self.first(w, batch)
        return first.gradient, {"loss": first.loss, "sampled": 0, "l2_sgd": norm(first.gradient)}


class SAM(Method):
    def direction(self, w, batch, step):
        first = self.first(w, batch)
        if (step.i - 1) % self.s["period"] != 0:
            return first.gradient, self.record(first, sampled=0)
        gS = self.sam(w, batch, first.gradient)
        return gS, self.sampled(first, gS)


class LookSAM(Method):
    g_v = None

    def is_due(self, step, g):
        return (step.i - 1) % self.s["period"] == 0

    def extra(self):
        return {}

    def direction(self, w, batch, step):
        first = self.first(w, batch)
        g = first.gradient
        if self.is_due(step, g):
            gS = self.sam(w, batch, g)
            cosine = torch.dot(g, gS) / (norm(g) * norm(gS))
            self.g_v = gS - norm(gS) * cosine * g / norm(g)
            return gS, {**self.sampled(first, gS), **self.extra(), "l2_orthogonal": norm(self.g_v)}
        d = g + self.s["alpha"] * norm(g) / (norm(self.g_v) + 1e-12) * self.g_v
        return d, {**self.record(first, sampled=0), **self.extra()}


class ESAM(Method):
    def direction(self, w, batch, step):
        n, updates = len(batch.samples), self.s["later_statistics"] == "update"
        first = self.first(w, batch)
        z = torch.tensor(self.cell.masks(step.i), dtype=w.dtype)
        masked = z * first.gradient
        length = norm(masked)
        epsilon = self.s["rho"] / self.s["beta"] * masked / (length + 1e-12) if length > 0 else 0 * masked
        there = self.oracle.guarded(w + epsilon)
        count, rows = max(1, math.floor(self.s["gamma"] * n)), None
        if count < n:
            second = self.oracle.evaluate(there, batch, update=updates)
            rises, rounding = second.losses - first.losses, first.rounding + second.rounding
            rows = torch.argsort(rises, descending=True, stable=True)[:count].sort().values
            rows = self.chosen(rows.tolist(), rises, rounding, self.cell.bits("selected", step.i, n).nonzero()[0].tolist())
        chosen = np.zeros(n, bool)
        chosen[slice(None) if rows is None else rows.numpy()] = True
        same = np.array_equal(chosen, self.cell.bits("selected", step.i, n))
        d = self.oracle.gradient(there, batch, update=updates, rows=rows).gradient
        return d, {"loss": first.loss, "sampled": 1, "l2_masked": length, "selected": same}


    def chosen(self, own, rises, rounding, run):
        """The examples selected: the run's where the rises of those that differ are equal but for rounding."""
        if self.oracle.kinks is not None and own != run and len(own) == len(run):
            differ = rises[sorted(set(own) ^ set(run))]
            own = self.oracle.kinks.choice("selection", own, run, float(differ.max() - differ.min()), rounding)
        return torch.tensor(own)


class Trajectory(Method):
    """What SAF and MESA share: held close to earlier scores in epochs after `start`."""

    def is_active(self, epoch):
        return epoch > self.s["start"]

    def pulled(self, w, batch, past):
        trajectory = None if past is None else (past, self.s["lambda"], self.s["temperature"])
        first = self.first(w, batch, trajectory)
        return first, (first.gradient, {"loss": first.loss, "sampled": 0, "l2_objective": norm(first.gradient)})


class SAF(Trajectory):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.scores = {}  # by epoch and dataset index

    def direction(self, w, batch, step):
        lag, past = self.s["lag"], None
        if self.is_active(step.epoch) and step.epoch >= lag:
            past = torch.stack([self.scores[step.epoch - lag, sample] for sample in batch.samples])
        first, answer = self.pulled(w, batch, past)
        self.scores.update({(step.epoch, sample): row for sample, row in zip(batch.samples, first.logits)})
        return answer


class MESA(Trajectory):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.mean, self.statistics = None, None

    def start(self, w):
        self.mean, self.statistics = w, dict(self.oracle.statistics)

    def direction(self, w, batch, step):
        if self.mean is None:
            self.start(w)
        past = None
        if self.is_active(step.epoch):
            past = self.oracle.evaluate(self.mean, batch, running=True, statistics=self.statistics).logits
        return self.pulled(w, batch, past)[1]

    def after(self, w):
        b = self.s["decay"]
        self.mean = b * self.mean + (1 - b) * w
        self.statistics = {n: b * v + (1 - b) * self.oracle.statistics[n] for n, v in self.statistics.items()}


class SharpnessTest:
    """AE-SAM's test of the squared gradient norm against its running mean and variance."""

    def __init__(self, settings):
        self.s, self.mean, self.variance = settings, 0.0, 1e-10

    def is_sharp(self, x, step):
        delta = self.s["delta"]
        self.mean = delta * self.mean + (1 - delta) * x
        self.variance = delta * self.variance + (1 - delta) * (x - self.mean) ** 2
        share = step.i / step.total
        c = share * self.s["lambda1"] + (1 - share) * self.s["lambda2"]
        self.threshold = self.mean + c * math.sqrt(self.variance)
        return x >= self.threshold

    def record(self):
        return {"sharpness_mean": self.mean, "sharpness_variance": self.variance}


class AESAM(Method):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.test = SharpnessTest(settings)

    def direction(self, w, batch, step):
        first = self.first(w, batch)
        g = first.gradient
        x = norm(g) ** 2
        if self.agreed(step, self.test.is_sharp(x, step), x, self.test.threshold):
            gS = self.sam(w, batch, g)
            return gS, {**self.sampled(first, gS), **self.test.record()}
        return g, {**self.record(first, sampled=0), **self.test.record()}


class AELookSAM(LookSAM):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.test = SharpnessTest(settings)

    def is_due(self, step, g):
        x = norm(g) ** 2
        return self.agreed(step, self.test.is_sharp(x, step), x, self.test.threshold)

    def extra(self):
        return self.test.record()


class VSAM(Method):
    """Algorithm 1 of the vSAM paper; `reuse: false` is vSAM-A."""

    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        n = settings["window"]
        self.planned = n / settings["period"] if settings["policy"] == "periodic" else settings["initial"]  # s
        self.taken, self.psf, self.last = 0, None, 0
        self.norms, self.variance_changes, self.ratio_changes = [], [], []
        self.variance, self.ratio = None, None
        self.windows = []

    def is_sampled(self, step):
        i, s = step.i, self.s
        if i <= s["start"]:
            return True
        if self.taken >= s["cap"] * s["window"] - 1e-9:
            return False
        if s["policy"] == "periodic":
            return (i - 1) % s["period"] == 0
        draw, p = self.cell.decisions["draws"][i - 1], self.planned / s["window"]
        return self.agreed(step, bool(draw < p), draw, p)

    def direction(self, w, batch, step):
        i, s = step.i, self.s
        first = self.first(w, batch)
        g = first.gradient
        if self.is_sampled(step):
            d = self.sam(w, batch, g)
            self.psf, self.last = d - g, i
            seen = torch.ones_like(g) if s["tail"] == "all" else self.oracle.is_tail
            self.observe(norm(self.psf * seen), norm(g * seen))
            record = self.sampled(first, d)
        else:
            d = g + s["gamma"] ** (i - self.last) * self.psf if s["reuse"] and self.psf is not None else g
            record = self.record(first, sampled=0)
        if i % s["window"] == 0:
            if i > s["start"]:
                self.move()
            self.windows.append({"window_end": i, "s": self.planned, "p": self.planned / s["window"], "taken": self.taken})
            self.taken = 0
        return d, record

    def observe(self, a, b):
        n, m = self.s["window"], self.s["slices"]
        self.taken += 1
        self.norms = (self.norms + [a])[-n:]
        if len(self.norms) == n:
            slices = np.sort(self.norms).reshape(m, n // m)
            variance = slices.var(axis=1).mean()  # Eq. 8
            if self.variance is not None:
                floor = 1e-12 * np.mean(self.norms) ** 2
                self.variance_changes = (self.variance_changes + [change(self.variance, variance, floor)])[-(n - 1) :]
            self.variance = variance
        ratio = a / b  # Eq. 11
        if self.ratio is not None:
            self.ratio_changes = (self.ratio_changes + [change(self.ratio, ratio, 1e-12)])[-(n - 1) :]
        self.ratio = ratio

    def move(self):
        s = self.s
        if s["policy"] in ("constant", "periodic"):
            return
        if s["policy"] == "drift":
            signal = s["drift"]
        else:
            signal = mean(self.variance_changes) + mean(self.ratio_changes)  # Eqs. 10, 13
        self.planned *= 1 + s["alpha"] * signal  # Eq. 14
        self.planned = min(max(self.planned, s["minimum"]), s["cap"] * s["window"])


def norm(v):
    return float(torch.linalg.vector_norm(v))


def mean(values):
    return sum(values) / len(values) if values else 0.0


def change(old, new, floor):
    """Eqs. 9 and 12."""
    return (new - old) / old if old > floor else 0.0


METHODS = {
    "sgd": SGD,
    "sam": SAM,
    "looksam": LookSAM,
    "esam": ESAM,
    "saf": SAF,
    "mesa": MESA,
    "ae-sam": AESAM,
    "ae-looksam": AELookSAM,
    "vsam": VSAM,
}
