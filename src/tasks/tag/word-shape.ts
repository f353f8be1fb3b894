/** Signs of a shape at most. */
const LONGEST = 5;

/**
 * What a word looks like: X for a capital, x for another letter, 0 for a digit, anything else itself, and one for each run of the same:
 * "Xx" of "Seoul", "@x0" of "@kim12". Names that were never seen look like names (Collins 2002).
 */
export function wordShape(token: string): string {
  if (/^(https?:|www\.)/i.test(token)) return "url";
  let shape = "";
  for (const character of token) {
    const sign = /\p{Lu}/u.test(character)
      ? "X"
      : /\p{L}/u.test(character)
        ? "x"
        : /\p{Nd}/u.test(character)
          ? "0"
          : character;
    if (!shape.endsWith(sign)) shape += sign;
  }
  return [...shape].slice(0, LONGEST).join("");
}
