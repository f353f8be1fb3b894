// `unrolled convert` and `info` on models that are right: what is written is read again, with the same numbers.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDevice, openModel } from "unrolled";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, jsonLines, SMALL, temporaryFolder, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const TAGGER = fixture("pytorch/tagger.pt");
const IDS = [
  [0, 1, 2, 3, 4, 1, 0],
  [4, 4, 3, 1, 0, 2, 2],
];

beforeAll(async () => {
  build();
  writeText(at("text.txt"), 12_000);
  await run("train", "text.txt", "--out", "lm", "--steps", "60", ...SMALL);
}, BUILD_MS);
afterAll(() => folder.remove());

/** What the model at a path puts out for `ids`: its only output, or the logits. */
async function outputOf(path: string, ids: readonly (readonly number[])[]): Promise<number[]> {
  const model = await openModel(path, { device: await openDevice({ backend: "wasm" }) });
  const states = model.inputs.filter(({ name }) => name !== "ids");
  const zeros = states.map(({ name, axes }) => {
    const shape = (axes as (number | string)[]).map((axis) => (typeof axis === "number" ? axis : ids.length));
    return [
      name,
      { shape, data: new Float32Array(shape.reduce((product, length) => product * length, 1)) },
    ] as const;
  });
  const outputs = await model.run({ ids, ...Object.fromEntries(zeros) });
  return Array.from((outputs.output ?? outputs.logits).data);
}

function furthest(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(...values.map((value, index) => Math.abs(value - expected[index])));
}

