// What models that write sequences tell the page: translators, and those that describe pictures.
import type { SteppedTrace } from "unrolled/inspect";
import type { Exchange, Slot } from "./protocol.ts";

/** States and gates of a layer over one side; what is read in no order, such as the places of a picture, has no direction. */
export type SideTrace = Omit<SteppedTrace, "direction"> & Partial<Pick<SteppedTrace, "direction">>;

/** The target that a model has written, and what it computed on the way. */
export interface WrittenReading {
  /** Tokens of the source [T], as people read them, or names of places. */
  readonly source: readonly string[];
  /** Tokens of the target [U]. */
  readonly target: readonly string[];
  readonly text: string;
  /** ln P of the target. */
  readonly logProbability: number;
  /** Layers over the source, and over the target. */
  readonly encoder: readonly SideTrace[];
  readonly decoder: readonly SideTrace[];
  /** The share of each of the source's tokens for each of the target's [U, T], head by head; no heads without attention. */
  readonly heads: readonly Float32Array[];
  /** The likeliest tokens at each step [U], and how likely each is. */
  readonly likeliest: readonly (readonly { readonly token: string; readonly probability: number }[])[];
  /** How likely the token is that was written [U]. */
  readonly probabilities: readonly number[];
  /** The targets that came behind it. */
  readonly alternatives: readonly string[];
}

/** What is said of a picture, and where each word looked. */
export interface DescribedPicture {
  readonly text: string;
  /** ln P of the text. */
  readonly logProbability: number;
  /** Its tokens [U], as people read them. */
  readonly tokens: readonly string[];
  /** Rows and columns of places. */
  readonly grid: readonly [number, number];
  /** The share of each place for each token [U, rows·columns], row by row. */
  readonly attention: Float32Array;
  readonly alternatives: readonly string[];
  /** The same with what was computed on the way, its source being the places. */
  readonly written: WrittenReading;
}

/** What can be asked of them, beside what they have read. */
export interface WriterExchanges {
  /** What the slot's model says of a picture: red, green, blue and opacity of each pixel. */
  describe: Exchange<
    {
      slot: Slot;
      picture: { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };
    },
    DescribedPicture
  >;
}
