// `unrolled inspect` and `unrolled reach`: what they write, and that the numbers are the library's.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { type LanguageModel, openDevice } from "unrolled";
import { gradientsThroughTime, reach, trace } from "unrolled/inspect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLanguageModel } from "../../src/tasks/language/folder/open-language-model.ts";
import { BUILD_MS, build, jsonLines, SMALL, temporaryFolder, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const inFolder = (...path: string[]) => join(folder.path, ...path);
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const json = (...path: string[]) => JSON.parse(readFileSync(inFolder(...path), "utf8"));
let trained: LanguageModel;
let ids: Int32Array;

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  writeText(inFolder("other.txt"), 2_000);
  expect((await run("train", "text.txt", "--out", "model", "--steps", "30", ...SMALL)).code).toBe(0);
  const device = await openDevice({ backend: "wasm" });
  trained = await openLanguageModel(device, async (name) => readFileSync(inFolder("model", name)));
  ids = trained.tokenizer.encode(readFileSync(inFolder("other.txt"), "utf8"));
}, BUILD_MS);
afterAll(() => folder.remove());

describe("inspect", () => {
  it("writes a report that needs nothing else, figures and numbers of all that there is to see", async () => {
    const { code, stdout, stderr } = await run(
      "inspect",
      "model",
      "other.txt",
      "--steps",
      "40",
      "--backend",
      "wasm",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join("inspection", "report.html")}\n` });
    expect(stderr).toMatch(/^\d+ files in inspection\n$/);
    const files = readdirSync(inFolder("inspection"));
    for (const name of ["states", "gates", "gradients", "reach", "units", "surprise"])
      expect(files).toContain(`${name}.json`);
    const html = readFileSync(inFolder("inspection/report.html"), "utf8");
    expect(html).not.toMatch(/<script|src="(?!data:)|href="(?!#|data:)|url\(/);
    for (const [svg] of html.matchAll(/<svg .*?<\/svg>/gs)) expect(svg).not.toContain("NaN");
    for (const file of files.filter((name) => name.endsWith(".svg"))) {
      expect(readFileSync(inFolder("inspection", file), "utf8")).toMatch(
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/,
      );
      // Where the package for it is installed, as it is for tests, each figure is there in pixels too.
      const png = readFileSync(inFolder("inspection", file.replace(".svg", ".png")));
      expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
      expect(png.readUInt32BE(16)).toBeGreaterThan(300);
    }
  });

  it("has the library's numbers", async () => {
    const traced = trace(trained.network, ids.subarray(0, 40));
    const { hiddenSize, states: known, gates } = traced.layers[0];
    const { h } = known;
    const states = json("inspection/states.json");
    expect(states.ids).toEqual(Array.from(traced.ids));
    expect(states.tokens.join("")).toBe(readFileSync(inFolder("other.txt"), "utf8").slice(0, 40));
    expect(states.layers[0].h).toHaveLength(41);
    expect(states.layers[0].h[17][3]).toBeCloseTo(h[17 * hiddenSize + 3], 4);
    const [name, gate] = Object.entries(gates)[0];
    expect(json("inspection/gates.json").layers[0].gates[name][12][5]).toBeCloseTo(
      gate[12 * hiddenSize + 5],
      4,
    );
    const gradients = await gradientsThroughTime(trained.network, ids.subarray(0, 40));
    const written = json("inspection/gradients.json");
    expect(written.inputs[20][15]).toBeCloseTo(gradients.inputs[20 * 39 + 15], 5);
    expect(written.halfLifeSteps).toBeCloseTo(gradients.halfLifeSteps!, 4);
    expect(json("inspection/surprise.json").tokens[5].bits).toBeCloseTo(traced.lossNats[4] / Math.LN2, 3);
    expect(json("inspection/units.json").units.length).toBe(traced.layers.length * hiddenSize);
  });

  it("draws every number of a matrix in its colour", () => {
    const svg = readFileSync(inFolder("inspection/states-layer-1-h.svg"), "utf8");
    const png = Buffer.from(/base64,([^"]*)/.exec(svg)![1], "base64");
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const size = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + size));
    const { states, hiddenSize } = trace(trained.network, ids.subarray(0, 40)).layers[0];
    for (const [unit, t] of [
      [0, 0],
      [3, 20],
      [hiddenSize - 1, 39],
    ]) {
      const [x, y] = [(t + 0.5) * (width / 40), (unit + 0.5) * (height / hiddenSize)].map(Math.floor);
      const [red, , blue] = rows.subarray(y * (1 + 3 * width) + 1 + 3 * x);
      // Orange above zero, blue below.
      expect(Math.sign(red - blue), `unit ${unit} at ${t}`).toBe(
        Math.sign(states.h[(t + 1) * hiddenSize + unit]),
      );
    }
  });

  it.each([
    ["mgu", [], ["f", "n"]],
    ["lstm", ["--projection-size", "3", "--peepholes"], ["i", "f", "g", "o"]],
  ])("looks into cells of every kind: %s %j", { tags: "long" }, async (cell, options, gates) => {
    const model = `${cell}-model`;
    const sizes = [...SMALL, "--steps", "2", "--cell", cell, ...options];
    expect(await run("train", "text.txt", "--out", model, ...sizes)).toMatchObject({ code: 0 });
    const looks = ["--what", "states,gates,gradients", "--steps", "8", "--out", `${cell}-inside`];
    expect(await run("inspect", model, "other.txt", ...looks)).toMatchObject({ code: 0 });
    const [states, found] = [json(`${cell}-inside/states.json`), json(`${cell}-inside/gates.json`)];
    expect([states.layers[0].cell, Object.keys(found.layers[0].gates)]).toEqual([cell, gates]);
    expect(states.layers[0].h[8]).toHaveLength(cell === "lstm" ? 3 : states.layers[0].hiddenSize);
    expect(readFileSync(inFolder(`${cell}-inside/report.html`), "utf8")).not.toContain("NaN");
  });

  it("overwrites nothing unasked, and replaces just its own files when asked", async () => {
    const again = await run("inspect", "model", "other.txt", "--what", "surprise");
    expect(again).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: inspection is not empty; --force replaces files that are there\n",
    });
    mkdirSync(inFolder("kept"));
    writeFileSync(inFolder("kept/thesis.txt"), "years of work");
    const forced = await run(
      "inspect",
      "model",
      "other.txt",
      "--what",
      "surprise",
      "--out",
      "kept",
      "--force",
      "--json",
    );
    expect(forced.code).toBe(0);
    expect(jsonLines(forced.stdout)[0]).toEqual({
      path: "kept",
      report: join("kept", "report.html"),
      files: ["report.html", "surprise.json"],
      png: true,
    });
    expect(readdirSync(inFolder("kept")).sort()).toEqual(["report.html", "surprise.json", "thesis.txt"]);
  });

  it.each([
    [["model", "other.txt", "--what", "stats"], 2, "argument 'stats' is invalid. Allowed are states, gates,"],
    [["model", "other.txt", "--steps", "1"], 2, "'--steps <n>' argument '1' is invalid"],
    [["nowhere", "other.txt", "--out", "x"], 1, "nowhere does not exist, needed a model's folder"],
    [["model", "nowhere.txt", "--out", "x"], 1, "nowhere.txt does not exist"],
    [["model", "other.txt", "--out", "text.txt"], 1, "text.txt is a file, needed a folder"],
  ])("says what is wrong: %#", async (parameters, code, message) => {
    const found = await run("inspect", ...parameters);
    expect(found).toMatchObject({ code, stdout: "" });
    expect(found.stderr).toMatch(/^error: [^\n]+\n$/);
    expect(found.stderr).toContain(message);
    expect(existsSync(inFolder("x"))).toBe(false);
  });
});

describe("reach", () => {
  const parameters = ["--positions", "200", "--max-context", "32", "--seed", "3", "--backend", "wasm"];

  it("prints the library's numbers as JSON", async () => {
    const { code, stdout, stderr } = await run("reach", "model", "other.txt", ...parameters, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const found = await reach(trained.network, ids, { positions: 200, maxContext: 32, seed: 3 });
    const [written] = jsonLines(stdout) as unknown as (typeof found)[];
    expect(written.reachTokens).toBe(found.reachTokens);
    expect(written.reachInterval).toEqual(found.reachInterval);
    expect(written.contexts.map(({ context }) => context)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
    written.contexts.forEach(({ lossNats, interval }, index) => {
      expect(lossNats).toBeCloseTo(found.contexts[index].lossNats, 5);
      expect(interval[0]).toBeCloseTo(found.contexts[index].interval[0], 5);
    });
    expect(written.gradient.halfLifeSteps).toBeCloseTo(found.gradient.halfLifeSteps!, 4);
  });

  it("prints them for people, within the columns of a terminal", async () => {
    const { code, stdout } = await run("reach", "model", "other.txt", ...parameters);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^Reach {5}\d+ tokens?.* \(95 %: \d+ to \d+\); no other context is more than 0.01 nats better$/,
    );
    expect(lines[1]).toMatch(/^Best {6}\d+ tokens?: \d\.\d{4} nats per token$/);
    expect(lines[2]).toMatch(/^Gradient {2}/);
    expect(lines[3]).toBe("Measured  200 predictions with each context");
    const table = lines.slice(6);
    expect(table).toHaveLength(10);
    for (const line of table) expect(line.length).toBeLessThanOrEqual(80);
    expect(table[0]).toContain("█");
  });

  it.each([
    [["model", "tiny.txt"], 1, "the text has 3 tokens, needed at least 4"],
    [
      ["model", "other.txt", "--max-context", "5000"],
      1,
      "maxContext is 5000, needed a whole number from 1 to 1000",
    ],
    [["model", "other.txt", "--positions", "0"], 2, "'--positions <n>' argument '0' is invalid"],
  ])("says what is wrong: %#", async (given, code, message) => {
    writeFileSync(inFolder("tiny.txt"), "abc");
    const found = await run("reach", ...given);
    expect(found).toMatchObject({ code, stdout: "" });
    expect(found.stderr).toMatch(/^error: [^\n]+\n$/);
    expect(found.stderr).toContain(message);
  });
});
