"""Every method, implemented from its equations in the notation of the Swift files.

`direction(step)` returns d; the step records the same values as the run. Methods make their own decisions; only random
choices are read from the file.
"""

import math

import numpy as np
import torch

from .kinks import NORMS


class Step:
    """One iteration: i from 1, the epoch from 0, T in total, w, the batch, and gradients at any weights; the optimizer's
    momentum before the step, the share of it that is kept, and the learning rate relative to the first.
    """

    def __init__(self, i, epoch, total, w, velocity, momentum, batch, oracle):
        self.i, self.epoch, self.total, self.w, self.batch, self.oracle = i, epoch, total, w, batch, oracle
        self.velocity, self.momentum, self.rate_share = velocity, momentum, 1.0
        self.recorded = {"sampled": 0}

    def first_gradient(self, trajectory=None, at=None):
        """The gradient on the whole batch, at w unless told otherwise: the only pass that moves running statistics."""
        self.first = self.oracle.gradient(self.w if at is None else at, self.batch, update=True, trajectory=trajectory)
        self.recorded["loss"] = self.first.loss
        self.record_norms("l2_sgd", self.first.gradient)
        return self.first.gradient

    def gradient(self, at, update=False, rows=None):
        """A later gradient, at any weights."""
        self.recorded["sampled"] = 1
        second = self.oracle.gradient(at, self.batch, update=update, rows=rows)
        if rows is None:
            self.record("loss_perturbed", second.loss)
        self.record_norms("l2_psf", second.gradient - self.first.gradient)
        return second.gradient

    def evaluate(self, at, **normalizing):
        """A forward pass on the batch at any weights."""
        return self.oracle.evaluate(at, self.batch, **normalizing)

    def perturb(self, along, by, over=None):
        """w + by * along / norm(along), Eq. 2; `over` stands in place of that norm where it is given."""
        length = norm(along) if over is None else over
        epsilon = by * along / (length + 1e-12) if length > 0 else torch.zeros_like(along)
        return self.oracle.guarded(self.w + epsilon)

    def record(self, name, value):
        """Records a value if the run has a trace of that name."""
        if name in self.oracle.cell.traces:
            self.recorded[name] = value

    def record_norms(self, name, v):
        self.record(name, norm(v))
        self.record(name + "_tail", norm(v * self.oracle.is_tail))


class Method:
    def __init__(self, oracle, settings):
        self.oracle, self.cell, self.s = oracle, oracle.cell, settings

    def after(self, w):
        """Called after the optimizer has updated w."""

    def agreed(self, step, own, value, threshold):
        """Whether to take a second gradient: the run's choice if value and threshold are equal up to rounding."""
        kinks = self.oracle.kinks
        if kinks is None:
            return own
        margin = abs(value - threshold) / max(abs(threshold), 1e-300)
        return kinks.choice("threshold", own, bool(self.cell.traces["sampled"][step.i - 1]), margin, NORMS)


class SGD(Method):
    def direction(self, step):
        return step.first_gradient()


class SAM(Method):
    def direction(self, step):
        g = step.first_gradient()
        if not is_due(step.i, self.s["period"]):
            return g
        w_hat = step.perturb(along=g, by=self.s["rho"])
        return step.gradient(at=w_hat)


class LookSAM(Method):
    def direction(self, step):
        g = step.first_gradient()
        if is_due(step.i, self.s["period"]):
            d = step.gradient(at=step.perturb(along=g, by=self.s["rho"]))
            self.g_v = torch.cat([orthogonal(x, y) for x, y in zip(self.parts(d), self.parts(g))])
            step.record("l2_orthogonal", norm(self.g_v))
            return d
        cap, d = self.s.get("cap", 0) or math.inf, []
        for x, g_v in zip(self.parts(g), self.parts(self.g_v)):
            d.append(x + min(self.s["alpha"] * norm(x) / (norm(g_v) + 1e-12), cap) * g_v)
        return torch.cat(d)

    def parts(self, v):
        """All of v, or its tensors."""
        if self.s.get("projection", "global") == "global":
            return [v]
        return v.split([t.count for t in self.cell.tensors])


