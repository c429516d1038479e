#!/usr/bin/env python3
"""Compares SAMBench's training step with PyTorch's on this machine.

Both sides run as processes of their own, alternately, round after round, so that a change of the machine's load meets
both. Printed are medians over all repetitions of all rounds, their range, and the ratio of medians. Needs nothing but
Python's standard library; --python names the interpreter that has PyTorch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# name: model, its settings, batch, least ratio of speeds to reach, steps in a repetition.
CASES = {
    "resnet18": ("resnet", {}, 128, 2.0, 3),
    "wrn-28-10": ("wide-resnet", {"depth": 28, "widen": 10}, 32, 2.0, 2),
    "wrn-16-4": ("wide-resnet", {"depth": 16, "widen": 4}, 128, 1.8, 4),
    "resnet18-w16": ("resnet", {"width": 16}, 128, 1.8, 12),
    "pyramidnet110": ("pyramidnet", {"depth": 110, "alpha": 270}, 32, 1.6, 2),
    "mobilenet": ("mobilenet", {}, 128, 1.5, 8),
}
DEFAULT_CASES = ["resnet18", "wrn-28-10", "wrn-16-4", "resnet18-w16"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)} (default: the first four)")
    parser.add_argument("--sambench", default=".build/release/sambench", help="the program to measure")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with PyTorch")
    parser.add_argument("--rounds", type=int, default=3, help="times each side is started")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--memory-format", choices=["channels_last", "nchw", "best"], default="channels_last",
                        help="PyTorch's; best tries both and takes the faster")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    unknown = [case for case in options.cases if case not in CASES]
    if unknown:
        parser.error(f"unknown case {', '.join(unknown)}; known: {', '.join(CASES)}")
    options.cases = options.cases or DEFAULT_CASES
    return options


def measured(command):
    """Runs a command and returns the JSON object it prints."""
    try:
        outcome = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{command[0]}: cannot be started ({error.strerror}).")
    if outcome.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {outcome.returncode}:\n{outcome.stderr.strip()}")
    return json.loads(outcome.stdout)


def speeds(result):
    """Images per second of every repetition; a single median where a side reports no more."""
    value = result["images_per_second"]
    return value if isinstance(value, list) else [value]


def ours(options, case):
    model, settings, batch, _, steps = CASES[case]
    command = [options.sambench, "bench", "--model", model, "--batch", batch, "--method", "sgd", "--threads",
               options.threads, "--steps", steps, "--format", "json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    return measured(command)


def theirs(options, case, memory_format):
    model, settings, batch, _, steps = CASES[case]
    command = [options.python, HERE / "torch/train_step.py", "--model", model, "--batch", batch, "--threads",
               options.threads, "--steps", steps]
    if memory_format == "channels_last":
        command.append("--channels-last")
    for key, value in settings.items():
        command += [f"--{key}", value]
    return measured(command)


def compare(options, case):
    """Alternates the sides and gathers what both printed."""
    formats = ["channels_last", "nchw"] if options.memory_format == "best" else [options.memory_format]
    own, others = [], {name: [] for name in formats}
    for round_number in range(options.rounds):
        print(f"{case}: round {round_number + 1} of {options.rounds}", file=sys.stderr)
        own.append(ours(options, case))
        for name in formats:
            others[name].append(theirs(options, case, name))
    fastest = max(formats, key=lambda name: statistics.median(sum(map(speeds, others[name]), [])))
    a, b = summary(own), summary(others[fastest])
    if a["parameters"] != b["parameters"]:
        sys.exit(f"{case}: {a['parameters']} parameters here, {b['parameters']} in PyTorch: not the same network.")
    return {
        "case": case, "batch": CASES[case][2], "threads": options.threads, "memory_format": fastest,
        "ours": a, "theirs": b, "ratio": a["images_per_second"] / b["images_per_second"],
        "ratio_goal": CASES[case][3], "memory_ratio": a["peak_memory_bytes"] / b["peak_memory_bytes"],
        "gemm_peak_share": own[-1].get("gemm_peak_share"), "blas_core": own[-1].get("blas_core"),
        "torch": others[fastest][-1]["torch"],
    }


def summary(results):
    values = sum(map(speeds, results), [])
    # SAMBench prints median and range, the PyTorch script every repetition: the spread is that of repetitions in both.
    spread = values + [r[key] for r in results for key in ("images_per_second_min", "images_per_second_max") if key in r]
    return {
        "images_per_second": statistics.median(values), "images_per_second_min": min(spread),
        "images_per_second_max": max(spread), "peak_memory_bytes": max(r["peak_memory_bytes"] for r in results),
        "parameters": results[-1]["parameters"],
    }


def table(rows):
    head = ["case", "batch", "ours img/s", "(range)", "PyTorch img/s", "(range)", "ratio", "goal", "ours MiB",
            "PyTorch MiB", "ratio"]
    body = []
    for row in rows:
        cells = [row["case"], str(row["batch"])]
        for side in ("ours", "theirs"):
            s = row[side]
            cells += [f"{s['images_per_second']:.1f}",
                      f"{s['images_per_second_min']:.1f}-{s['images_per_second_max']:.1f}"]
        cells += [f"{row['ratio']:.2f}", f"{row['ratio_goal']:.1f}"]
        cells += [f"{row[side]['peak_memory_bytes'] / 2**20:.0f}" for side in ("ours", "theirs")]
        cells.append(f"{row['memory_ratio']:.2f}")
        body.append(cells)
    widths = [max(len(line[i]) for line in [head] + body) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths)))
             for line in [head] + body]
    last = rows[-1]
    lines.append(f"whole SGD step, fp32, {last['threads']} threads, medians; PyTorch {last['torch']} "
                 f"{'/'.join(sorted({row['memory_format'] for row in rows}))}; BLAS core {last['blas_core']}; "
                 "memory is the peak resident set")
    return "\n".join(lines)


def main():
    options = arguments()
    rows = [compare(options, case) for case in options.cases]
    print(json.dumps(rows, indent=2) if options.format == "json" else table(rows))


if __name__ == "__main__":
    main()
