"""Reads results of SAMBench into pandas.

    import sambench
    runs = sambench.load("results/quick")             # one row per run, every setting a column
    epochs = sambench.epochs("results/quick")         # one row per epoch of each run
    traces = sambench.traces("results/quick/cells/cifar10-resnet-sam-s1-0123456789ab.h5")

Needs h5py and pandas, but not the program: cell files are plain HDF5 (docs/traces.md). The column `id` identifies the
run of a row; missing values are NaN or None.
"""

import glob
import json
import os

import h5py
import pandas


def load(folder):
    """One row per cell file of a results folder such as results/quick: identity, every setting, results, probes."""
    return pandas.DataFrame([_run(path) for path in cells(folder)])


def epochs(folder):
    """One row per epoch of each run: losses in nats, accuracies in percent, times in seconds."""
    return _long(folder, "epochs")


def traces(cell):
    """The traces of one cell file as columns, indexed by iteration; attrs["units"] contains their units."""
    with h5py.File(cell, "r") as file:
        return _group(file["traces"], "iteration")


def cells(folder):
    """The paths of the cell files of a results folder, sorted by id."""
    found = sorted(glob.glob(os.path.join(folder, "cells", "*.h5")))
    if not found:
        raise FileNotFoundError(f"{folder}: no cells/*.h5. Give the folder of a profile, such as results/quick.")
    return found


def _text(value):
    return value.decode() if isinstance(value, bytes) else value.item() if hasattr(value, "item") else value


def _attributes(group):
    return {key: _text(value) for key, value in group.attrs.items()}


def _identity(file):
    config = json.loads(_text(file["config/json"][()]))
    top = _attributes(file)
    return {
        "id": top["cell_id"], "suite": top["suite"], "profile": top["profile"], "model": config["model"]["name"],
        "dataset": config["dataset"]["name"], "method": config["method"]["name"], "seed": config["seed"],
    }, config


def _run(path):
    with h5py.File(path, "r") as file:
        row, config = _identity(file)
        row["cell"] = _text(file.attrs["alias"])
        row.update(_attributes(file["result"]))
        row.update(_attributes(file["result/timing"]))
        row.update({"data_" + key: value for key, value in _attributes(file["data"]).items()})
        for section in ("method", "model", "quantization"):
            for key, value in config.get(section, {}).get("settings", {}).items():
                row[f"{section}.{key}"] = value
        for key, value in config["recipe"].items():
            row[f"recipe.{key}"] = value
        row.update(_probes(file))
        row["file"] = path
        return row


def _probes(file):
    numbers = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset) and item.shape == ():
            numbers["probe." + name.replace("/", ".")] = item[()].item()

    if "probes" in file:
        file["probes"].visititems(add)
    return numbers


def _group(group, axis):
    frame = pandas.DataFrame({name: column[()] for name, column in group.items() if name != axis})
    frame.index = pandas.Index(group[axis][()], name=axis) if axis in group else frame.index
    frame.attrs["units"] = {name: _text(column.attrs.get("units", "1")) for name, column in group.items()}
    return frame


def _long(folder, group):
    parts = []
    for path in cells(folder):
        with h5py.File(path, "r") as file:
            axis = {"epochs": "epoch", "traces": "iteration"}[group]
            frame = _group(file[group], axis).reset_index()
            for position, (key, value) in enumerate(_identity(file)[0].items()):
                frame.insert(position, key, value)
            frame.attrs = {}
            parts.append(frame)
    return pandas.concat(parts, ignore_index=True)
