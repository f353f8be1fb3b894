import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { typedCell } from "../asked-cell.ts";
import { optionsByKey } from "../configuration/keys.ts";
import { isSwitch } from "../configuration/values.ts";
import { RUN_FILE } from "../run/run-folder.ts";
import type { Value } from "./parameter.ts";
import type { SweepPlan } from "./plan.ts";
import type { Trial } from "./trial.ts";

/**
 * The parameters of the `unrolled train` that brings a trial to a budget (null: what the plan says). A run that is there is gone on
 * with from its last checkpoint; what is there of one that had not begun yet goes.
 */
export function trialArguments(
  train: Command,
  plan: SweepPlan,
  trial: Trial,
  budget: number | null,
  folder: string,
): string[] {
  const options = optionsByKey(train);
  const flags = (key: string, value: Value | readonly Value[]): string[] => {
    const option = options.get(key)!;
    if (isSwitch(option)) return switched(train, option, value === true);
    const typed = (each: Value) => (key === "cell" ? typedCell(String(each)) : String(each));
    return [value].flat().flatMap((each) => [option.long!, typed(each)]);
  };
  const more = plan.halving !== null && budget !== null ? flags(plan.halving.budget, budget) : [];
  if (existsSync(join(folder, RUN_FILE))) {
    return ["train", "--resume", folder, "--json", ...more];
  }
  rmSync(folder, { recursive: true, force: true });
  const settings = Object.entries({ ...plan.fixed, ...trial.settings });
  return [
    ...["train", "--out", folder, "--json"],
    ...settings.flatMap(([key, value]) => flags(key, value)),
    ...more,
    ...["--", ...plan.files],
  ];
}

/** The flag that turns a switch on or off; none where it is off by itself. */
function switched(train: Command, option: Option, on: boolean): string[] {
  const flag = train.options.find(
    (each) => each.attributeName() === option.attributeName() && each.negate === !on,
  );
  return flag === undefined ? [] : [flag.long!];
}
