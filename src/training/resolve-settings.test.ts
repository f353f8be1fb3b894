import { expect, it } from "vitest";
import { describedTask, TASK_NAMES } from "../tasks/task-table.ts";
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

// The command line resolves them, and so does the worker that it has train.
it.each(TASK_NAMES)("of the task %s that are resolved already stay what they are", async (name) => {
  const task = (await describedTask(name))!;
  const once = resolveSettingsOf(task, {});
  expect(resolveSettingsOf(task, once)).toEqual(once);
  for (const preset of Object.values(task.presets ?? {})) {
    // Among what a preset says are flags of other names, such as epochs.
    const own = Object.entries(preset.settings).filter(([option]) => Object.hasOwn(task.options, option));
    const set = resolveSettingsOf(task, Object.fromEntries(own));
    expect(resolveSettingsOf(task, set)).toEqual(set);
  }
});
