import { isRecord } from "../../options/field-checks.ts";
import type { OptionTable } from "../../options/option.ts";
import { LOOP_OPTIONS } from "../../tasks/loop-settings.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { settingWords } from "../report/settings-tables.ts";

/** "sequence length 64, batch size 32, steps 500, …". */
export function settingsText(settings: object): string {
  return Object.entries(settings)
    .flatMap(([name, value]) =>
      name === "budget" && isRecord(value) ? Object.entries(value) : [[name, value]],
    )
    .filter(([, value]) => value !== null && `${value}` !== "")
    .map(([name, value]) => settingWords(name, value).join(" "))
    .join(", ");
}

/** The settings that are not what they are where nothing is said; all of them where the task is not known. */
export function changedSettings(settings: object, task: TaskDescription | undefined): object {
  if (!task) return settings;
  const table: OptionTable = { ...LOOP_OPTIONS, ...task.options };
  const defaults: Readonly<Record<string, unknown>> = { ...task.defaults };
  const isDefault = (name: string, value: unknown) =>
    Object.hasOwn(table, name) &&
    JSON.stringify(value) === JSON.stringify(defaults[name] ?? table[name].default);
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => !isDefault(name, value)));
}
