import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Allowance } from "../allowance.ts";
import type { Hdf5Object } from "./hdf5-object.ts";
import { openHdf5 } from "./open-hdf5.ts";

// Written by the HDF5 library itself: scripts/hdf5-fixtures.py says what is in them.
const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/hdf5/${name}`, import.meta.url)));
const open = (bytes: Uint8Array, maxBytes?: number) =>
  openHdf5(bytes, new Allowance("call", bytes.length, maxBytes));
const counted = (count: number, first: number, step: number) =>
  Float32Array.from({ length: count }, (_, index) => first + index * step);
const textOf = (object: Hdf5Object | undefined, name: string) =>
  object?.attributes.get(name)?.values().values;

describe.each(["earliest", "latest"])("a file in the library's %s format", (format) => {
  const bytes = bytesOf(`${format}.h5`);
  const root = open(bytes, 16 * bytes.length);

  it.each(["<f4", ">f4", "<f2", "<f8", ">f8"])("numbers %s", async (type) => {
    expect(await root.find(`numbers/${type}`)?.read()).toEqual({
      shape: [2, 3],
      values: counted(6, -3, 0.5),
    });
  });

  it.each(["<i4", ">i2", "|i1", "<i8", ">i8"])("numbers %s", async (type) => {
    expect((await root.find(`numbers/${type}`)?.read())?.values).toEqual(counted(6, -3, 1));
  });

  it.each(["<u2", "|u1", "<u8"])("numbers %s", async (type) => {
    expect((await root.find(`numbers/${type}`)?.read())?.values).toEqual(counted(6, 0, 1));
  });

  it("a single number, and none", async () => {
    expect(await root.find("numbers/scalar")?.read()).toEqual({ shape: [], values: Float32Array.of(2.5) });
    expect(await root.find("numbers/empty")?.read()).toEqual({ shape: [0, 4], values: new Float32Array(0) });
  });

  it.each([
    ..."contiguous,compact,chunks,whole chunk,filtered whole chunk,gzip,shuffle,all,checked,allocated early".split(
      ",",
    ),
  ])("layout: %s", async (name) => {
    expect(await root.find(`layouts/${name}`)?.read()).toEqual({
      shape: [5, 7],
      values: counted(35, -3, 0.5),
    });
  });

  it("layout: more axes, more chunks than a node holds, an odd number of checked bytes", async () => {
    const cube = await root.find("layouts/cube")?.read();
    expect(cube).toEqual({ shape: [3, 4, 5], values: counted(60, -3, 0.5) });
    const many = await root.find("layouts/many chunks")?.read();
    expect(many?.values).toEqual(counted(format === "latest" ? 1200 : 150, -3, 1));
    expect((await root.find("layouts/odd checked")?.read())?.values).toEqual(counted(7, -3, 1));
  });

  it.each([
    ["lzf", /filter lzf, which is not read/],
    ["never written", /never written/],
    ["complex", /compound, which are not read/],
  ])("what is not read is said: %s", async (name, message) => {
    await expect(root.find(`unread/${name}`)?.read()).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringMatching(message),
    });
  });

  it("texts and numbers as attributes", () => {
    const texts = root.find("texts");
    expect(textOf(texts, "any length")).toEqual(["Größe"]);
    expect(textOf(texts, "any lengths")).toEqual(["a", "", "long text ".repeat(8)]);
    expect(textOf(texts, "fixed")).toEqual(["kernel:0", "bias", ""]);
    expect(textOf(texts, "fixed scalar")).toEqual(["kernel:0"]);
    expect(textOf(texts, "space padded")).toEqual(["ab c"]);
    expect(textOf(texts, "no texts")).toEqual([]);
    expect(textOf(texts, "numbers")).toEqual(Float32Array.of(1.5, -2));
    expect(textOf(texts, "whole")).toEqual(Float32Array.of(7));
  });

  it("many members, and many attributes, small, large and huge", () => {
    const many = root.find("many");
    expect(many?.names.length).toBe(25);
    for (let index = 0; index < 24; index++) {
      expect(textOf(many?.member(`member ${index}`), "index")).toEqual(Float32Array.of(index));
    }
    const crowded = many?.member("crowded");
    for (let index = 0; index < 200; index++) {
      expect(textOf(crowded, `attribute ${index}`)).toEqual([`value ${index}`]);
    }
    expect(textOf(crowded, "large")).toEqual(["y".repeat(3000)]);
    if (format === "latest") expect(textOf(crowded, "huge")).toEqual(["x".repeat(9000)]);
  });

  it("datasets that can grow are read where a tree holds their chunks, and otherwise refused", async () => {
    const growing = () => root.find("unread/growing")!.read();
    if (format === "earliest") expect((await growing()).values).toEqual(counted(35, -3, 0.5));
    else await expect(async () => growing()).rejects.toThrow("an extensible array, which is not read");
  });

  it("paths that lead nowhere", async () => {
    expect(root.find("numbers/other")).toBeUndefined();
    expect(root.find("numbers/scalar/deeper")).toBeUndefined();
    await expect(root.find("numbers")?.read()).rejects.toThrow("call: /numbers is no dataset");
  });
});

it("a block of the user's own in front", async () => {
  const root = open(bytesOf("user-block.h5"));
  expect((await root.find("values")?.read())?.values).toEqual(counted(6, -3, 0.5));
});

it.each([
  ["nothing", new Uint8Array(0)],
  ["another file", new TextEncoder().encode("PK".repeat(3000))],
  ["the signature alone", bytesOf("earliest.h5").subarray(0, 8)],
])("%s is no HDF5 file", (_, bytes) => {
  expect(() => open(bytes)).toThrow(expect.objectContaining({ code: "invalid-file" }));
});

it("damage in a newer structure is noticed by its checksum", () => {
  const bytes = bytesOf("latest.h5");
  bytes[20] ^= 1;
  expect(() => open(bytes)).toThrow("the superblock is damaged: its checksum does not fit it");
});
