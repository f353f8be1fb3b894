// The parser of comma-separated values that reads them for this library. Its own file, so that it is one file of the package too.
import { parse } from "csv-parse/browser/esm/sync";

/** A record and the number of the line that it ends at, from 1. */
export interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The records of a text, RFC 4180; empty lines are none. Throws an error with `lines`, the line that cannot be read. */
export function parseCsv(text: string, delimiter: string): readonly ParsedRecord[] {
  const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true } as const;
  return parse(text, options) as unknown as readonly ParsedRecord[];
}
