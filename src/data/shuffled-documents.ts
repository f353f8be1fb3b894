import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import { requireInside, type Tokens } from "./tokens.ts";

/** Of so many documents one start in the new order is remembered; from there on lengths are added up. */
const STRIDE = 16;

/**
 * The same tokens with their D documents in random order, each whole. Nothing is copied: a read looks up which documents it
 * meets, and asks for their tokens. Beside `documentStarts` (8 bytes a document) it keeps 4.5 bytes a document. Give each epoch
 * a generator of its own (`generator.fork(epoch)`), and each has another order.
 *
 * @param tokens the tokens [N]
 * @param documentStarts where each document starts [D], ascending from 0; a document ends where the next one starts
 * @throws UnrolledError "invalid-argument" if the starts do not begin at 0 or do not ascend
 */
export function shuffledDocuments(
  tokens: Tokens,
  documentStarts: Float64Array,
  generator: Generator,
): Tokens {
  const documents = documentStarts.length;
  requireStarts(documentStarts, tokens.length);
  const order = generator.permutation(documents);
  const lengthOf = (document: number) =>
    (document + 1 < documents ? documentStarts[document + 1] : tokens.length) - documentStarts[document];
  const anchors = new Float64Array(Math.ceil(documents / STRIDE));
  let position = 0;
  for (let place = 0; place < documents; place++) {
    if (place % STRIDE === 0) anchors[place / STRIDE] = position;
    position += lengthOf(order[place]);
  }
  return {
    length: tokens.length,
    read(start, target) {
      requireInside(start, target.length, tokens.length);
      const anchor = lastAtMost(anchors, start);
      let place = anchor * STRIDE;
      let placeStart = anchors[anchor];
      for (let written = 0; written < target.length; place++) {
        const length = lengthOf(order[place]);
        const inside = start + written - placeStart;
        if (inside < length) {
          const count = Math.min(length - inside, target.length - written);
          tokens.read(documentStarts[order[place]] + inside, target.subarray(written, written + count));
          written += count;
        }
        placeStart += length;
      }
    },
  };
}

/** The index of the last entry that is at most `value`; entries ascend from 0. */
function lastAtMost(entries: Float64Array, value: number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (entries[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function requireStarts(starts: Float64Array, length: number): void {
  for (let document = 0; document < starts.length; document++) {
    const before = document === 0 ? 0 : starts[document - 1];
    const fits = document === 0 ? starts[0] === 0 : starts[document] >= before && starts[document] <= length;
    if (fits) continue;
    throw new UnrolledError("invalid-argument", {
      call: "shuffledDocuments",
      problem:
        `documentStarts[${document}] is ${starts[document]}, needed ` +
        (document === 0 ? "0" : `${before} to ${length}`),
    });
  }
  if (starts.length === 0 && length > 0) {
    throw new UnrolledError("invalid-argument", {
      call: "shuffledDocuments",
      problem: `documentStarts is empty, but there are ${length} tokens`,
    });
  }
}