class ESAM(Method):
    def direction(self, step):
        n, updates = len(step.batch.samples), self.s["later_statistics"] == "update"
        z = torch.tensor(self.cell.masks(step.i), dtype=step.w.dtype)  # SWP
        masked = z * step.first_gradient()
        step.record("l2_masked", norm(masked))
        w_hat = step.perturb(along=masked, by=self.s["rho"] / self.s["beta"])
        rows = self.selected_rows(step, w_hat, n, updates)  # SDS
        chosen = np.zeros(n, bool)
        chosen[slice(None) if rows is None else rows.numpy()] = True
        step.recorded["selected"] = np.array_equal(chosen, self.cell.bits("selected", step.i, n))
        return step.gradient(at=w_hat, update=updates, rows=rows)

    def selected_rows(self, step, w_hat, n, updates):
        """The examples of the second gradient, or None for all."""
        count = max(1, math.floor(self.s["gamma"] * n))
        if count == n:
            return None
        run = self.cell.bits("selected", step.i, n).nonzero()[0].tolist()
        if self.s.get("selection", "rise") == "random":
            return torch.tensor(run)
        second = step.evaluate(at=w_hat, update=updates)
        step.record("loss_perturbed", second.loss)
        rises, rounding = second.losses - step.first.losses, step.first.rounding + second.rounding
        rows = torch.argsort(rises, descending=True, stable=True)[:count].sort().values
        return self.chosen(rows.tolist(), rises, rounding, run)

    def chosen(self, own, rises, rounding, run):
        """The selected examples: the run's if the rises of the differing ones are equal up to rounding."""
        if self.oracle.kinks is not None and own != run and len(own) == len(run):
            differ = rises[sorted(set(own) ^ set(run))]
            own = self.oracle.kinks.choice("selection", own, run, float(differ.max() - differ.min()), rounding)
        return torch.tensor(own)


class Trajectory(Method):
    """Base of SAF and MESA: keeps scores close to earlier ones in epochs after `start`."""

    def is_active(self, epoch):
        return epoch > self.s["start"]

    def pulled(self, step, past):
        trajectory = None if past is None else (past, self.s["lambda"], self.s["temperature"])
        d = step.first_gradient(trajectory)
        step.record("l2_objective", norm(d))
        return d


class SAF(Trajectory):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.store = {}  # by epoch and dataset index

    def direction(self, step):
        lag, past = self.s["lag"], None
        if self.is_active(step.epoch) and step.epoch >= lag:
            past = torch.stack([self.store[step.epoch - lag, sample] for sample in step.batch.samples])
        d = self.pulled(step, past)
        self.store.update({(step.epoch, sample): row for sample, row in zip(step.batch.samples, step.first.logits)})
        return d


class MESA(Trajectory):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.mean, self.statistics = None, None

    def direction(self, step):
        if self.mean is None:
            self.mean, self.statistics = step.w, dict(self.oracle.statistics)
        past = None
        if self.is_active(step.epoch):
            past = step.evaluate(at=self.mean, running=True, statistics=self.statistics).logits
        return self.pulled(step, past)

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


class AESAM(Method):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.test = SharpnessTest(settings)

    def direction(self, step):
        g = step.first_gradient()
        x = norm(g) ** 2
        is_sharp = self.agreed(step, self.test.is_sharp(x, step), x, self.test.threshold)
        step.record("sharpness_mean", self.test.mean)
        step.record("sharpness_variance", self.test.variance)
        if not is_sharp:
            return g
        return step.gradient(at=step.perturb(along=g, by=self.s["rho"]))


class ASAM(Method):
    def direction(self, step):
        g = step.first_gradient()
        factors = torch.where(self.is_scaled(), step.w.abs() + self.s["eta"], torch.ones_like(step.w))  # T
        length = norm(factors * g)
        step.record("l2_scaled", length)
        return step.gradient(at=step.perturb(along=factors**2 * g, by=self.s["rho"], over=length))

    def is_scaled(self):
        scaled = self.s["scaled"]
        return self.oracle.marks(lambda name: scaled == "all" or scaled == "weights" and name.endswith(".weight")) > 0


class GSAM(Method):
    def direction(self, step):
        g = step.first_gradient()
        rho = self.s["rho"] * (self.s["floor"] + (1 - self.s["floor"]) * step.rate_share)
        g_s = step.gradient(at=step.perturb(along=g, by=rho))
        kept, other, sign = (g_s, g, -1) if self.s["descent"] == "perturbed" else (g, g_s, 1)
        gap = orthogonal(other, kept)
        step.record("l2_gap", norm(gap))
        return kept + sign * self.s["alpha"] * gap


class FriendlySAM(Method):
    def direction(self, step):
        g, keeps, sigma = step.first_gradient(), self.s["lambda"], self.s["sigma"]
        if self.s["form"] == "paper":
            self.mean = keeps * (0 if step.i == 1 else self.mean) + (1 - keeps) * g
            noise = g - sigma * self.mean
        else:
            noise = g if step.i == 1 else g - sigma * self.mean
            self.mean = g if step.i == 1 else keeps * self.mean + (1 - keeps) * g
        step.record("l2_noise", norm(noise))
        return step.gradient(at=step.perturb(along=noise, by=self.s["rho"]))


