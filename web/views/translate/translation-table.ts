// A translation as a table and as plain data.
import type { WrittenReading } from "../../engine/writer-protocol.ts";
import { plainNumbers } from "../../export/inspection-table.ts";
import { csvField } from "../../export/trace-table.ts";
import { type Looks, shareOf } from "./attention-shares.ts";

/** Shares of attention as CSV (RFC 4180): a row for each token of the target, a column for each of the source. */
export function alignmentCsv(looks: Looks): string {
  const { source, target } = looks;
  const rows = [
    ["target", ...source.map(csvField)],
    ...target.map((token, row) => [
      csvField(token),
      ...source.map((_, column) => String(shareOf(looks, row, column))),
    ]),
  ];
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}

/** All of it as JSON can hold it: matrices are lists of their rows. */
export function translationJson(translation: WrittenReading): unknown {
  const { source, target, text, logProbability, heads, likeliest, alternatives, encoder, decoder } =
    translation;
  const rowsOf = (values: Float32Array, width: number) =>
    Array.from({ length: values.length / width }, (_, row) =>
      values.subarray(row * width, (row + 1) * width),
    );
  const layersOf = (layers: WrittenReading["encoder"]) =>
    layers.map(({ name, direction, states, widths }) => ({
      ...{ name, direction },
      ...Object.fromEntries(
        Object.entries(states).map(([state, values]) => [state, rowsOf(values, widths[state])]),
      ),
    }));
  return plainNumbers({
    ...{ source, target, text, logProbability, likeliest, alternatives },
    attention: heads.map((head) => rowsOf(head, source.length)),
    encoder: layersOf(encoder),
    decoder: layersOf(decoder),
  });
}
