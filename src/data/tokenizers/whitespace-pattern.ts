import { BREAK, classAt, SPACE } from "./character-classes.ts";

/** The token that stands for a line's end. */
export const END_OF_LINE = "<eos>";

const LINE_FEED = 0x0a;

/** Calls `visit` with everything that white space parts, in order, and with `<eos>` for each line feed. */
export function forEachWhitespaceToken(text: string, visit: (token: string) => void): void {
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    if (index < text.length && !isWhiteSpace(text, index)) continue;
    if (index > start) visit(text.slice(start, index));
    if (text.charCodeAt(index) === LINE_FEED) visit(END_OF_LINE);
    start = index + 1;
  }
}

/** The largest index at which a text that goes on after its end can be cut without changing its tokens. */
export function lastWhitespaceCut(text: string): number {
  let cut = text.length;
  while (cut > 0 && !isWhiteSpace(text, cut - 1)) cut -= 1;
  return cut;
}

/** Whether `token` is one that a text can have. */
export function isWhitespaceToken(token: string): boolean {
  return token !== "" && lastWhitespaceCut(token) === 0;
}

function isWhiteSpace(text: string, index: number): boolean {
  const found = classAt(text, index);
  return found === SPACE || found === BREAK;
}
