/** What separates words in Python, whose white space sacreBLEU's definitions mean; JavaScript's \s is another set. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BETWEEN = new RegExp(SPACE, "u");
const ALL = new RegExp(SPACE, "gu");
const AT_END = new RegExp(`${SPACE}$`, "u");

/** The words of a line. */
export function wordsOf(line: string): string[] {
  return line.split(BETWEEN).filter((word) => word !== "");
}

/** A line without white space. */
export function withoutSpaces(line: string): string {
  return line.replace(ALL, "");
}

/** A line without the white space that it ends with. */
export function trimmedEnd(line: string): string {
  return line.replace(AT_END, "");
}
