#!/usr/bin/env python3
"""HDF5 files of every structure that the reader knows, under test/fixtures/hdf5, written by the HDF5 library itself.

Run with a Python that has h5py (Debian: apt-get install python3-h5py, then /usr/bin/python3 scripts/hdf5-fixtures.py). Entry n of
every dataset of numbers is n / 2 - 3, or n - 3 where its type holds whole numbers, so that the test knows what has to be there.
"""

import pathlib

import h5py
import numpy

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "hdf5"


def halves(*shape):
    return (numpy.arange(numpy.prod(shape, dtype=int)) / 2 - 3).reshape(shape)


def wholes(*shape):
    return (numpy.arange(numpy.prod(shape, dtype=int)) - 3).reshape(shape)


def write_numbers(group):
    for name in ["<f4", ">f4", "<f2", "<f8", ">f8"]:
        group.create_dataset(name, data=halves(2, 3).astype(name))
    for name in ["<i4", ">i2", "|i1", "<i8", ">i8"]:
        group.create_dataset(name, data=wholes(2, 3).astype(name))
    for name in ["<u2", "|u1", "<u8"]:
        group.create_dataset(name, data=(wholes(2, 3) + 3).astype(name))
    group.create_dataset("scalar", data=numpy.float32(2.5))
    group.create_dataset("empty", shape=(0, 4), dtype="<f4")


def write_layouts(group):
    values = halves(5, 7).astype("<f4")
    group.create_dataset("contiguous", data=values)
    group.create_dataset("chunks", data=values, chunks=(2, 3))
    group.create_dataset("whole chunk", data=values, chunks=(5, 7))
    group.create_dataset("filtered whole chunk", data=values, chunks=(5, 7), compression="gzip")
    group.create_dataset("gzip", data=values, chunks=(2, 3), compression="gzip")
    group.create_dataset("shuffle", data=values, chunks=(2, 3), compression="gzip", shuffle=True)
    group.create_dataset("all", data=values, chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    group.create_dataset("checked", data=values, chunks=(2, 3), fletcher32=True)
    group.create_dataset("odd checked", data=wholes(7).astype("|i1"), chunks=(7,), fletcher32=True)
    # More than the older format's tree has room for in a node, and than the newer one's array in a page.
    count = 1200 if group.file.libver[0] != "earliest" else 150
    group.create_dataset("many chunks", data=wholes(count).astype("<i2"), chunks=(1,))
    group.create_dataset("cube", data=halves(3, 4, 5).astype("<f4"), chunks=(2, 3, 2), compression="gzip")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((5, 7))
    dataset = h5py.h5d.create(group.id, b"compact", h5py.h5t.IEEE_F32LE, space, dcpl=compact)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2, 3))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    dataset = h5py.h5d.create(group.id, b"allocated early", h5py.h5t.IEEE_F32LE, space, dcpl=early)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def write_unread(group):
    values = halves(5, 7).astype("<f4")
    group.create_dataset("growing", data=values, chunks=(2, 3), maxshape=(None, 7))
    group.create_dataset("lzf", data=values, chunks=(2, 3), compression="lzf")
    group.create_dataset("never written", shape=(3,), dtype="<f4")
    group.create_dataset("complex", data=values.astype("complex64"))


def write_texts(group):
    group.attrs["any length"] = "Größe"
    group.attrs["any lengths"] = numpy.array(["a", "", "long text " * 8], dtype=h5py.string_dtype())
    group.attrs["fixed"] = numpy.array([b"kernel:0", b"bias", b""])
    group.attrs["fixed scalar"] = numpy.string_("kernel:0")
    group.attrs["numbers"] = numpy.array([1.5, -2.0], dtype="<f8")
    group.attrs["whole"] = numpy.int64(7)
    group.attrs["no texts"] = numpy.array([], dtype="S1")
    space_padded = h5py.h5t.C_S1.copy()
    space_padded.set_size(8)
    space_padded.set_strpad(h5py.h5t.STR_SPACEPAD)
    attribute = h5py.h5a.create(group.id, b"space padded", space_padded, h5py.h5s.create(h5py.h5s.SCALAR))
    attribute.write(numpy.array(b"ab c    ", dtype="S8"), mtype=space_padded)


def write_many(group):
    for index in range(24):
        group.create_group(f"member {index}").attrs["index"] = index
    crowded = group.create_group("crowded")
    for index in range(200):
        crowded.attrs[f"attribute {index}"] = f"value {index}"
    if group.file.libver[0] != "earliest":
        crowded.attrs["huge"] = "x" * 9000
    crowded.attrs["large"] = numpy.string_("y" * 3000)


def write(name, libver, user_block=0):
    with h5py.File(FOLDER / name, "w", libver=libver, userblock_size=user_block) as file:
        write_numbers(file.create_group("numbers"))
        write_layouts(file.create_group("layouts"))
        write_unread(file.create_group("unread"))
        write_texts(file.create_group("texts"))
        write_many(file.create_group("many"))


FOLDER.mkdir(parents=True, exist_ok=True)
write("earliest.h5", ("earliest", "v110"))
write("latest.h5", ("latest", "latest"))
with h5py.File(FOLDER / "user-block.h5", "w", userblock_size=512) as behind:
    behind.create_dataset("values", data=halves(2, 3).astype("<f4"))


def write_small(name, libver):
    """Few bytes with every structure in them, for the fuzzer."""
    with h5py.File(FOLDER / name, "w", libver=libver) as file:
        # More members and attributes than a header holds in the newer format.
        for index in range(9):
            file.create_group(f"{index}").attrs[f"{index}"] = index
        for index in range(9):
            file.attrs[f"{index}"] = f"{index}"
        file["0"].attrs["texts"] = numpy.array(["a", "bc"], dtype=h5py.string_dtype())
        file["0"].attrs["fixed"] = numpy.array([b"a", b"bc"])
        if libver[0] != "earliest":
            file.attrs["huge"] = "x" * 5000
        values = halves(3, 4).astype("<f4")
        file["0"].create_dataset("plain", data=values)
        file["0"].create_dataset("filtered", data=values, chunks=(2, 2), compression="gzip", shuffle=True, fletcher32=True)
        file["0"].create_dataset("one", data=values, chunks=(3, 4), fletcher32=True)


write_small("small-earliest.h5", ("earliest", "v110"))
write_small("small-latest.h5", ("latest", "latest"))
