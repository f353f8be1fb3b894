#!/usr/bin/env python3
"""Compares two HDF5 files of Keras weights by h5py, as Keras loads them: `check-keras-weights.py THEIRS OURS`, both with layer_names
at the root or below model_weights. Says which layers agree, and ends with 1 where one does not."""

import sys

import h5py
import numpy


def names(group, name):
    if name in group.attrs:
        parts = [group.attrs[name]]
    else:
        count = sum(f"{name}{part}" in group.attrs for part in range(1000))
        parts = [group.attrs[f"{name}{part}"] for part in range(count)]
    return [text.decode("utf8") if hasattr(text, "decode") else text for part in parts for text in part]


def layers(file):
    root = file["model_weights"] if "model_weights" in file else file
    found = {}
    for layer in names(root, "layer_names"):
        arrays = [numpy.asarray(root[layer][weight]) for weight in names(root[layer], "weight_names")]
        if arrays:
            found[layer] = arrays
    return found


with h5py.File(sys.argv[1]) as first, h5py.File(sys.argv[2]) as second:
    theirs, ours = layers(first), layers(second)
    for layer, arrays in theirs.items():
        others = ours.get(layer, [])
        same = len(arrays) == len(others) and all(numpy.array_equal(a, b) for a, b in zip(arrays, others))
        print(layer, [list(array.shape) for array in arrays], "agree" if same else "DIFFER")
        if not same:
            sys.exit(1)
