import { expect, it } from "vitest";
import { resolveSettingsOf } from "./resolve-settings.ts";

const options = {};

it.each([
  [{ learningRate: 0.001 }, {}, "adamw", 0.001],
  [{ learningRate: 0.001 }, { optimizer: "adam" }, "adam", 0.001],
  [{ learningRate: 0.001 }, { optimizer: "sgd" }, "sgd", 1],
  [{ learningRate: 0.001 }, { optimizer: "sgd", learningRate: 0.5 }, "sgd", 0.5],
  [{ optimizer: "sgd", learningRate: 0.1 }, {}, "sgd", 0.1],
  [{ optimizer: "sgd" }, {}, "sgd", 1],
  [{ optimizer: "sgd", learningRate: 0.1 }, { optimizer: "adamw" }, "adamw", 0.005],
] as const)("of a task with %j, %j trains by %s at %f", (defaults, given, optimizer, learningRate) => {
  expect(resolveSettingsOf({ options, defaults }, given)).toMatchObject({ optimizer, learningRate });
});
