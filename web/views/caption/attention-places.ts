// At which places of a picture a word looked.
import type { DescribedPicture } from "../../engine/writer-protocol.ts";
import { csvField } from "../../export/trace-table.ts";
import { percentOf } from "../../figures/bars.tsx";

/** A text of which the words' places are known. */
export type Looked = Pick<DescribedPicture, "tokens" | "grid" | "attention">;

/** The shares of a word [rows·columns], row by row; none where the model looks at none. */
export function placesOf({ attention, grid: [rows, columns] }: Looked, word: number): Float32Array {
  return attention.subarray(word * rows * columns, (word + 1) * rows * columns);
}

/** Where a word looked most, in a sentence. */
export function sayPlaces(said: Looked, word: number): string {
  const shares = placesOf(said, word);
  const own = JSON.stringify(said.tokens[word]);
  if (shares.length === 0) return own;
  const most = shares.indexOf(Math.max(...shares));
  const [, columns] = said.grid;
  return `${own} looked most at row ${Math.floor(most / columns) + 1}, column ${(most % columns) + 1}: ${percentOf(shares[most])}`;
}

/** All shares as CSV (RFC 4180): a row for each word, a column for each place. */
export function attentionCsv(said: Looked): string {
  const [rows, columns] = said.grid;
  const names = Array.from(
    { length: rows * columns },
    (_, at) => `${Math.floor(at / columns) + 1}:${(at % columns) + 1}`,
  );
  const lines = said.tokens.map((token, word) => [
    csvField(token),
    ...Array.from(placesOf(said, word), String),
  ]);
  return [["word", ...names], ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}
