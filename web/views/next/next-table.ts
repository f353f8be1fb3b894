import { nextTokens } from "unrolled/inspect";
import type { Reading, Sampling } from "../../engine/protocol.ts";
import { csvField } from "../../export/trace-table.ts";

/** The likeliest tokens after every step as CSV: what the network gives them and what sampling makes of that. */
export function nextCsv(
  { pieces, trace }: Reading,
  tokens: readonly string[],
  sampling: Sampling,
  count: number,
): string {
  const rows = ["step,token,bits,rank,next,probability,sampled\r\n"];
  pieces.forEach((piece, step) => {
    const bits = step === 0 ? "" : trace.lossNats[step - 1] / Math.LN2;
    const logits = trace.outputs.subarray(step * tokens.length, (step + 1) * tokens.length);
    nextTokens(logits, sampling, count).forEach(({ id, probability, sampled }, rank) => {
      rows.push(
        `${step + 1},${csvField(piece)},${bits},${rank + 1},${csvField(tokens[id])},${probability},${sampled}\r\n`,
      );
    });
  });
  return rows.join("");
}