describe("a tagger of PyTorch", () => {
  it.each(["tagger.safetensors", "tagger.onnx", "tagger"])("is the same as %s", async (out) => {
    const { code, stderr, stdout } = await run("convert", TAGGER, out, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(jsonLines(stdout)).toEqual([
      expect.objectContaining({ in: TAGGER, out, format: "pytorch", dtype: "float32" }),
    ]);
    expect(furthest(await outputOf(at(out), IDS), await outputOf(TAGGER, IDS))).toBeLessThan(1e-6);
  });

  it("keeps its names as safetensors, in the bits that were asked for", async () => {
    const { code } = await run("convert", TAGGER, "half.safetensors", "--dtype", "float16");
    expect(code).toBe(0);
    const [facts] = jsonLines((await run("info", "half.safetensors", "--json")).stdout);
    expect(facts.tensors).toContainEqual({ name: "rnn.weight_ih_l1_reverse", shape: [8, 4], dtype: "F16" });
    const difference = furthest(await outputOf(at("half.safetensors"), IDS), await outputOf(TAGGER, IDS));
    expect(difference).toBeLessThan(5e-3);
    expect(difference).toBeGreaterThan(0);
  });

  it("is told of by info: layers, and where each gate lies", async () => {
    const [facts] = jsonLines((await run("info", TAGGER, "--json")).stdout);
    expect(facts).toMatchObject({ format: "pytorch", parameters: 280 });
    expect((facts.layers as object[])[1]).toMatchObject({
      name: "rnn",
      kind: "lstm",
      parameters: 240,
      gates: {
        along: "rows",
        gates: [
          { gate: "i", from: 0, to: 2 },
          { gate: "f", from: 2, to: 4 },
          { gate: "g", from: 4, to: 6 },
          { gate: "o", from: 6, to: 8 },
        ],
      },
    });
    const { stdout } = await run("info", TAGGER);
    expect(stdout).toContain("    gates: rows i 0–1, f 2–3, g 4–5, o 6–7\n");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

it("info gives the gates of Keras and of ONNX in their own order, under their own letters", async () => {
  const gru = fixture("keras/gru-reset-before.h5");
  expect((await run("info", gru)).stdout).toContain("gates: columns z 0–3, r 4–7, h 8–11\n");
  expect((await run("convert", gru, "gru.onnx")).code).toBe(0);
  expect((await run("info", "gru.onnx")).stdout).toContain("gates: rows z 0–3, r 4–7, h 8–11\n");
});

it("an ONNX graph's weights are written under their names, and nothing else of it", async () => {
  const onnx = fixture("examples/smoother.onnx");
  expect(await run("convert", onnx, "smoother.safetensors")).toMatchObject({ code: 0, stderr: "" });
  const [{ tensors }] = jsonLines((await run("info", "smoother.safetensors", "--json")).stdout);
  const [graph] = jsonLines((await run("info", onnx, "--json")).stdout);
  const floats = (graph.tensors as { name: string; dtype: string }[]).filter(
    ({ dtype }) => dtype === "float32",
  );
  expect(floats.length).toBeGreaterThan(3);
  expect((tensors as { name: string }[]).map(({ name }) => name).sort()).toEqual(
    floats.map(({ name }) => name).sort(),
  );
  const refused = await run("convert", onnx, "smoother");
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is run as it is; only its weights"),
  });
});

it("weights for Keras are read again, with the layers that they were made from", async () => {
  expect(await run("convert", TAGGER, "weights.h5")).toMatchObject({ code: 0, stderr: "" });
  const bytes = readFileSync(at("weights.h5"));
  expect([...bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("HDF");
  expect(bytes.includes("rnn")).toBe(true);
});

it("info lists the arrays of a Keras file of weights alone, and says what is missing", async () => {
  const { code, stdout } = await run("info", fixture("keras/weights-alone.h5"));
  expect(code).toBe(0);
  expect(stdout).toContain("/lstm_0/lstm_0/recurrent_kernel:0  [3, 12]");
  expect(stdout).toContain("--keras-config FILE");
});

describe("a language model", () => {
  it.each([
    ["float32", 0],
    ["float16", 1e-3],
    ["bfloat16", 1e-2],
    ["int8", 1e-2],
  ])("as %s needs as many nats per token, or nearly", async (dtype, most) => {
    const out = `lm-${dtype}`;
    const { code, stdout, stderr } = await run(
      ...["convert", "lm", out, "--dtype", dtype, "--eval", "text.txt", "--json"],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [{ lossNatsBefore, lossNatsAfter }] = jsonLines(stdout) as { [name: string]: number }[];
    expect(lossNatsBefore).toBeGreaterThan(0.1);
    expect(Math.abs(lossNatsAfter - lossNatsBefore)).toBeLessThanOrEqual(most);
    const [measured] = jsonLines((await run("eval", out, "text.txt", "--json")).stdout);
    expect(measured.lossNats).toBeCloseTo(lossNatsAfter, 6);
    expect(readFileSync(join(at(out), "model.safetensors")).length).toBeLessThanOrEqual(
      readFileSync(join(at("lm"), "model.safetensors")).length,
    );
  });

  it("prints both figures for people", async () => {
    const { stdout } = await run("convert", "lm", "lm-people", "--dtype", "int8", "--eval", "text.txt");
    expect(stdout).toMatch(
      /^lm-people: folder, int8, [\d,]+ bytes\nLoss on text\.txt: \d\.\d{5} nats per token before, \d\.\d{5} after \([+−]\d\.\d{5}\)\n$/,
    );
  });

  it("as ONNX and as safetensors has the same logits", async () => {
    const logits = await outputOf(at("lm"), IDS);
    for (const out of ["lm.onnx", "lm.safetensors"]) {
      expect(await run("convert", "lm", out)).toMatchObject({ code: 0, stderr: "" });
      expect(furthest(await outputOf(at(out), IDS), logits), out).toBeLessThan(1e-5);
    }
  });

  it("replaces another one's folder, whole", async () => {
    cpSync(at("lm"), at("old"), { recursive: true });
    expect((await run("convert", "lm", "old", "--dtype", "float16")).code).toBe(1);
    expect(await run("convert", "lm", "old", "--dtype", "float16", "--force")).toMatchObject({ code: 0 });
    expect((await run("eval", "old", "text.txt")).code).toBe(0);
  });
});
