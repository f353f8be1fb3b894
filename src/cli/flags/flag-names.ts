// The names of options as they are typed: hiddenSize is --hidden-size.
import type { NamedOption, TypedWord } from "../../errors.ts";

/** Flags that have another name than the library's option. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  cacheFolder: "--cache",
  validation: "--val FILE",
  config: "--keras-config",
  vocabularySize: "--vocab-size",
};

/** Flags that are given once for each layer, where the library's option is a record of all of them. */
const NAMES_OF_RECORDS: Readonly<Record<string, string>> = { activations: "--activation" };

/** hiddenSize → --hidden-size. */
export function flagOf(option: string): string {
  return OTHER_NAMES[option] ?? `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is typed for an option that an error speaks of: --hidden-size, --order a,b, --kinds x=embedding|linear. */
export function typedOnCommandLine(typed: NamedOption | TypedWord): string {
  if ("word" in typed) return typed.word;
  const { option, value, or = [] } = typed;
  if (value === undefined) return flagOf(option);
  const [first, ...others] =
    typeof value === "string"
      ? [value]
      : Array.isArray(value)
        ? [value.join(",")]
        : Object.entries(value).map((entry) => entry.join("="));
  const isRecord = typeof value === "object" && !Array.isArray(value);
  const flag = (isRecord ? NAMES_OF_RECORDS[option] : undefined) ?? flagOf(option);
  return `${flag} ${[first, ...others].join(" ")}${or.map((word) => `|${word}`).join("")}`;
}
