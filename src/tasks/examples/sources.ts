import type { DataSource } from "../../data/tables/data-source.ts";

/**
 * What a task learns from, and what it is measured on: sources, or examples that are there already. Plain data. Without `val` a
 * share of `train` is held out; `test` is measured on once, at the end.
 */
export interface TaskData<Given> {
  readonly train: readonly (DataSource | Given)[];
  readonly val?: readonly (DataSource | Given)[] | undefined;
  readonly test?: readonly (DataSource | Given)[] | undefined;
}

/** Whether an entry is a source, and no example. */
export function isSource<Given>(entry: DataSource | Given): entry is DataSource {
  if (typeof entry === "string") return true;
  return typeof entry === "object" && entry !== null && "title" in entry && "text" in entry;
}
