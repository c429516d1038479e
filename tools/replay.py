#!/usr/bin/env python3
"""Computes audited cells again in PyTorch and says how far SAMBench's runs are from them.

    sambench run SUITE --audit
    tools/replay.py results/quick/cells/CELL.h5

A cell is replayed from its file, and from the official records if it was trained on them (--data). Models, batch norm,
augmentation and methods are implementations of their own, in double precision: what is shown is the distance of the
engine's single precision from the exact run. Parameters deviate relative to the distance travelled so far, with
--restart relative to the step.

Single precision does not settle the side of a rectifier whose input is zero but for rounding. Where a step shows more
than rounding, those rectifiers are looked for, taken as the run took them, counted and named; --strict leaves them.

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
        help="begin each step at the run's own weights, so that deviations do not grow",
    )
    parser.add_argument("--strict", action="store_true", help="never take a rectifier near zero as the run took it")
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
        self.cell = cell
        self.loss, self.gradient = max(s.loss for s in steps), max(s.gradient for s in steps)
        # Restarted steps are judged one by one, a whole run by where it ends.
        off = [s.parameters for s in steps if s.parameters is not None]
        self.parameters = max(off) if restarts else off[-1]
        self.others = {}
        for step in steps:
            for name, value in step.others.items():
                self.others[name] = max(value, self.others.get(name, 0.0))
        self.taken = [s for s in steps if s.explanation is not None and s.explanation.taken]
        beyond = [s for s in steps if s.decision is not None or s.loss >= limit or restarts and s.parameters >= limit]
        if not beyond and not self.parameters < limit:
            beyond = [s for s in steps if s.parameters is not None and not s.parameters < limit]
        self.first = beyond[0] if beyond else None

    @property
    def rectifiers(self):
        """How many rectifiers near zero were taken as the run took them."""
        return sum(len(s.explanation.taken) for s in self.taken)

    @property
    def text(self):
        text = "equal within the limit"
        if self.first is not None:
            text = f"DEVIATES from step {self.first.i}: {self.first.decision or 'beyond the limit'}"
        if self.taken:
            largest = max(s.explanation.largest for s in self.taken)
            steps = ", ".join(str(s.i) for s in self.taken)
            text += f"; {self.rectifiers} rectifiers with inputs below {largest:.1e} taken as the run took them, steps {steps}"
        return text

    @property
    def short(self):
        mark = "" if self.first is None else f" **step {self.first.i}**"
        taken = f" ({self.rectifiers})" if self.taken else ""
        return f"{self.loss:.0e} / {self.parameters:.0e}{taken}{mark}"


def line(step):
    parameters = "       -" if step.parameters is None else f"{step.parameters:8.1e}"
    others = "  ".join(f"{name} {value:.1e}" for name, value in step.others.items())
    decision = f"  {step.decision}" if step.decision else ""
    if step.explanation is not None:
        found = step.explanation
        decision += f"  {len(found.taken)} rectifiers below {found.largest:.1e} taken otherwise, {found.left:.1e} left"
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
    for step in replay(cell, options.data, dtype, options.restart, not options.strict):
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
        what = "each step by itself / of the step, by its length" if options.restart else "whole runs / of the parameters at"
        print(f"\nLargest relative deviation of the loss, {what}", end="")
        print(":" if options.restart else " the end, by the distance travelled:")
        print("In brackets: rectifiers, their input zero but for rounding, that were taken as the run took them.\n")
        print(table(verdicts))
        print()
        for verdict in [v for v in verdicts if v.first is not None or v.taken]:
            print(f"{verdict.cell.alias}: {verdict.text}")
    print(f"\n{len(verdicts) - len(deviating)} of {len(verdicts)} cells agree within {options.limit:g}")
    return 2 if deviating else 0


if __name__ == "__main__":
    sys.exit(main())