class MSAM(Method):
    def direction(self, step):
        d = step.first_gradient(at=step.perturb(along=-step.velocity, by=self.s["rho"]))
        step.record("l2_perturbed", norm(d))
        return d


class RST(Method):
    def direction(self, step):
        g = step.first_gradient()
        p = self.s["probability"] + self.s["growth"] * (step.i / step.total - 0.5)
        draw = self.cell.decisions["draws"][step.i - 1]
        if not self.agreed(step, bool(draw < p), draw, p):
            return g
        return step.gradient(at=step.perturb(along=g, by=self.s["rho"]))


class GNP(Method):
    def direction(self, step):
        g, alpha = step.first_gradient(), self.s["alpha"]
        g_s = step.gradient(at=step.perturb(along=g, by=self.s["rho"]))
        if self.s["mixed"] == "unit":
            g = g / norm(g)
        return (1 - alpha) * g + alpha * g_s


class WSAM(Method):
    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        self.last = 0  # h of the last iteration

    def direction(self, step):
        g, weight = step.first_gradient(), self.s["gamma"] / (1 - self.s["gamma"])
        h = step.gradient(at=step.perturb(along=g, by=self.s["rho"])) - g
        if self.s["sharpness"] == "coupled":
            return g + weight * h
        d = g + weight * (h - step.momentum * self.last)
        self.last = h
        return d


class VaSSO(Method):
    def direction(self, step):
        g, theta = step.first_gradient(), self.s["theta"]
        self.mean = g if step.i == 1 else (1 - theta) * self.mean + theta * g
        step.record("l2_mean", norm(self.mean))
        return step.gradient(at=step.perturb(along=self.mean, by=self.s["rho"]))


class VSAM(Method):
    """Algorithm 1 of the vSAM paper; `reuse: false` is vSAM-A."""

    def __init__(self, oracle, settings):
        super().__init__(oracle, settings)
        n = settings["window"]
        self.planned = n / settings["period"] if settings["policy"] == "periodic" else settings["initial"]  # s
        self.taken, self.psf, self.last_sample = 0, 0, 0
        self.gamma = settings["gamma"] if settings["reuse"] else 0
        self.norms, self.variance_changes, self.ratio_changes = [], [], []
        self.variance, self.ratio = None, None
        self.windows = []

    def is_sampled(self, step):
        i, s = step.i, self.s
        if self.taken >= s["cap"] * s["window"] - 1e-9:
            return False
        if s["policy"] == "periodic":
            return is_due(i, s["period"])
        draw, p = self.cell.decisions["draws"][i - 1], self.planned / s["window"]
        return self.agreed(step, bool(draw < p), draw, p)

    def direction(self, step):
        i, s = step.i, self.s
        g = step.first_gradient()  # 3
        if i <= s["start"] or self.is_sampled(step):  # 4
            w_hat = step.perturb(along=g, by=s["rho"])  # 5: w + epsilonHat, Eq. 2
            d = step.gradient(at=w_hat)  # 5: gS, Eq. 4
            self.psf = d - g  # 6
            observed = torch.ones_like(g) if s["tail"] == "all" else self.oracle.is_tail
            self.observe(norm(self.psf * observed), norm(g * observed))
            self.last_sample = i
        else:
            d = g + self.gamma ** (i - self.last_sample) * self.psf  # 9, Eq. 17
        if i > s["start"] and i % s["window"] == 0:  # 11 to 13
            self.update()
        if i % s["window"] == 0:
            self.windows.append({"window_end": i, "s": self.planned, "p": self.planned / s["window"], "taken": self.taken})
            self.taken = 0
        return d

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

    def update(self):
        s = self.s
        if s["policy"] in ("constant", "periodic"):
            return
        if s["policy"] == "drift":
            signal = s["drift"]
        else:
            signal = mean(self.variance_changes) + mean(self.ratio_changes)  # Eqs. 10, 13
        self.planned *= 1 + s["alpha"] * signal  # Eq. 14
        self.planned = min(max(self.planned, s["minimum"]), s["cap"] * s["window"])


def is_due(i, period):
    """Whether iteration i is the first of its period."""
    return (i - 1) % period == 0


def orthogonal(gS, g):
    """The component of gS orthogonal to g, in the form of Liu et al."""
    if norm(g) == 0:
        return gS - g
    cosine = torch.dot(g, gS) / (norm(g) * norm(gS))
    return gS - norm(gS) * cosine * g / norm(g)


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
    "vsam": VSAM,
    "asam": ASAM,
    "gsam": GSAM,
    "friendly-sam": FriendlySAM,
    "msam": MSAM,
    "rst": RST,
    "gnp": GNP,
    "wsam": WSAM,
    "vasso": VaSSO,
}
