// Files that are wrong, each in one way: `info` and `convert` say what is wrong in one line, and write nothing.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelFile } from "../onnx/build.ts";
import { archiveOf, pickle } from "../pickle-file.ts";
import { BUILD_MS, build, jsonLines, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const at = (name: string) => join(folder.path, name);

function headerOf2To60(): Uint8Array {
  const bytes = new Uint8Array(64).fill(0x7b);
  new DataView(bytes.buffer).setBigUint64(0, 2n ** 60n, true);
  return bytes;
}

const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const tagger = readFileSync(fixture("pytorch/tagger.pt"));
const FILES: Readonly<Record<string, Uint8Array>> = {
  "system.pt": archiveOf(pickle("cos\nsystem\n(S'echo hacked'\ntR.")),
  "truncated.pt": tagger.subarray(0, tagger.length - 100),
  "header.safetensors": headerOf2To60(),
  "names.safetensors": writeSafetensors({ "transformer.h.0.attn.weight": zeros(4, 4, 2) }),
  "rnn.safetensors": writeSafetensors({
    "rnn.weight_ih_l0": zeros(4, 3),
    "rnn.weight_hh_l0": zeros(4, 4),
  }),
  "order.safetensors": writeSafetensors({
    ...{ "a.weight_ih_l0": zeros(16, 4), "a.weight_hh_l0": zeros(16, 4) },
    ...{ "b.weight_ih_l0": zeros(16, 4), "b.weight_hh_l0": zeros(16, 4) },
  }),
  "linear.safetensors": writeSafetensors({
    ...{ "a.weight": zeros(4, 3), "a.bias": zeros(4), "b.weight": zeros(2, 4), "b.bias": zeros(2) },
  }),
  "kinds.safetensors": writeSafetensors({ "x.weight": zeros(4, 4) }),
  "unknown.onnx": modelFile({
    inputs: [{ name: "x", type: "float32", dims: [1] }],
    nodes: [
      { op: "Mystery", name: "first", inputs: ["x"], outputs: ["y"] },
      { op: "Riddle", name: "second", inputs: ["y"], outputs: ["z"] },
    ],
    outputs: [{ name: "z", type: "float32", dims: [1] }],
  }),
  "empty.pt": new Uint8Array(0),
  "page.onnx": new TextEncoder().encode("<!doctype html>"),
  "words.txt": new TextEncoder().encode("words"),
};

beforeAll(() => {
  build();
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(at(name), bytes);
}, BUILD_MS);
afterAll(() => folder.remove());

const UNREAD: readonly (readonly [name: string, message: string])[] = [
  [
    "system.pt",
    'the pickle asks for "os.system", which is none of the names that rebuild tensors, so nothing of the file is used',
  ],
  ["truncated.pt", "this is no zip archive, or its end is missing"],
  [
    "header.safetensors",
    "the header claims 1152921504606846976 bytes, more than the format's limit of 100000000; this is no safetensors file",
  ],
  ["empty.pt", "the file is empty"],
  ["page.onnx", "the file is HTML or XML"],
  ["words.txt", "the file is in no known format"],
  ["nothing.pt", "nothing.pt is missing"],
];

describe.each(["info", "convert"])("%s", (command) => {
  const rest = command === "convert" ? ["out.safetensors"] : [];
  it.each(UNREAD)("of %s says what is wrong, in a line", async (name, message) => {
    const { code, stdout, stderr } = await run(command, name, ...rest);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(at("out.safetensors"))).toBe(false);
  });
});

it("info tells of an ONNX file which operators are not supported, all of them", async () => {
  const { code, stdout } = await run("info", "unknown.onnx", "--json");
  const [facts] = jsonLines(stdout);
  expect(code).toBe(0);
  expect(facts.operators).toEqual([
    { name: "Mystery", nodes: 1, supported: false },
    { name: "Riddle", nodes: 1, supported: false },
  ]);
  expect(facts.problem).toMatch(
    /"first" \(Mystery\) is not supported; node "second" \(Riddle\) is not supported$/,
  );
});

