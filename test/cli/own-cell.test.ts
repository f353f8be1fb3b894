// A cell of one's own by the command line: trained on two threads, resumed, gone on with, told of, and never imported because a model's folder
// says so.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolled, writeText } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolled(parameters, folder.path);
const CELL = fileURLToPath(new URL("../cells/leaky-units.js", import.meta.url));
const NAMED = `${CELL}#leakyUnits`;
const SIZES = ["--hidden-size", "8", "--num-layers", "1", "--batch-size", "4", "--seq-length", "8"];
const PLAN = [...SIZES, "--sample-every", "0", "--threads", "2", "--lr-schedule", "constant"];
const train = (...parameters: string[]) => run("train", "text.txt", ...PLAN, ...parameters);
const fileOf = (name: string, file: string) => readFileSync(join(folder.path, name, file));
const configOf = (name: string) => JSON.parse(fileOf(name, "config.json").toString());

beforeAll(async () => {
  build();
  writeText(join(folder.path, "text.txt"), 3_000);
  const own = ["--cell", CELL, "--cell-options", "rate=0.25", "--steps", "8", "--out", "whole"];
  const { code, stderr } = await train(...own);
  expect(code, stderr).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

test("its folder says which cell it is, with which options, and where it comes from", () => {
  expect(configOf("whole")).toMatchObject({
    cell: "leaky-units",
    cell_options: { rate: 0.25 },
    cell_module: expect.stringMatching(/^file:.*leaky-units\.js#leakyUnits$/),
  });
  expect(JSON.parse(fileOf("whole", "run.json").toString()).cell).toEqual({
    kind: "leaky-units",
    module: CELL,
    export: "leakyUnits",
  });
});

test("a run is resumed to the same bits, and says whose code it imports", async () => {
  const own = ["--cell", NAMED, "--cell-options", "rate=0.25", "--checkpoint-every", "4"];
  expect((await train(...own, "--steps", "4", "--out", "half")).code).toBe(0);
  const { code, stderr } = await run("train", "--resume", "half", "--steps", "8");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`note: the cell leaky-units is imported from ${CELL}`);
  expect(fileOf("half", "model.safetensors").equals(fileOf("whole", "model.safetensors"))).toBe(true);
});

test.each([
  ["generate", ["--max-new-tokens", "5"]],
  ["info", []],
  ["eval", ["text.txt"]],
] as const)("%s needs its module to be named, and then does it", async (command, more) => {
  const refused = await run(command, "whole", ...more);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(
    `error: whole: its cell "leaky-units" is none of the package's; if you trust the module, give --cell "${NAMED}"\n`,
  );
  const { code, stderr } = await run(command, "whole", ...more, "--cell", NAMED);
  expect(code, stderr).toBe(0);
});

test("a model's folder cannot have code run by naming a module", async () => {
  const trap = join(folder.path, "trap.mjs");
  writeFileSync(trap, `import { writeFileSync } from "node:fs"; writeFileSync("sprung", "");`);
  cpSync(join(folder.path, "whole"), join(folder.path, "foreign"), { recursive: true });
  const config = { ...configOf("whole"), cell_module: `file://${trap}#trap` };
  writeFileSync(join(folder.path, "foreign", "config.json"), JSON.stringify(config));
  for (const command of ["generate", "info", "eval", "reach"])
    expect((await run(command, "foreign", "text.txt".repeat(command === "eval" ? 1 : 0))).code).not.toBe(0);
  expect(() => fileOf(".", "sprung")).toThrow("ENOENT");
});

test("--from takes it over, with the module named", async () => {
  const from = ["train", "text.txt", "--from", "whole", "--steps", "2", "--sample-every", "0"];
  expect((await run(...from, "--out", "never")).stderr).toContain(`give --cell "${NAMED}"`);
  const { code, stderr } = await run(...from, "--out", "more", "--cell", NAMED);
  expect(code, stderr).toBe(0);
  expect(configOf("more")).toMatchObject({ cell: "leaky-units", cell_options: { rate: 0.25 } });
});

test.each([
  [["--cell", "./nowhere.js"], "cell ./nowhere.js is not there, needed a module that exports a cell"],
  [["--cell", `${CELL}#other`], "exports no cell other; it is what defineCell makes"],
  [["--cell", NAMED, "--cell-options", "rate=2"], "rate is 2, needed a number above 0 and at most 1"],
  [["--cell", NAMED, "--cell-options", "speed=2"], '"speed" is not a known field, needed one of rate'],
  [["--cell", NAMED, "--cell-options", "rate"], "Needed names and values, such as decay=0.3."],
  [["--cell", NAMED, "--peepholes"], "option '--peepholes' needs --cell lstm, the cell is leaky-units"],
  [["--cell-options", "rate=0.5"], "needed none with --cell lstm, whose options are settings of their own"],
])("%j is refused", async (flags, message) => {
  const { code, stderr } = await train(...flags, "--out", "never");
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
