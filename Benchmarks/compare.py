#!/usr/bin/env python3
"""Compares SAMBench's training step with PyTorch's on this machine.

Both sides run alternately in separate processes, round after round, so that changes in the machine's load affect both.
Prints medians over all repetitions of all rounds, their range, and the ratio of medians. Needs only Python's standard
library; --python names an interpreter with PyTorch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# name: model, settings, batch, goal for the ratio of speeds, steps per repetition.
CASES = {
    "resnet18": ("resnet", {}, 128, 2.0, 3),
    "wrn-28-10": ("wide-resnet", {"depth": 28, "widen": 10}, 32, 2.0, 2),
    "wrn-16-4": ("wide-resnet", {"depth": 16, "widen": 4}, 128, 2.0, 4),
    "resnet18-w16": ("resnet", {"width": 16}, 128, 1.8, 12),
    "pyramidnet110": ("pyramidnet", {"depth": 110, "alpha": 270}, 32, 2.0, 2),
    "mobilenet": ("mobilenet", {}, 128, 1.5, 8),
}
# PyTorch's variants: memory format, with or without torch.compile.
VARIANTS = {"channels_last": ["--channels-last"], "nchw": [], "compiled": ["--channels-last", "--compile"]}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"any of {', '.join(CASES)} (default: all)")
    parser.add_argument("--sambench", default=".build/release/sambench", help="the program to measure")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with PyTorch")
    parser.add_argument("--rounds", type=int, default=3, help="number of times each side is started")
    parser.add_argument("--repetitions", type=int, default=3, help="measured repetitions per start")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--torch", nargs="+", choices=list(VARIANTS), default=["channels_last", "compiled"],
                        help="PyTorch's variants; the fastest that works is used (default: channels_last and compiled)")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    unknown = [case for case in options.cases if case not in CASES]
    if unknown:
        parser.error(f"unknown case {', '.join(unknown)}; known: {', '.join(CASES)}")
    options.cases = options.cases or list(CASES)
    return options


class Failed(Exception):
    """A command that exited with a status other than 0."""


def measured(command):
    """Runs a command and returns the JSON object it prints."""
    try:
        outcome = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{command[0]}: cannot be started ({error.strerror}).")
    if outcome.returncode != 0:
        words = " ".join(map(str, command))
        raise Failed(f"{words} ended with status {outcome.returncode}:\n{outcome.stderr.strip()}")
    return json.loads(outcome.stdout)


def speeds(result):
    """Images per second of every repetition, or a single median if that is all a side reports."""
    value = result["images_per_second"]
    return value if isinstance(value, list) else [value]


def ours(options, case):
    model, settings, batch, _, steps = CASES[case]
    command = [options.sambench, "bench", "--model", model, "--batch", batch, "--method", "sgd", "--threads",
               options.threads, "--steps", steps, "--repetitions", options.repetitions, "--format", "json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    return measured(command)


def theirs(options, case, variant):
    model, settings, batch, _, steps = CASES[case]
    command = [options.python, HERE / "torch/train_step.py", "--model", model, "--batch", batch, "--threads",
               options.threads, "--steps", steps, "--repetitions", options.repetitions, *VARIANTS[variant]]
    for key, value in settings.items():
        command += [f"--{key}", value]
    return measured(command)


def compare(options, case):
    """Runs both sides alternately and collects their output."""
    own, others = [], {name: [] for name in options.torch}
    for number in range(options.rounds):
        print(f"{case}: round {number + 1} of {options.rounds}", file=sys.stderr)
        own.append(ours(options, case))
        for name in list(others):
            try:
                others[name].append(theirs(options, case, name))
            except Failed as error:
                # torch.compile needs a C++ compiler and does not support every layer; eager PyTorch must work.
                if name != "compiled" or len(others) == 1:
                    raise
                del others[name]
                print(f"torch.compile does not work here: {str(error).splitlines()[-1]}", file=sys.stderr)
    fastest = max(others, key=lambda name: statistics.median(sum(map(speeds, others[name]), [])))
    a, b = summary(own), summary(others[fastest])
    if a["parameters"] != b["parameters"]:
        sys.exit(f"{case}: {a['parameters']} parameters here but {b['parameters']} in PyTorch, so the networks differ.")
    return {
        "case": case, "batch": CASES[case][2], "threads": options.threads, "fastest": fastest,
        "ours": a, "theirs": b, "variants": {name: summary(results) for name, results in others.items()},
        "ratio": a["images_per_second"] / b["images_per_second"],
        "ratio_goal": CASES[case][3], "memory_ratio": a["peak_memory_bytes"] / b["peak_memory_bytes"],
        "gemm_peak_share": own[-1].get("gemm_peak_share"), "blas_core": own[-1].get("blas_core"),
        "instructions": own[-1].get("instructions"), "torch": others[fastest][-1]["torch"],
        "torch_instructions": others[fastest][-1]["instructions"],
    }


def summary(results):
    values = sum(map(speeds, results), [])
    # SAMBench prints median and range, the PyTorch script all repetitions; the spread is over repetitions in both cases.
    spread = values + [r[key] for r in results for key in ("images_per_second_min", "images_per_second_max") if key in r]
    return {
        "images_per_second": statistics.median(values), "images_per_second_min": min(spread),
        "images_per_second_max": max(spread), "peak_memory_bytes": max(r["peak_memory_bytes"] for r in results),
        "parameters": results[-1]["parameters"],
    }


def processor():
    """The CPU's name and its relevant vector instructions."""
    name, flags = "unknown processor", set()
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() == "flags":
                flags = set(value.split())
    seen = [flag for flag in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile") if flag in flags]
    return f"{name}: {' '.join(seen) or 'no AVX2'}"


def summary_line(row):
    """One case, as soon as it is measured: an interrupted run keeps what it has shown."""
    variants = ", ".join(f"{name} {s['images_per_second']:.1f}" for name, s in row["variants"].items())
    return (f"{row['case']}: {row['ours']['images_per_second']:.1f} images/s; PyTorch {variants}; "
            f"ratio {row['ratio']:.2f}, goal {row['ratio_goal']:.1f}")


def table(rows):
    head = ["case", "batch", "ours img/s", "(range)", "PyTorch img/s", "(range)", "as", "ratio", "goal", "ours MiB",
            "PyTorch MiB", "ratio"]
    body = []
    for row in rows:
        cells = [row["case"], str(row["batch"])]
        for side in ("ours", "theirs"):
            s = row[side]
            cells += [f"{s['images_per_second']:.1f}",
                      f"{s['images_per_second_min']:.1f}-{s['images_per_second_max']:.1f}"]
        cells += [row["fastest"], f"{row['ratio']:.2f}", f"{row['ratio_goal']:.1f}"]
        cells += [f"{row[side]['peak_memory_bytes'] / 2**20:.0f}" for side in ("ours", "theirs")]
        cells.append(f"{row['memory_ratio']:.2f}")
        body.append(cells)
    widths = [max(len(line[i]) for line in [head] + body) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths)))
             for line in [head] + body]
    last = rows[-1]
    lines.append(f"SGD step, fp32, {last['threads']} threads, medians; PyTorch {last['torch']}, its fastest variant; "
                 "memory is the peak resident set")
    lines.append(f"{processor()}; ours compiled for {last['instructions']}, OpenBLAS core {last['blas_core']}; "
                 f"PyTorch uses {last['torch_instructions']}")
    return "\n".join(lines)


def main():
    options = arguments()
    try:
        rows = []
        for case in options.cases:
            rows.append(compare(options, case))
            print(summary_line(rows[-1]), file=sys.stderr)
    except Failed as error:
        sys.exit(str(error))
    print(json.dumps(rows, indent=2) if options.format == "json" else table(rows))


if __name__ == "__main__":
    main()
