// How data of any task are read, and what is held out of them.
import { listOption, numberOption, type Option, shareOption, textOption } from "../../options/option.ts";

/** The heading of what data are. */
export const DATA = "Data:";

/** A column of a table by its name. */
export function columnOption(defaultText: string, help: string): Option<string | null> {
  return textOption({ default: null, defaultText, placeholder: "column", group: DATA, help });
}

/** Several columns by their names. */
export function columnsOption(defaultText: string, help: string): Option<readonly string[]> {
  return listOption({ default: [], defaultText, placeholder: "columns", group: DATA, help });
}

/** So many steps of a sequence, at least one. */
export function stepsOption<Default extends number | null>(
  said: { readonly default: Default; readonly defaultText?: string },
  help: string,
): Option<number | Default> {
  return numberOption({ whole: true, atLeast: 1 }, { ...said, placeholder: "n", group: DATA, help });
}

/** What data are, whatever the task. */
export const DATA_OPTIONS = {
  delimiter: textOption({
    default: null,
    defaultText: "found out",
    placeholder: "char",
    group: DATA,
    help: "what stands between two cells",
  }),
  group: columnOption("none", "rows with one value here stay in one part: speaker, patient"),
  valFraction: shareOption({
    default: 0.1,
    placeholder: "share",
    group: DATA,
    help: "share that is held out to measure on",
  }),
} as const;
