// Every example runs as a reader would run it, on the built package, and does what its first line says.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolled } from "./cli/command.ts";
import { runExample as example } from "./run-example.ts";
import { importsOf } from "./source-files.ts";

const EXAMPLE_MS = 300_000;
const root = fileURLToPath(new URL("..", import.meta.url));
const names = join(root, "../shared/data/names-by-language");
const work = temporaryFolder();
const model = join(work.path, "model");

beforeAll(async () => {
  build();
  const settings = "--steps 300 --hidden-size 64 --num-layers 1 --batch-size 4 --dropout 0 --val-fraction 0";
  const trained = await unrolled(["train", "LICENSE", "--out", model, ...settings.split(" ")], root);
  expect(trained.code, trained.stderr).toBe(0);
}, BUILD_MS);
afterAll(() => work.remove());

test("an example has at most 40 lines and imports nothing but the package and files", () => {
  const files = readdirSync(join(root, "examples")).filter((file) => /\.[jt]s$/.test(file));
  const models = ["adder.js"];
  const scripts = [
    "custom-cell.ts",
    "forecast.ts",
    "language-model.ts",
    "names.ts",
    "parallel.ts",
    "predict.ts",
    "sessions.ts",
    "stream.ts",
  ];
  expect(files).toEqual([...models, ...scripts]);
  for (const file of files) {
    const lines = readFileSync(join(root, "examples", file), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length, file).toBeLessThanOrEqual(40);
    const others = importsOf(`examples/${file}`).filter((each) => each !== "unrolled" && each !== "node:fs");
    expect(others, file).toEqual([]);
  }
});

test(
  "names: at least 0.78 of the held-out surnames are given the right language",
  async ({ skip }) => {
    if (!existsSync(names)) skip(`${names} is missing`);
    const output = await example("names.ts", [names]);
    const [, percent, count] = /^([\d.]+) % of (\d+) held-out names\n$/.exec(output)!;
    expect(Number(count)).toBeGreaterThan(2000);
    expect(Number(percent)).toBeGreaterThanOrEqual(78);
  },
  EXAMPLE_MS,
);

test(
  "language model: the loss falls, and the text is recited",
  async () => {
    const output = await example("language-model.ts");
    const losses = [...output.matchAll(/^step \d+: ([\d.]+) nats$/gm)].map(([, loss]) => Number(loss));
    expect(losses.length).toBe(400);
    expect(losses[0]).toBeGreaterThan(3);
    expect(losses[399]).toBeLessThan(0.5);
    expect(output.slice(output.lastIndexOf(" nats\n"))).toContain("associated documentation files");
  },
  EXAMPLE_MS,
);

test(
  "forecast: little more than the noise is left, and the sine goes on by itself",
  async () => {
    const output = await example("forecast.ts");
    const [, error, noise] = /mean square ([\d.]+), of which noise ([\d.]+)/.exec(output)!;
    expect(Number(error)).toBeLessThan(1.4 * Number(noise));
    const rows = [...output.matchAll(/forecast (-?[\d.]+), truth (-?[\d.]+)$/gm)];
    expect(rows.length).toBe(41);
    for (const [row, forecast, truth] of rows)
      expect(Math.abs(Number(forecast) - Number(truth)), row).toBeLessThan(0.4);
  },
  EXAMPLE_MS,
);

test(
  "custom cell: it remembers how sequences of unequal length began",
  async () => {
    const output = await example("custom-cell.ts");
    const [, nats, guessing] = /^new sequences: ([\d.]+) nats, ([\d.]+) by guessing\n$/.exec(output)!;
    expect(Number(guessing)).toBe(1.386);
    expect(Number(nats)).toBeLessThan(0.1);
  },
  EXAMPLE_MS,
);

test(
  "parallel: on all cores, an LSTM learns to add two numbers that are far apart",
  async () => {
    const output = await example("parallel.ts");
    const [, threads] = /^(\d+) threads?\n/.exec(output)!;
    expect(Number(threads)).toBe(availableParallelism());
    const [, loss] = /\nnew problems: mean square error ([\d.]+), /.exec(output)!;
    expect(Number(loss)).toBeLessThan(0.01);
  },
  EXAMPLE_MS,
);

test("predict: the next word of a text that the model knows", async () => {
  const output = await example("predict.ts", [model, 'documentation files (the "Soft']);
  expect(output).toMatch(/^"w" {5} █{20,40}\n/);
  expect(output).toMatch(/\nSoftware \(\d+\.\d %\)\n/);
});

test("sessions: writers that pause, come back and fork write what they would have written anyway", async () => {
  const output = await example("sessions.ts", [model]);
  const [back, second, third, fork] = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
  const alone = async (text: string, tokens: number) => {
    const options = ["--prompt", text, "--max-new-tokens", `${tokens}`, "--temperature", "0"];
    const { stdout } = await unrolled(["generate", model, ...options], root);
    return text + stdout.slice(0, tokens);
  };
  expect(back).toBe(await alone("T", 40));
  expect(second).toBe(await alone("c", 60));
  expect(third).toBe(await alone("S", 60));
  expect(fork.slice(0, 40)).toBe(second.slice(0, 40));
  expect(fork.slice(40)).toHaveLength(21);
  expect(fork[40]).toBe("p");
});

test("stream: a character that does not belong is the most surprising one", async () => {
  const output = await example("stream.ts", [model], "MIT License\n\nCopyrighN");
  const bits = output
    .trimEnd()
    .split("\n")
    .map((line) => Number(/^"(?:\\.|.)" +([\d.]+) ▒*$/.exec(line)?.[1]));
  expect(bits.length).toBe(22);
  expect(bits.indexOf(Math.max(...bits))).toBe(21);
});
