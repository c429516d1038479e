#!/usr/bin/env python3
"""Recomputes audited cells in PyTorch and prints the deviations of SAMBench's runs.

    sambench run SUITE --audit
    tools/replay.py results/quick/cells/CELL.h5

A cell is replayed from its file, and from the official records if it was trained on them (--data). Models, batch norm,
augmentation and methods are independent implementations in double precision, so the result is the distance of the
engine's single precision from the exact run. Deviations of parameters are relative to the distance traveled so far,
with --restart relative to the step.

When the input of a ReLU is zero up to rounding, or a value is halfway between two integers of a quantizer, rounding
decides the side, and training amplifies the difference. A cell is therefore replayed freely and, if such values occur,
once more with the sides that the run took. A cell beyond the limit is explained if the second replay is within it and
every side taken from the run is within rounding; --strict only replays freely.

Exit status: 0 all within the limit or explained, 2 an unexplained deviation or decision, 5 a file without an audit,
7 a damaged file, 64 wrong usage, 66 data not found.
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
        help="start each step from the run's weights, so that deviations do not accumulate",
    )
    parser.add_argument("--strict", action="store_true", help="never take a side from the run")
    parser.add_argument("--quiet", action="store_true", help="print no line per cell")
    parser.add_argument("--steps", action="store_true", help="print every step; default for a single file")
    parser.add_argument("--table", action="store_true", help="print a table of all cells at the end")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="replay with another setting, such as method.rho=0.06, to show what a replay detects",
    )
    return parser.parse_args()


class Replayed:
    """The largest deviations of one replay of a cell, and the first step beyond the limit."""

    def __init__(self, steps, limit, restarts):
        self.steps, self.loss = steps, max(s.loss for s in steps)
        # Restarted steps are judged one by one, a whole run by its end point.
        off = [s.parameters for s in steps if s.parameters is not None]
        self.parameters = max(off) if restarts else off[-1]
        self.taken = [(s.i, taken) for s in steps for taken in s.taken]
        beyond = [s for s in steps if s.decision is not None or not s.loss < limit]
        if not self.parameters < limit:
            beyond += [s for s in steps if s.parameters is not None and not s.parameters < limit]
        self.first = min(beyond, key=lambda step: step.i, default=None)

    @property
    def columns(self):
        return f"{self.loss:.0e} | {self.parameters:.0e}"


class Verdict:
    """The outcome of a cell: `free`, and `held` to the run's sides."""

    def __init__(self, cell, free, held, limit):
        self.cell, self.free, self.held, self.limit = cell, free, held, limit
        self.is_within, self.is_explained = free.first is None, held.first is None

    @property
    def text(self):
        if self.is_within:
            return "within"
        if not self.is_explained:
            first = self.held.first
            return f"**NOT EXPLAINED from step {first.i}**: {first.decision or f'beyond {self.limit:g}'}"
        (i, first), largest = self.held.taken[0], max(taken.distance / taken.rounding for _, taken in self.held.taken)
        count = len(self.held.taken)
        return f"step {i}: {first.text}; {count} in total, at most {largest:.1f} times rounding"

    @property
    def names(self):
        """Model and method."""
        model, _, method, *_ = self.cell.alias.partition(": ")[2].split(", ")
        return model, method

    @property
    def row(self):
        model, method = self.names
        beyond = "" if self.is_within else f"{self.free.first.i}"
        return f"| {model} | {method} | {self.free.columns} | {beyond} | {self.held.columns} | {self.text} |"


def line(step):
    parameters = "       -" if step.parameters is None else f"{step.parameters:8.1e}"
    others = "  ".join(f"{name} {value:.1e}" for name, value in step.others.items())
    decision = f"  {step.decision}" if step.decision else ""
    taken = "".join(f"\n        {taken.text}" for taken in step.taken[:10])
    return f"{step.i:6d}  {step.loss:8.1e}  {step.gradient:8.1e}  {parameters}  {others}{decision}{taken}"


def replayed(path, options):
    cell = Cell(path)
    for setting in options.set:
        cell.override(setting)
    is_verbose = options.steps or (len(options.files) == 1 and not options.quiet)
    start = time.time()
    if options.restart and cell.snapshots <= cell.iterations:
        raise NotReplayable(f"{path}: too large to store the weights of every step; omit --restart", NotReplayable.MISSING)
    if not options.quiet:
        print(f"{cell.alias}: {cell.iterations} iterations", flush=True)

    def once(title, follows):
        steps = []
        if is_verbose:
            print(f"  {title}\n  step      loss  gradient  parameters")
        dtype = torch.float32 if options.float32 else torch.float64
        for step in replay(cell, options.data, dtype, options.restart, follows):
            steps.append(step)
            if is_verbose:
                print(line(step), flush=True)
        return Replayed(steps, options.limit, options.restart)

    if options.strict or options.float32:
        held = free = once("freely", False)
    else:
        held = once("with the run's sides of kinks", True)
        free = once("freely", False) if held.taken else held
    verdict = Verdict(cell, free, held, options.limit)
    if not options.quiet:
        print(f"  {verdict.row}  ({time.time() - start:.1f} s)")
    return verdict


def table(verdicts, restarts):
    """One row per cell."""
    what = "loss, largest | parameters, largest" if restarts else "loss, largest | parameters, end"
    lines = [
        f"| model | method | free: {what} | beyond from step | run's sides: {what} | first side within rounding |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join(lines + [verdict.row for verdict in sorted(verdicts, key=lambda verdict: verdict.names)])


def main():
    options = arguments()
    try:
        verdicts = [replayed(path, options) for path in options.files]
    except NotReplayable as error:
        print(f"replay: {error}", file=sys.stderr)
        return error.status
    unexplained = [v for v in verdicts if not v.is_within and not v.is_explained]
    if options.table:
        what = "whole runs; parameters relative to the distance traveled"
        if options.restart:
            what = "single steps; parameters relative to the step's length"
        print(f"\nRelative deviation from the exact run, {what}:\n")
        print(table(verdicts, options.restart))
    within = sum(v.is_within for v in verdicts)
    print(
        f"\n{within} of {len(verdicts)} cells agree within {options.limit:g} freely, "
        f"{len(verdicts) - within - len(unexplained)} with the run's sides of kinks, {len(unexplained)} not"
    )
    return 2 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
