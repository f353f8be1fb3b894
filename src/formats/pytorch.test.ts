import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPyTorch } from "./pytorch.ts";
import type { PyTorchTensor } from "./pytorch-tensor.ts";
import { PyTorchObject, type PyTorchValue } from "./pytorch-value.ts";
import { stateDictOf } from "./state-dict/state-dict-of.ts";

// Written by PyTorch 1.13 (scripts/pytorch-fixtures.py), with what is in the files as JSON.
const folder = new URL("../../test/fixtures/pytorch/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, folder));
const CONTENTS: Record<string, PyTorchValue> = JSON.parse(fixture("contents.json").toString());

const DTYPES: Record<string, string> = {
  F32: "torch.float32",
  F64: "torch.float64",
  F16: "torch.float16",
  BF16: "torch.bfloat16",
  I64: "torch.int64",
  I32: "torch.int32",
  I16: "torch.int16",
  I8: "torch.int8",
  U8: "torch.uint8",
  BOOL: "torch.bool",
};

/** What was read as the JSON beside the fixtures says it. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, entry) => {
      if (typeof entry === "bigint") return Number(entry);
      if (entry instanceof Float32Array) return [...entry];
      return key === "dtype" ? (DTYPES[entry] ?? entry) : entry;
    }),
  );

describe("readPyTorch", () => {
  it.each(Object.keys(CONTENTS))("reads what PyTorch wrote: %s", async (name) => {
    expect(asJson(await readPyTorch(fixture(name)))).toEqual(CONTENTS[name]);
  });

  it("keeps whole numbers exact that a float64 cannot hold", async () => {
    expect(await readPyTorch(fixture("checkpoint.pt"))).toMatchObject({ seed: 2n ** 60n, epoch: 3 });
  });

  it("gives tensors that share a storage numbers of their own", async () => {
    const { first, last } = (await readPyTorch(fixture("views.pt"))) as Record<string, PyTorchTensor>;
    first.data.fill(-1);
    expect([...last.data.slice(0, 3)]).toEqual([12, 14, 16]);
  });

  it("stays within maxBytes", async () => {
    await expect(readPyTorch(fixture("tagger.pt"), { maxBytes: 3000 })).rejects.toThrow(
      "no more than 3000 are allowed for this file (maxBytes)",
    );
  });

  it.each([
    ["legacy.pt", "this file is in PyTorch's format from before 1.6, which is not read; open it in PyTorch"],
    ["complex.pt", "holds complex numbers (C64)"],
    ["program.pt", "this is a program of torch.jit.save, which is not read"],
  ])("refuses %s by a sentence that says what to do", async (name, message) => {
    await expect(readPyTorch(fixture(name))).rejects.toThrow(
      expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
    );
  });
});

describe("stateDictOf", () => {
  it("of a whole module has the names of its state_dict()", async () => {
    const module = await readPyTorch(fixture("module.pt"));
    expect(module).toBeInstanceOf(PyTorchObject);
    expect(module).toMatchObject({ name: "torch.nn.modules.linear.Linear", state: { in_features: 1 } });
    expect(Object.keys(stateDictOf(module))).toEqual(["weight", "bias"]);
    expect(stateDictOf({ epoch: 3, model: module })).toEqual(stateDictOf(module));
  });

  it("takes the first of the usual keys, or another one if it is the only one", async () => {
    const tagger = await readPyTorch(fixture("tagger.pt"));
    const other = { other: (tagger as Record<string, PyTorchTensor>)["decoder.bias"] };
    for (const key of ["model_state", "net", "generator", "ema", "module", "my_best"])
      expect(stateDictOf({ epoch: 3, [key]: tagger })).toBe(tagger);
    expect(stateDictOf({ ema: other, generator: other, model: tagger })).toBe(tagger);
    expect(stateDictOf({ checkpoint: other, model: { state_dict: tagger } })).toBe(tagger);
    expect(() => stateDictOf({ coder: tagger, decoder: other })).toThrow(
      'a dictionary with state dictionaries under ["coder","decoder"], needed one model; give the part that is meant',
    );
  });

  it("is the value itself, or what a checkpoint has under the usual names", async () => {
    const tagger = await readPyTorch(fixture("tagger.pt"));
    expect(stateDictOf(tagger)).toBe(tagger);
    expect(stateDictOf({ epoch: 3, state_dict: tagger })).toBe(tagger);
    expect(stateDictOf({ model: tagger })).toBe(tagger);
    const checkpoint = await readPyTorch(fixture("checkpoint.pt"));
    expect(Object.keys(stateDictOf(checkpoint))).toEqual([
      "weight_ih_l0",
      "weight_hh_l0",
      "bias_ih_l0",
      "bias_hh_l0",
    ]);
  });

  it("says what there is where it finds none", () => {
    expect(() => stateDictOf({ epoch: 3, net: {} })).toThrow(
      'value is a dictionary with the keys ["epoch","net"], needed named tensors, or these under state_dict',
    );
    expect(() => stateDictOf(3)).toThrow("value is 3, needed named tensors");
    expect(() => stateDictOf({ model: { a: 3 } })).toThrow('the keys ["model"]');
  });
});
