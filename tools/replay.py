#!/usr/bin/env python3
"""Computes audited cells again in PyTorch and says how far SAMBench's runs are from them.

    sambench run SUITE --audit
    tools/replay.py results/quick/cells/CELL.h5

A cell is replayed from its file, and from the official records if it was trained on them (--data). Models, batch norm,
augmentation and methods are implementations of their own, in double precision: what is shown is the distance of the
engine's single precision from the exact run. Parameters deviate relative to the distance travelled so far, with
--restart relative to the step.

Exit status: 0 all within the limits, 2 a deviation or another decision, 5 a file without an audit, 7 a damaged file,
64 wrong usage, 66 data not found.
"""

import argparse
import sys
import time

import torch

from replay.cell import Cell, NotReplayable
from replay.run import replay


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(NotReplayable.USAGE, f"{self.prog}: {message}\n")


def arguments():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="cell files with an audit")
    parser.add_argument("--data", help="folder of the official record files")
    parser.add_argument("--limit", type=float, default=1e-3, help="largest relative deviation allowed (1e-3)")
    parser.add_argument("--float32", action="store_true", help="replay in single precision")
    parser.add_argument(
        "--restart", action="store_true",
        help="begin each step at the run's own weights, so that deviations do not grow, and look for rectifiers near zero",
    )
    parser.add_argument("--quiet", action="store_true", help="no line for each cell")
    parser.add_argument("--steps", action="store_true", help="print every step; implied by a single file")
    parser.add_argument("--table", action="store_true", help="print a table of methods by models at the end")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="replay with another setting, such as method.rho=0.06: shows how much a replay notices",
    )
    return parser.parse_args()


class Verdict:
    """The largest deviations of a cell, and the first step that shows more than rounding."""

    def __init__(self, cell, steps, limit, restarts):
        self.cell, self.restarts = cell, restarts
        self.loss, self.gradient = max(s.loss for s in steps), max(s.gradient for s in steps)
        kept = [s.parameters for s in steps if s.parameters is not None]
        self.parameters = max(kept) if restarts else steps[-1].parameters
        self.others = {}
        for step in steps:
            for name, value in step.others.items():
                self.others[name] = max(value, self.others.get(name, 0.0))
        self.kinks = [s for s in steps if s.kinks is not None]
        if restarts:
            # A step is judged by itself, with the rectifiers near zero as the run took them.
            self.first = next((s for s in steps if s.exceeds(limit)), None)
            self.left = max(s.parameters if s.kinks is None else s.kinks[2] for s in steps)
        else:
            self.first = next((s for s in steps if s.decision is not None or s.loss >= limit), None)
            if self.first is None and not self.parameters < limit:
                self.first = next(s for s in steps if s.parameters is not None and not s.parameters < limit)
            self.left = self.parameters

    @property
    def text(self):
        if self.first is not None:
            return f"DEVIATES from step {self.first.i}: {self.first.decision or 'beyond the limit'}"
        if not self.kinks:
            return "equal within the limit"
        number, largest = sum(s.kinks[0] for s in self.kinks), max(s.kinks[1] for s in self.kinks)
        steps = ", ".join(str(s.i) for s in self.kinks)
        return (
            f"equal within the limit once {number} rectifiers with inputs up to {largest:.0e} are taken as the run took "
            f"them, in steps {steps}"
        )

    @property
    def short(self):
        mark = "" if self.first is None else f" **step {self.first.i}**"
        kinks = f" ({self.left:.0e})" if self.kinks else ""
        return f"{self.loss:.0e} / {self.parameters:.0e}{kinks}{mark}"


def line(step):
    parameters = "       -" if step.parameters is None else f"{step.parameters:8.1e}"
    others = "  ".join(f"{name} {value:.1e}" for name, value in step.others.items())
    decision = f"  {step.decision}" if step.decision else ""
    if step.kinks is not None:
        number, largest, left = step.kinks
        decision += f"  {number} rectifiers below {largest:.0e} taken otherwise, {left:.1e} left"
    return f"{step.i:6d}  {step.loss:8.1e}  {step.gradient:8.1e}  {parameters}  {others}{decision}"


def replayed(path, options):
    cell = Cell(path)
    for setting in options.set:
        cell.override(setting)
    is_verbose = options.steps or (len(options.files) == 1 and not options.quiet)
    start, steps = time.time(), []
    if options.restart and cell.snapshots <= cell.iterations:
        raise NotReplayable(f"{path}: the network is too large for weights of every step", NotReplayable.MISSING)
    if not options.quiet:
        print(f"{cell.alias}: {cell.iterations} iterations", flush=True)
    if is_verbose:
        print("  step      loss  gradient  parameters")
    dtype = torch.float32 if options.float32 else torch.float64
    for step in replay(cell, options.data, dtype, options.restart, options.limit):
        steps.append(step)
        if is_verbose:
            print(line(step), flush=True)
    verdict = Verdict(cell, steps, options.limit, options.restart)
    if options.quiet:
        return verdict
    others = "".join(f", {name} {value:.1e}" for name, value in verdict.others.items())
    print(
        f"  loss {verdict.loss:.1e}, gradient norm {verdict.gradient:.1e}, parameters {verdict.parameters:.1e}{others}\n"
        f"  {verdict.text} ({time.time() - start:.1f} s)"
    )
    return verdict


def table(verdicts):
    """Methods by models: largest deviation of the loss, deviation of the parameters at the end."""
    names = [v.cell.alias.partition(": ")[2].split(", ") for v in verdicts]
    models = list(dict.fromkeys(name[0] for name in names))
    rows = {}
    for (model, _, method, *_), verdict in zip(names, verdicts):
        rows.setdefault(method, {})[model] = verdict.short
    lines = ["| method | " + " | ".join(models) + " |", "| --- |" + " --- |" * len(models)]
    for method, cells in rows.items():
        lines.append(f"| {method} | " + " | ".join(cells.get(model, "-") for model in models) + " |")
    return "\n".join(lines)


def main():
    options = arguments()
    try:
        verdicts = [replayed(path, options) for path in options.files]
    except NotReplayable as error:
        print(f"replay: {error}", file=sys.stderr)
        return error.status
    deviating = [v for v in verdicts if v.first is not None]
    if options.table:
        if options.restart:
            print("\nEvery step by itself: largest relative deviation of the loss / of the step, by its length (what is left")
            print("once rectifiers whose input is zero but for rounding are taken as the run took them):\n")
        else:
            print("\nThe whole run: largest relative deviation of the loss / of the parameters at the end, by the distance")
            print("travelled:\n")
        print(table(verdicts))
        print()
        for verdict in [v for v in verdicts if v.first is not None or v.kinks]:
            print(f"{verdict.cell.alias}: {verdict.text}")
    print(f"\n{len(verdicts) - len(deviating)} of {len(verdicts)} cells agree within {options.limit:g}")
    return 2 if deviating else 0


if __name__ == "__main__":
    sys.exit(main())
