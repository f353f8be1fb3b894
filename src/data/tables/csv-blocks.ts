import { UnrolledError } from "../../errors.ts";
import { type DataSource, textOf, titleOf } from "./data-source.ts";

/** Whole records, and the number of the line that they begin at, from 1. */
export interface CsvBlock {
  readonly text: string;
  readonly line: number;
}

/** A record that goes on for longer has a quote that nobody closed. */
const LONGEST_RECORD = 16 << 20;

/**
 * Cuts comma-separated text between records, so that a file larger than memory is read piece by piece: at the last line break that
 * an even number of quotes stands before.
 */
export async function* csvBlocks(source: DataSource): AsyncGenerator<CsvBlock, void, undefined> {
  let rest = "";
  let line = 1;
  for await (const chunk of textOf(source)) {
    rest += chunk;
    const cut = lastRecordEnd(rest);
    if (cut > 0) {
      const text = rest.slice(0, cut);
      yield { text, line };
      line += lineBreaks(text);
      rest = rest.slice(cut);
    } else if (rest.length > LONGEST_RECORD) {
      throw new UnrolledError("invalid-file", {
        call: "readTable",
        problem: `${titleOf(source)}, line ${line}: a record of more than ${LONGEST_RECORD >> 20} MiB; is a quote not closed?`,
      });
    }
  }
  if (rest !== "") yield { text: rest, line };
}

function lastRecordEnd(text: string): number {
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) isQuoted = !isQuoted;
    else if (code === 10 && !isQuoted) end = at + 1;
  }
  return end;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
