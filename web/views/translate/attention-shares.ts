// Who looked at whom: shares of attention as people read them.
import { percentOf } from "../../figures/bars.tsx";
import type { TranslatorPlace } from "./translator-geometry.ts";

/** Shares [U, T] of U target tokens for T of the source. */
export interface Looks {
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly weights: Float32Array;
}

/** A token on the other side, and the share. */
export interface Look {
  readonly step: number;
  readonly token: string;
  readonly share: number;
}

/** Shares below this are not spoken of. */
const LEAST = 0.005;

/** The mean of all heads. */
export function meanOfHeads(heads: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(heads[0]?.length ?? 0);
  for (const head of heads) for (let at = 0; at < mean.length; at++) mean[at] += head[at] / heads.length;
  return mean;
}

/** The share of a source token for a target token; 0 without attention. */
export function shareOf({ source, weights }: Looks, target: number, at: number): number {
  return weights[target * source.length + at] ?? 0;
}

/** What a target token looked at, or which ones looked at a token of the source, the largest share first. */
export function looksFrom(looks: Looks, { side, step }: TranslatorPlace): Look[] {
  const others = side === "target" ? looks.source : looks.target;
  return others
    .map((token, at) => ({
      step: at,
      token,
      share: side === "target" ? shareOf(looks, step, at) : shareOf(looks, at, step),
    }))
    .filter(({ share }) => share >= LEAST)
    .sort((left, right) => right.share - left.share);
}

/** The same in a sentence. */
export function sayLooks(looks: Looks, place: TranslatorPlace): string {
  const own = (place.side === "target" ? looks.target : looks.source)[place.step];
  if (looks.weights.length === 0) return JSON.stringify(own);
  const others = looksFrom(looks, place).slice(0, 6);
  if (others.length === 0) return `nothing looked at ${JSON.stringify(own)}`;
  const named = others.map(({ token, share }) => `${JSON.stringify(token)} ${percentOf(share)}`).join(", ");
  const looked = place.side === "target" ? "looked at" : "was looked at by";
  return `${JSON.stringify(own)} ${looked} ${named}`;
}
