// Any cell with its own flags, from `unrolled train` to what is told of the model; a flag of another cell is refused.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const SMALL = ["--hidden-size", "8", "--num-layers", "1", "--batch-size", "4", "--seq-length", "8"];
const train = (...parameters: string[]) =>
  run("train", "text.txt", ...SMALL, "--steps", "4", "--sample-every", "0", ...parameters);
const configOf = (name: string) =>
  JSON.parse(readFileSync(join(folder.path, name, "config.json"), "utf8")) as Record<string, unknown>;

beforeAll(() => {
  build();
  writeText(join(folder.path, "text.txt"), 3_000);
}, BUILD_MS);
afterAll(() => folder.remove());

test("a minimal gated unit is trained, told of and generates", async () => {
  expect(await train("--cell", "mgu", "--out", "mgu")).toMatchObject({ code: 0 });
  expect(configOf("mgu")).toMatchObject({ format_version: 2, cell: "mgu", hidden_size: 8 });
  expect((await run("info", "mgu")).stdout).toMatch(/1-layer MGU of 8 units/);
  expect((await run("generate", "mgu", "--max-new-tokens", "5")).code).toBe(0);
});

test("an LSTM with peepholes, a projection and zoneout is trained, gone on with, and exported", async () => {
  const flags = ["--cell", "lstm", "--peepholes", "--projection-size", "6", "--zoneout", "h=0.1,c=0.2"];
  expect(await train(...flags, "--out", "lstm")).toMatchObject({ code: 0 });
  const own = { cell: "lstm", peepholes: true, projection_size: 6, zoneout: { h: 0.1, c: 0.2 } };
  expect(configOf("lstm")).toMatchObject(own);
  const { stdout } = await run("info", "lstm");
  expect(stdout).toMatch(
    /1-layer LSTM of 8 units, embedding 128, zoneout h 0\.1 c 0\.2,\s+projection size 6, peepholes/,
  );
  expect(stdout).toContain("rnn.weight_ch_l0");
  expect(await run("convert", "lstm", "lstm.onnx", "--to", "onnx")).toMatchObject({ code: 0 });

  const from = ["train", "text.txt", "--from", "lstm", "--steps", "2", "--sample-every", "0"];
  expect(await run(...from, "--out", "more")).toMatchObject({ code: 0 });
  const { zoneout: _, ...architecture } = own;
  expect(configOf("more")).toMatchObject(architecture);
  const refused = await run(...from, "--out", "other", "--projection-size", "5");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "--projection-size is 5, but the model in lstm has 6, which --from takes over",
  );
});

test("what is printed as a configuration trains the same cell", async () => {
  const flags = ["--cell", "rnn", "--nonlinearity", "softsign", "--zoneout", "0.1", "--bias", "single"];
  const { stdout } = await train(...flags, "--out", "new", "--print-config");
  for (const line of ["cell: elman", "nonlinearity: softsign", "zoneout: 0.1", "bias: single"])
    expect(stdout).toContain(`\n${line}\n`);
});

test.each([
  [["--cell", "gru", "--peepholes"], "option '--peepholes' needs --cell lstm, the cell is gru"],
  [["--no-reset-after"], "option '--no-reset-after' needs --cell gru, the cell is lstm"],
  [["--zoneout", "2"], "option '--zoneout <p>' argument '2' is invalid. Needed a number from 0 to below 1."],
  [
    ["--zoneout", "h=2"],
    "zoneout <p>' argument 'h=2' is invalid. h is 2, needed a number from 0 to below 1.",
  ],
  [["--cell", "gru", "--zoneout", "c=0.1"], "zoneout.c is 0.1, needed 0: this cell has no c"],
  [
    ["--cell", "mgu", "--activations", "tanh"],
    "--activations is a list of 1, needed a list of 3, or a list of 2",
  ],
  [["--cell", "mgu", "--activations", "tanh,tanh,relu"], "--activations is a list of 3, needed a list of 2"],
  [["--cell", "ugrnn", "--gate-clip", "1"], "gateClip is 1, needed none: this cell has no bounds"],
])("%j is refused", async (flags, message) => {
  const refused = await train(...flags, "--out", "never");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(message);
});
