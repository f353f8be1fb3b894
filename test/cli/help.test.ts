import { beforeAll, expect, it } from "vitest";
import { BUILD_MS, build, unrolled } from "./command.ts";

beforeAll(() => build(), BUILD_MS);

/** Words that are a contract: options may be added, these stay. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  train: [
    ...[
      "out",
      "cell",
      "nonlinearity",
      "hidden-size",
      "num-layers",
      "embedding-size",
      "dropout",
      "tie-weights",
    ],
    ...["tokenizer", "vocab-size", "seq-length", "batch-size", "steps", "epochs", "minutes", "optimizer"],
    ...["learning-rate", "lr-schedule", "grad-clip", "weight-decay", "val-fraction", "val", "eval-every"],
    ...["sample-every", "seed", "backend", "force", "json", "help"],
  ],
  generate: [
    ...[
      "prompt",
      "prompt-file",
      "max-new-tokens",
      "temperature",
      "top-k",
      "top-p",
      "min-p",
      "repetition-penalty",
    ],
    ...["stop", "num-samples", "seed", "interactive", "json", "help"],
  ],
  sweep: ["config", "out", "resume", "parallel", "json", "help"],
  report: ["out", "force", "json", "help"],
  predict: ["top", "json", "help"],
  eval: ["dynamic", "dynamic-rate", "dynamic-decay", "field", "json", "help"],
  info: [
    "nonlinearity",
    "order",
    "activation",
    "returns",
    "kinds",
    "forget-bias",
    "keras-config",
    "max-bytes",
    "json",
    "help",
  ],
  convert: ["to", "dtype", "eval", "force", "nonlinearity", "order", "max-bytes", "backend", "json", "help"],
  bundle: ["out", "dtype", "global", "force", "json", "help"],
  inspect: ["what", "out", "steps", "tokens", "field", "force", "backend", "json", "help"],
  reach: ["max-context", "positions", "tolerance", "seed", "field", "backend", "json", "help"],
  explore: ["port", "no-open", "help"],
  serve: [
    "host",
    "port",
    "threads",
    "backend",
    "api-keys",
    "cors",
    "timeout",
    "max-queue",
    "log-level",
    "help",
  ],
  completion: ["help"],
};

it.each(Object.keys(OPTIONS))("%s --help names every option and goes to stdout", async (command) => {
  const { code, stdout, stderr } = await unrolled([command, "--help"], ".");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const option of OPTIONS[command]) expect(stdout).toMatch(new RegExp(`^ .*--${option}( |$)`, "m"));
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  await expect(stdout).toMatchFileSnapshot(`./help/${command}.txt`);
});

it("without a command, shows the help and calls it wrong usage", async () => {
  const help = await unrolled(["--help"], ".");
  expect(help.code).toBe(0);
  await expect(help.stdout).toMatchFileSnapshot("./help/unrolled.txt");
  expect(await unrolled([], ".")).toEqual({ code: 2, stdout: "", stderr: help.stdout });
});

it("--version is the package's", async () => {
  expect(await unrolled(["--version"], ".")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});
