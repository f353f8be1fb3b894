// Data as people have them: two files whose lines belong together, or tables of two columns.
import { type DataSource, endingOf, linesOf, titleOf } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import type { TranslateSettings } from "./translate-options.ts";

/** A text and what it becomes. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

type Columns = Pick<TranslateSettings, "sourceColumn" | "targetColumn">;

/**
 * Reads sources, and takes pairs as they are. Files that end in .tsv have a pair a line; of others, two belong together.
 *
 * @throws UnrolledError "invalid-file" that names the line where two files part, or that has no target; "invalid-argument" for a file
 * without its other one
 */
export async function translatePairs(
  entries: readonly (DataSource | Pair)[],
  columns: Columns,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let first: DataSource | undefined;
  for (const entry of entries) {
    if (!isSource(entry)) pairs.push(checked(entry));
    else if (endingOf(entry) === "tsv")
      for await (const pair of pairsOfTable(entry, columns)) pairs.push(pair);
    else if (first === undefined) first = entry;
    else {
      for await (const pair of alignedPairs(first, entry)) pairs.push(pair);
      first = undefined;
    }
  }
  if (first !== undefined)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `${titleOf(first)} has no file of targets behind it, needed sources and targets in turn, or files that end in .tsv`,
    });
  if (pairs.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: "data",
      got: "empty",
      needed: "a source with its target",
    });
  return pairs;
}

/** The lines of two files, one by one. */
async function* alignedPairs(sources: DataSource, targets: DataSource): AsyncGenerator<Pair, void> {
  const [left, right] = [linesOf(sources), linesOf(targets)];
  for (let line = 0; ; line++) {
    const [source, target] = [await left.next(), await right.next()];
    if (source.done && target.done) return;
    if (source.done || target.done) {
      const [ended, longer] = source.done ? [sources, targets] : [targets, sources];
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(ended)} ends after line ${line}, and ${titleOf(longer)} goes on, needed a target for each source`,
      });
    }
    yield { source: source.value.text.trim(), target: target.value.text.trim() };
  }
}

async function* pairsOfTable(
  table: DataSource,
  { sourceColumn, targetColumn }: Columns,
): AsyncGenerator<Pair, void> {
  for await (const { text, line } of linesOf(table)) {
    if (text.trim() === "") continue;
    const cells = text.split("\t");
    const [source, target] = [cells[sourceColumn - 1], cells[targetColumn - 1]];
    if (source === undefined || target === undefined)
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(table)}, line ${line} has ${cells.length} ${cells.length === 1 ? "column" : "columns"} apart by tabs, needed a source in column ${sourceColumn} and a target in column ${targetColumn}`,
      });
    yield { source: source.trim(), target: target.trim() };
  }
}

function checked(pair: Pair): Pair {
  if (typeof pair?.source === "string" && typeof pair.target === "string") return pair;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: "an example is no pair, needed { source, target } with two texts",
  });
}
