import stringWidth from "string-width";

/** Breaks a line at spaces so that it fits into `columns`; the lines after the first begin with `indent` spaces. */
export function wrapped(line: string, columns: number, indent: number): string {
  const lines = [""];
  for (const word of line.split(/(?<= )(?! )/)) {
    const current = lines[lines.length - 1];
    const isFresh = current.trim() === "";
    if (!isFresh && stringWidth((current + word).trimEnd()) > columns) lines.push(" ".repeat(indent) + word);
    else lines[lines.length - 1] = current + word;
  }
  return lines.map((text) => text.trimEnd()).join("\n");
}

/**
 * The lines of a text of unknown content as a terminal can show them: cut at `columns`, without characters that would move
 * its cursor or change its colours.
 */
export function wrappedText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.replaceAll("\t", "    ").split(/\r?\n/)) {
    let line = "";
    let width = 0;
    for (const character of harmless(paragraph)) {
      const added = stringWidth(character);
      if (width + added > columns) {
        lines.push(line);
        line = "";
        width = 0;
      }
      line += character;
      width += added;
    }
    lines.push(line);
  }
  return lines;
}

/** Control characters, those without a width of their own among them, become "·"; joiners, which belong to scripts, stay. */
export function harmless(text: string): string {
  return text.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "·");
}
