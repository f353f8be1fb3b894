#!/usr/bin/env python3
"""Files of NumPy under test/fixtures/numpy: every type that is read, both orders of axes and of bytes, and a model's tensors by name.

Needs NumPy (Debian: apt-get install python3-numpy, then /usr/bin/python3 scripts/numpy-fixtures.py).
"""

import pathlib

import numpy

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "numpy"
FOLDER.mkdir(parents=True, exist_ok=True)

values = numpy.arange(6).reshape(2, 3)
arrays = {name: values.astype(name) for name in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">f4", ">i8", "?")}
numpy.savez_compressed(FOLDER / "types.npz", columns=numpy.asfortranarray(values.astype("f4")), scalar=numpy.float32(7), empty=numpy.zeros((0, 4)), **arrays)
numpy.save(FOLDER / "columns.npy", numpy.asfortranarray(numpy.arange(24, dtype="f4").reshape(2, 3, 4)))
numpy.save(FOLDER / "objects.npy", numpy.array([{}, None], dtype=object), allow_pickle=True)
numpy.save(FOLDER / "texts.npy", numpy.array(["a", "b"]))
numpy.save(FOLDER / "complex.npy", numpy.array([1j]))
numpy.save(FOLDER / "records.npy", numpy.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))

generator = numpy.random.default_rng(3)
shapes = {"lstm.weight_ih_l0": (16, 3), "lstm.weight_hh_l0": (16, 4), "lstm.bias_ih_l0": (16,), "lstm.bias_hh_l0": (16,), "head.weight": (2, 4), "head.bias": (2,)}
numpy.savez(FOLDER / "model.npz", **{name: generator.normal(size=shape).astype("f4") for name, shape in shapes.items()})
