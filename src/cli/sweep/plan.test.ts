import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { expect, it } from "vitest";
import { addTrainCommand } from "../commands/train-command.ts";
import { parseConfiguration } from "../configuration/file.ts";
import { planOf, readPlan } from "./plan.ts";
import { rungsOf } from "./rungs.ts";
import { randomTrials } from "./search.ts";

const program = new Command();
addTrainCommand(program);
const plan = (text: string) =>
  planOf(program.commands[0], parseConfiguration(text, "sweep.yaml"), "sweep.yaml");

const HEAD = "train: {files: [book.txt], hidden-size: 64}\nsearch: random\ntrials: 4\n";

it("reads fixed options, parameters and the search", () => {
  const found = plan(`${HEAD}metric: bits_per_character
parameters:
  learningRate: {min: 0.001, max: 0.1, scale: log}
  num_layers: {min: 1, max: 3}
  dropout: [0, 0.5]
  tie_weights: [true, false]
`);
  expect(found).toMatchObject({
    files: ["book.txt"],
    fixed: { hidden_size: 64 },
    ...{ search: "random", trials: 4, halving: null, metric: "bits_per_character", parallel: 1, seed: 1 },
  });
  expect(found.parameters).toMatchObject([
    { key: "learning_rate", kind: "range", scale: "log", whole: false },
    { key: "num_layers", kind: "range", scale: "linear", whole: true },
    { key: "dropout", kind: "values", values: [0, 0.5] },
    { key: "tie_weights", kind: "values", values: [true, false] },
  ]);
});

it("reads the budgets of successive halving", () => {
  const text = HEAD.replace("random", "halving");
  const halved = (keys: string) => plan(`${text}halving: ${keys}\nparameters: {dropout: [0, 0.5]}`);
  expect(halved("{min: 200, max: 1800}").halving).toEqual({
    factor: 3,
    budget: "steps",
    min: 200,
    max: 1800,
  });
  expect(halved("{factor: 2, budget: epochs, min: 0.5, max: 2}").halving?.min).toBe(0.5);
  expect(() => halved("{min: 200, max: 100}")).toThrow("line 4: max is 100, needed more than min, 200");
  expect(() => halved("{min: 0.5, max: 100}")).toThrow("steps is 0.5. Needed a whole number of at least 1.");
  expect(() => halved("{factor: 1, min: 1, max: 2}")).toThrow("factor is 1, needed a number above 1");
  expect(() => halved("{min: 1}")).toThrow("key 'max' is missing");
});

it.each([
  ["parameters: {dropuot: [0]}", "line 4: unknown key 'dropuot' (did you mean dropout?)"],
  ["parameters: {dropout: [0, 2]}", "line 4: dropout is 2. Needed a number from 0 to below 1."],
  ["parameters: {dropout: [0, 0]}", "dropout is [0,0], has a value twice"],
  [
    "parameters: {dropout: {min: 0, max: 0.5, scale: log}}",
    "min is 0, needed a number above 0 for scale: log",
  ],
  ["parameters: {dropout: {min: 0, max: 0.5, stpe: 1}}", "unknown key 'stpe' (did you mean step?)"],
  ["parameters: {dropout: {min: 0.5, max: 0.1}}", "max is 0.1, needed more than min, 0.5"],
  ["parameters: {dropout: {min: 0}}", "dropout needed min and max, or a list of values"],
  ["parameters: {num_layers: {min: 1, max: 3, step: 0.5}}", "step is 0.5, needed a whole number"],
  ["parameters: {hidden_size: [1, 2]}", "line 4: hidden_size is set already (sweep.yaml, line 1)"],
  ["parameters: {steps: [10], minutes: [1]}", "minutes cannot be used with steps"],
  ["parameters: {out: [a]}", "'out' is for the sweep to say"],
  ["parameters: 3", "parameters is 3, needed keys below it"],
  ["parametres: {}", "unknown key 'parametres' (did you mean parameters?)"],
  ["halving: {min: 1, max: 2}", "line 4: halving needs search: halving, it is random"],
  ["metric: accuracy\nparameters: {dropout: [0]}", 'metric is "accuracy", needed one of loss_nats'],
  ["parallel: 0\nparameters: {dropout: [0]}", "parallel is 0, needed a whole number of at least 1"],
  ["", "sweep.yaml: key 'parameters' is missing"],
])("refuses %s", (text, message) => {
  expect(() => plan(HEAD + text)).toThrow(message);
});

it("refuses a search that does not fit", () => {
  const rest = "parameters: {dropout: [0]}";
  expect(() => plan(`${HEAD.replace("random", "grid")}${rest}`)).toThrow(
    "trials is 4, is for search: random",
  );
  expect(() => plan(`${HEAD.replace("random", "best")}${rest}`)).toThrow(
    'search is "best", needed one of grid',
  );
  expect(() => plan(`${HEAD.replace("trials: 4\n", "")}${rest}`)).toThrow("key 'trials' is missing");
  expect(() => plan(`${HEAD.replace("files: [book.txt], ", "")}${rest}`)).toThrow(
    "line 1: train has no files",
  );
});

it("reads the example", () => {
  const path = fileURLToPath(new URL("../../../examples/sweep.yaml", import.meta.url));
  const { parameters, trials, seed, halving, files } = readPlan(program.commands[0], path);
  expect(randomTrials(parameters, trials!, seed)).toHaveLength(9);
  expect(rungsOf(9, halving).map(({ budget }) => budget)).toEqual([50, 150, 450]);
  for (const file of files) expect(existsSync(file), file).toBe(true);
});
