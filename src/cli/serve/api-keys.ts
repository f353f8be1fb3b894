import { readRegularText } from "../../platform/node-files.ts";
import { CommandError } from "../failure.ts";

/** The keys in a file, one a line, or in the environment; undefined if none are asked for. */
export function apiKeysOf(file: string | undefined): readonly string[] | undefined {
  const environment = process.env.UNROLLED_API_KEYS;
  const text = file === undefined ? environment?.replaceAll(",", "\n") : readRegularText(file);
  if (text === undefined) return undefined;
  const keys = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (keys.length === 0) {
    throw new CommandError(`${file ?? "$UNROLLED_API_KEYS"} holds no key, needed one a line`);
  }
  return keys;
}
