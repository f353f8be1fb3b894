import { expect, test } from "vitest";
import { createProgram } from "./program.ts";

const commandsFor = async (first: string | undefined) =>
  (await createProgram(first)).commands.map((command) => command.name());

test("a command is there by itself, with what its options need", async () => {
  expect(await commandsFor("generate")).toEqual(["generate"]);
  expect(await commandsFor("sweep")).toEqual(["train", "sweep"]);
});

test("none is there for the version", async () => {
  expect(await commandsFor("--version")).toEqual([]);
});

test("all are there for the help, and where the first word is none of them", async () => {
  const all = [
    "train",
    "sweep",
    "generate",
    "predict",
    "eval",
    "info",
    "convert",
    "bundle",
    "inspect",
    "report",
    "reach",
    "explore",
    "serve",
    "completion",
  ];
  for (const first of [undefined, "--help", "help", "trian", "toString"])
    expect(await commandsFor(first)).toEqual(all);
});

test("the help of a task's training has the task's learning rate, and those of other optimisers", async () => {
  const [train] = (await createProgram("train", ["train", "--task", "translate"])).commands;
  const rate = train.options.find(({ long }) => long === "--learning-rate");
  expect(rate?.defaultValueDescription).toBe("0.001; rmsprop 0.002, sgd 1, nt-asgd 30");
});
