import stringWidth from "string-width";

/** A part of a line; where all do not fit, those of least weight are left out first. */
export interface Segment {
  readonly text: string;
  readonly weight: number;
  readonly style?: ((text: string) => string) | undefined;
}

/** The segments that fit into `columns`, in their order, two spaces apart. The last one that is left is cut off if it must be. */
export function fitSegments(segments: readonly Segment[], columns: number): string {
  let kept = segments.filter(({ text }) => text !== "");
  while (kept.length > 1 && widthOf(kept) > columns) {
    const least = Math.min(...kept.map(({ weight }) => weight));
    const heavier = kept.filter(({ weight }) => weight !== least);
    kept = heavier.length > 0 ? heavier : kept.slice(0, 1);
  }
  return kept.map(({ text, style = String }) => style(cut(text, columns))).join("  ");
}

/** The columns that segments take, the spaces between them included. */
export function widthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + stringWidth(text) + 2, -2);
}

/** As much of a text without styles as fits into `columns`. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (stringWidth(kept + character) > columns) break;
    kept += character;
  }
  return kept;
}
