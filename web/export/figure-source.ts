// What a view tells about a figure so that it can be taken away.
import type { FigureBody, Ground } from "./standalone-figure.ts";

/** How a figure is to look. */
export interface FigureLook {
  readonly ground: Ground;
  /** The steps that are on the page, or all. */
  readonly extent: "shown" | "all";
  /** The last step that has been read, in a picture of the reading under way; undefined for a figure of all of it. */
  readonly readTo: number | undefined;
}

export interface FigureSource {
  readonly title: string;
  /** Of which network it is, and whatever else the figure does not say itself. */
  readonly subtitle: string;
  /** Steps of the reading that it shows: then it can be taken while they are read, one after the other. */
  readonly steps?: number | undefined;
  draw(look: FigureLook): Promise<FigureBody>;
}