it("info shows tensors that are no network by themselves, and says why not", async () => {
  const { code, stdout } = await run("info", "names.safetensors", "--json");
  expect(code).toBe(0);
  const [facts] = jsonLines(stdout);
  expect(facts.tensors).toEqual([{ name: "transformer.h.0.attn.weight", shape: [4, 4, 2], dtype: "F32" }]);
  expect(facts.problem).toContain("these tensors belong to no RNN, GRU, LSTM");
});

describe("convert", () => {
  it("says of names that match nothing which these are", async () => {
    const { code, stderr } = await run("convert", "names.safetensors", "out.onnx");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*transformer\.h\.0\.attn\.weight \[4, 4, 2\].*\n$/);
  });

  it("asks for what a PyTorch file does not say, and takes it", async () => {
    const asked = await run("convert", "rnn.safetensors", "rnn.onnx");
    expect(asked).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("give --nonlinearity tanh|relu\n"),
    });
    expect(asked.stderr).toMatch(/^error: rnn\.safetensors: /);
    expect(existsSync(at("rnn.onnx"))).toBe(false);
    const given = await run("convert", "rnn.safetensors", "rnn.onnx", "--nonlinearity", "relu");
    expect(given).toMatchObject({ code: 0, stderr: "" });
    const [facts] = jsonLines((await run("info", "rnn.onnx", "--json")).stdout);
    expect(facts).toMatchObject({
      format: "onnx",
      operators: expect.arrayContaining([expect.objectContaining({ name: "RNN" })]),
    });
  });

  it.each([
    ["order.safetensors", "give --order a,b in the order they are run", ["--order", "a,b"]],
    ["linear.safetensors", "give --activation a=relu, another function or none", ["--activation", "a=relu"]],
    ["kinds.safetensors", "give --kinds x=embedding|linear", ["--kinds", "x=linear"]],
  ])("asks for what %s leaves open by its flag, and takes it", async (name, said, flags) => {
    const asked = await run("convert", name, `${name}.onnx`);
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining(`error: ${name}: `) });
    expect(asked.stderr).toContain(said);
    expect(await run("convert", name, `${name}.onnx`, ...flags)).toMatchObject({ code: 0 });
  });

  it.each([
    [["rnn.safetensors", "out.pt"], "PyTorch's format is not written"],
    [["rnn.safetensors", "out.keras"], "weights are written"],
    [["rnn.safetensors", "out.bin"], "--to says what to write"],
    [["rnn.safetensors", "out.onnx", "--dtype", "int8"], "is for safetensors and folders"],
    [["rnn.safetensors", "out", "--eval", "words.txt"], "needs the folder of a language model"],
    [["rnn.safetensors", "out", "--activation", "relu"], "such as head=relu"],
  ])("calls it wrong usage: %s", async (parameters, message) => {
    const { code, stderr } = await run("convert", ...parameters);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it("replaces nothing unless it is told to, and leaves nothing half written", async () => {
    writeFileSync(at("there.safetensors"), "mine");
    const before = readdirSync(folder.path).sort();
    const refused = await run("convert", "rnn.safetensors", "there.safetensors");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("exists; give another name, or --force"),
    });
    expect(readFileSync(at("there.safetensors"), "utf8")).toBe("mine");
    const broken = await run("convert", "truncated.pt", "there.safetensors", "--force");
    expect(broken.code).toBe(1);
    expect(readFileSync(at("there.safetensors"), "utf8")).toBe("mine");
    const forced = await run("convert", "rnn.safetensors", "there.safetensors", "--force");
    expect(forced).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(folder.path).sort()).toEqual(before);
    expect(readFileSync(at("there.safetensors")).length).toBeGreaterThan(100);
  });

  it("does not write over a folder that is no model's", async () => {
    const { code, stderr } = await run("convert", "rnn.safetensors", ".", "--to", "folder", "--force");
    expect(code).toBe(1);
    expect(stderr).toContain("is a folder without a model; it is not replaced");
  });
});
