import { existsSync } from "node:fs";
import { basename } from "node:path";

const LONGEST_NAME = 40;

/** The command that was typed, with a folder for the model that is not there yet: a line to copy. */
export function withProposedOut(words: readonly string[], files: readonly string[]): string {
  return ["unrolled", ...words, "--out", proposedOut(files)].map(quoted).join(" ");
}

/** models/NAME, NAME being what is learned from; the first of models/NAME-2, … if that is there. */
function proposedOut(files: readonly string[]): string {
  const stem = basename(files[0] ?? "").replace(/(\.[A-Za-z0-9]{1,5}){1,2}$/, "");
  const plain = stem.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  const place = `models/${plain.slice(0, LONGEST_NAME) || "mine"}`;
  let path = place;
  for (let number = 2; existsSync(path); number++) path = `${place}-${number}`;
  return path;
}

/** As a shell takes a word. */
function quoted(word: string): string {
  return /^[\p{L}\p{N}_./:=,@%+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
