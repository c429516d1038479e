"""The pixels of a run, from official records or the audit, and the training transform."""

import os

import numpy as np

from .cell import NotReplayable

MEAN = np.array([125.3, 123.0, 113.9]).reshape(3, 1, 1)
DEVIATION = np.array([63.0, 62.1, 66.7]).reshape(3, 1, 1)

# Folder, files, number of bytes before the pixels of a record, and the position of the label among them.
OFFICIAL = {
    "cifar10": ("cifar-10-batches-bin", [f"data_batch_{k}.bin" for k in range(1, 6)], 1, 0),
    "cifar100": ("cifar-100-binary", ["train.bin"], 2, 1),
}


class Images:
    """Bytes `[3, 32, 32]` and class of each training image, by dataset index."""

    def __init__(self, cell, folder):
        if cell.examples is not None:
            self.pixels = dict(zip(cell.examples["index"].tolist(), cell.examples["pixels"]))
            self.labels = dict(zip(cell.examples["index"].tolist(), cell.examples["label"].tolist()))
            return
        if folder is None:
            raise NotReplayable(
                f"{cell.path}: trained on {cell.dataset} files. Give their folder with --data.", NotReplayable.NO_DATA
            )
        place, names, header, label = OFFICIAL[cell.dataset]
        try:
            parts = [np.fromfile(os.path.join(folder, place, name), np.uint8) for name in names]
        except OSError as error:
            raise NotReplayable(f"{error.filename}: {error.strerror}", NotReplayable.NO_DATA) from None
        records = np.concatenate([part.reshape(-1, header + 3072) for part in parts])
        self.pixels = records[:, header:].reshape(-1, 3, 32, 32)
        self.labels = records[:, label]


class Batch:
    """One step's examples: network input `[n, 3, 32, 32]`, classes `[n]`, dataset indices `[n]`."""

    def __init__(self, cell, images, iteration):
        samples = cell.samples[iteration - 1]
        self.samples = samples[samples >= 0].tolist()
        recipe = cell.config["recipe"]
        self.images = np.stack(
            [
                augmented(images.pixels[s], draw.tolist(), recipe["crop_padding"], recipe["cutout"])
                for s, draw in zip(self.samples, cell.draws[iteration - 1])
            ]
        )
        self.labels = np.array([int(images.labels[s]) for s in self.samples])


def augmented(pixels, draw, padding, cutout):
    """Random crop of the image with a black border, flip, normalization, cutout, in this order."""
    top, left, is_flipped, is_erased, erased_top, erased_left = draw
    image = np.pad(pixels, ((0, 0), (padding, padding), (padding, padding)))
    image = image[:, top : top + 32, left : left + 32]
    if is_flipped:
        image = image[:, :, ::-1]
    image = (image - MEAN) / DEVIATION
    if is_erased:
        rows = slice(max(0, erased_top), max(0, erased_top + cutout))
        columns = slice(max(0, erased_left), max(0, erased_left + cutout))
        image[:, rows, columns] = 0
    return image
