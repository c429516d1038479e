#!/usr/bin/env python3
"""Computes audited cells again in PyTorch and says how far SAMBench's runs are from them.

    sambench run SUITE --audit
    tools/replay.py results/quick/cells/CELL.h5

A cell is replayed from its file, and from the official records if it was trained on them (--data). Models, batch norm,
augmentation and methods are implementations of their own, in double precision: what is shown is the distance of the
engine's single precision from the exact run. Parameters deviate relative to the distance travelled so far.

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
    parser.add_argument("--steps", action="store_true", help="print every step; implied by a single file")
    parser.add_argument("--table", action="store_true", help="print a table of methods by models at the end")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="replay with another setting, such as method.rho=0.06: shows how much a replay notices",
    )
    return parser.parse_args()


class Verdict:
    """The largest deviations of a cell, and the first step beyond the limit."""

    def __init__(self, cell, steps, limit):
        self.cell = cell
        self.loss, self.gradient = max(s.loss for s in steps), max(s.gradient for s in steps)
        kept = [s.parameters for s in steps if s.parameters is not None]
        self.parameters, self.last = max(kept, default=float("nan")), steps[-1].parameters
        self.others = {}
        for step in steps:
            for name, value in step.others.items():
                self.others[name] = max(value, self.others.get(name, 0.0))
        self.first = next((s for s in steps if s.exceeds(limit)), None)

    @property
    def text(self):
        if self.first is None:
            return "equal within the limit"
        what = self.first.decision or "beyond the limit"
        return f"DEVIATES from step {self.first.i}: {what}"

    @property
    def short(self):
        mark = "" if self.first is None else f" **step {self.first.i}**"
        return f"{self.loss:.0e} / {self.last or float('nan'):.0e}{mark}"


def line(step):
    parameters = "       -" if step.parameters is None else f"{step.parameters:8.1e}"
    others = "  ".join(f"{name} {value:.1e}" for name, value in step.others.items())
    decision = f"  {step.decision}" if step.decision else ""
    return f"{step.i:6d}  {step.loss:8.1e}  {step.gradient:8.1e}  {parameters}  {others}{decision}"


def replayed(path, options):
    cell = Cell(path)
    for setting in options.set:
        cell.override(setting)
    is_verbose = options.steps or len(options.files) == 1
    start, steps = time.time(), []
    print(f"{cell.alias}: {cell.iterations} iterations", flush=True)
    if is_verbose:
        print("  step      loss  gradient  parameters")
    for step in replay(cell, options.data, torch.float32 if options.float32 else torch.float64):
        steps.append(step)
        if is_verbose:
            print(line(step), flush=True)
    verdict = Verdict(cell, steps, options.limit)
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
        print("\nLargest relative deviation of the loss / of the parameters at the end, by the distance travelled:\n")
        print(table(verdicts))
        for verdict in deviating:
            print(f"\n{verdict.cell.alias}: {verdict.text}")
    print(f"\n{len(verdicts) - len(deviating)} of {len(verdicts)} cells are what their papers say within {options.limit:g}")
    return 2 if deviating else 0


if __name__ == "__main__":
    sys.exit(main())
