import stringWidth from "string-width";

/** A text that takes so many columns at most, with an ellipsis where it was longer. */
export function shortened(name: string, columns: number): string {
  if (stringWidth(name) <= columns) return name;
  let text = "";
  for (const character of name) {
    if (stringWidth(text + character) > columns - 1) break;
    text += character;
  }
  return `${text}…`;
}
