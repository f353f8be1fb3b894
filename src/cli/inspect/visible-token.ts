/** A token's text as a figure can show it: white space has a sign, and what SVG may not contain has a dot. */
export function visibleToken(text: string): string {
  return text
    .replaceAll(" ", "␣")
    .replaceAll("\n", "↵")
    .replaceAll("\t", "→")
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "·");
}
