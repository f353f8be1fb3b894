/** What `unrolled inspect` can look at, in the order of its report. */
export const ASPECTS = ["states", "gates", "gradients", "reach", "units", "surprise"] as const;

export type AspectName = (typeof ASPECTS)[number];

/** One part of a report. */
export interface Aspect {
  readonly name: AspectName;
  /** Of the report, under its heading. */
  readonly html: string;
  /** By the name of their file, without its ending; each an <svg> element. */
  readonly figures: ReadonlyMap<string, string>;
  /** All the numbers. */
  readonly json: object;
}
