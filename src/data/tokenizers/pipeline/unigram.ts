import type { IdList } from "../../id-list.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { byteIds } from "./byte-tokens.ts";
import type { PieceModel } from "./piece-model.ts";

/** How much less likely than the least likely token an unknown character is, in nats. */
const UNKNOWN_PENALTY = 10;

/**
 * The likeliest of all divisions of a part into tokens, each as likely as the file says (Kudo 2018), by Viterbi's algorithm. A character
 * that is no token is unknown, several in a row are one unknown token, or the tokens of their bytes.
 */
export function unigram(json: unknown): PieceModel {
  const list = field(json, "vocab");
  if (!Array.isArray(list)) throw invalidTokenizer(`model.vocab is ${shown(list)}, needed a list`);
  const idOfToken = new Map<string, number>();
  const scores = new Float64Array(list.length);
  let longest = 0;
  let least = 0;
  for (const [id, entry] of list.entries()) {
    const [token, score] = Array.isArray(entry) ? entry : [];
    if (typeof token !== "string" || typeof score !== "number" || !Number.isFinite(score))
      throw invalidTokenizer(`model.vocab[${id}] is ${shown(entry)}, needed a token and its log probability`);
    // Of two that are alike the last counts.
    idOfToken.set(token, id);
    scores[id] = score;
    longest = Math.max(longest, token.length);
    least = Math.min(least, score);
  }
  const given = field(json, "unk_id") ?? null;
  const isId = typeof given === "number" && Number.isInteger(given) && given >= 0 && given < list.length;
  if (given !== null && !isId)
    throw invalidTokenizer(`model.unk_id is ${shown(given)}, needed 0 to ${list.length - 1}, or null`);
  const unknownId = given as number | null;
  const bytes = field(json, "byte_fallback") === true ? byteIds((token) => idOfToken.get(token)) : undefined;
  const unknownScore = least - UNKNOWN_PENALTY;
  const encoder = new TextEncoder();

  function pushUnknown(text: string, ids: IdList): void {
    if (bytes) for (const byte of encoder.encode(text)) ids.push(bytes[byte]);
    else if (unknownId !== null) ids.push(unknownId);
    else throw invalidTokenizer(`${shown(text)} is no token, and model.unk_id is null`);
  }

  return {
    vocabulary: list.map(([token], id): [string, number] => [token, id]),
    unknownId,
    encode(part, ids) {
      const length = part.length;
      // The best way to each place: its likelihood, where its last token begins, and which that is (−1: unknown).
      const best = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
      const from = new Int32Array(length + 1);
      const token = new Int32Array(length + 1);
      best[0] = 0;
      for (let start = 0; start < length; ) {
        const unit = (part.codePointAt(start) as number) > 0xffff ? 2 : 1;
        let isKnown = false;
        const end = Math.min(length, start + longest);
        for (let to = start + unit; to <= end; to++) {
          const id = idOfToken.get(part.slice(start, to));
          if (id === undefined) continue;
          offer(start, to, id, scores[id]);
          if (to === start + unit) isKnown = true;
        }
        if (!isKnown) offer(start, start + unit, -1, unknownScore);
        start += unit;
      }
      function offer(start: number, to: number, id: number, score: number): void {
        if (best[start] + score <= best[to]) return;
        best[to] = best[start] + score;
        from[to] = start;
        token[to] = id;
      }
      const path: number[] = [];
      for (let place = length; place > 0; place = from[place]) path.push(place);
      let unknown = "";
      const isUnknown = (id: number) => id < 0 || id === unknownId;
      for (const place of path.reverse()) {
        const text = part.slice(from[place], place);
        if (isUnknown(token[place])) {
          unknown += text;
          continue;
        }
        if (unknown !== "") pushUnknown(unknown, ids);
        unknown = "";
        ids.push(token[place]);
      }
      if (unknown !== "") pushUnknown(unknown, ids);
    },
  };
}
