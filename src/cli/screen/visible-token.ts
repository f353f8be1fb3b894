/** A token that people can see: white space and control characters by name; a byte is shown as it comes. */
export function visibleToken(token: string, kind: string): string {
  if (kind === "byte" && token.length > 1) return token;
  if (token === " ") return "space";
  if (token === "\n") return "line break";
  if (token === "\t") return "tab";
  // The space before a word is part of most tokens of a byte pair encoding.
  const shown = kind === "bpe" ? token.replaceAll(" ", "␣") : token;
  return shown.replace(
    /[\p{C}\p{Z}]/gu,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
  );
}
