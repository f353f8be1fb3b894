// Comma-separated values as RFC 4180 (Shafranovich 2005) has them: lines end in CR LF; a field with a comma, a quote or a line
// break stands in quotes, and quotes in it are doubled.
import type { Trial } from "./trial.ts";

/** All trials by their numbers, a column for each parameter, their last result, and why those failed that did. */
export function resultsCsv(trials: readonly Trial[]): string {
  const keys = Object.keys(trials[0]?.settings ?? {});
  const header = ["trial", ...keys, "state", "steps", "seconds", "loss_nats", "bits_per_character", "error"];
  const rows = trials.map(({ number, settings, results, error }) => {
    const last = results.at(-1);
    const state = error !== null ? "failed" : last !== undefined ? "done" : "waiting";
    const figures = [last?.steps, last?.seconds, last?.lossNats, last?.bitsPerCharacter, error];
    return [number, ...keys.map((key) => settings[key]), state, ...figures.map((value) => value ?? "")];
  });
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
