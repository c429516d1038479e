"""Checks that pandas reads every export, and that the Python module, the program's tables and the notebook agree.

    python3 tools/check_exports.py PROGRAM RESULTS PROFILE     as in: .build/release/sambench results smoke
"""

import io
import json
import os
import subprocess
import sys
import tempfile

import pandas

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sambench  # noqa: E402


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, results, profile = sys.argv[1:]
    folder = os.path.join(results, profile)

    def table(*arguments):
        command = [program, *arguments, "-p", profile, "--results", results]
        return pandas.read_csv(io.StringIO(subprocess.run(command, check=True, capture_output=True, text=True).stdout))

    exported, loaded = table("export", "--runs"), sambench.load(folder)
    assert list(exported["id"]) == list(loaded["id"]), "the program and the module find different runs"
    for theirs, ours in [("test_accuracy_last", "test_accuracy_last"), ("sampling_number", "sampling_number"),
                         ("images_per_second", "images_per_second"), ("method.rho", "method.rho"), ("seed", "seed")]:
        pandas.testing.assert_series_equal(exported[theirs], loaded[ours], check_dtype=False, rtol=1e-12)
    assert (loaded["status"] == "finished").any(), "status is not read as text"

    epochs = table("export", "--epochs")
    pandas.testing.assert_frame_equal(
        epochs[["id", "epoch", "test_accuracy"]], sambench.epochs(folder)[["id", "epoch", "test_accuracy"]],
        check_dtype=False, rtol=1e-6)
    one = loaded["id"][0]
    traces = sambench.traces(loaded["file"][0])
    assert list(table("export", "--traces", one)["loss"].astype("float32")) == list(traces["loss"])

    report = os.path.join(folder, "report")
    read = 0
    for name in sorted(os.listdir(report)):
        if name.endswith(".csv"):
            frame = pandas.read_csv(os.path.join(report, name))
            assert len(frame.columns) > 1, f"{name}: has only one column"
            read += 1
    listed = table("list", "cells", "--format", "csv")
    assert list(listed["id"]) == list(exported["id"])

    notebook = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Examples", "traces.ipynb")
    with open(notebook, encoding="utf-8") as file:
        code = "\n".join("".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [sys.executable, "-c", code], check=True, cwd=os.path.dirname(notebook), stdout=subprocess.DEVNULL,
            env={**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": scratch, "SAMBENCH_FOLDER": os.path.abspath(folder)})
    print(f"exports: {len(exported)} runs, {len(epochs)} epochs, {read} CSV files and the notebook are read correctly")


main()
