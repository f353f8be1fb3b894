import type { RefObject } from "preact";
import type { ElementFigure } from "./element-figure.ts";
import type { FigureSource } from "./figure-source.ts";

/** What stands in an element of the page, to be taken away as it stands there. */
export function elementSource(
  element: RefObject<HTMLElement | null>,
  { title, subtitle, ...figure }: Pick<FigureSource, "title" | "subtitle"> & ElementFigure,
): FigureSource {
  return {
    title,
    subtitle,
    draw: async ({ ground }) =>
      (await import("./element-figure.ts")).elementBody(element.current!, ground, figure),
  };
}
