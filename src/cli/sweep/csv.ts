// Comma-separated values as RFC 4180 (Shafranovich 2005) has them: lines end in CR LF; a field with a comma, a quote or a line
// break stands in quotes, and quotes in it are doubled.
import { canonicalKey } from "../configuration/keys.ts";
import type { Trial } from "./trial.ts";

/** All trials by their numbers, a column for each parameter, their last result, and why those failed that did. */
export function resultsCsv(trials: readonly Trial[]): string {
  const keys = Object.keys(trials[0]?.settings ?? {});
  const measured = trials.flatMap(({ results }) => results.flatMap(Object.keys));
  const others = measured.filter((name) => name !== "steps" && name !== "seconds");
  const names = others.length > 0 ? [...new Set(others)] : ["lossNats", "bitsPerCharacter"];
  const header = ["trial", ...keys, "state", "steps", "seconds", ...names.map(canonicalKey), "error"];
  const rows = trials.map(({ number, settings, results, error }) => {
    const last = results.at(-1);
    const state = error !== null ? "failed" : last !== undefined ? "done" : "waiting";
    const figures = [last?.steps, last?.seconds, ...names.map((name) => last?.[name]), error];
    return [number, ...keys.map((key) => settings[key]), state, ...figures.map((value) => value ?? "")];
  });
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
