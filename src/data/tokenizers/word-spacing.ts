const CLOSING = /^[.,;:!?%…\p{Pe}\p{Pf}]/u;
const OPENING = /^['#@\p{Ps}\p{Pi}\p{Sc}]/u;
const GLUE = /^[/\\\p{Pd}]/u;
// Scripts and punctuation that are set without spaces.
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFF60]/u;

/**
 * Puts back the spaces that splitting into words lost, as English prose would have them: none at a line's
 * ends, before closing and after opening punctuation, around hyphens and slashes; straight quotes open and
 * close by turns within a line. It is a guess: "3.14" comes back as "3. 14".
 */
export function wordSpacing(): (word: string) => string {
  let spaceMayFollow = false;
  let previousIsWide = false;
  let isQuoted = false;
  return (word) => {
    const closesQuote = word === '"' && isQuoted;
    const opensQuote = word === '"' && !isQuoted;
    const isWide = WIDE.test(word);
    const touchesPrevious =
      !spaceMayFollow ||
      closesQuote ||
      word === "\n" ||
      CLOSING.test(word) ||
      GLUE.test(word) ||
      (isWide && previousIsWide);
    spaceMayFollow = !(opensQuote || word === "\n" || OPENING.test(word) || GLUE.test(word));
    previousIsWide = isWide;
    if (word === '"') isQuoted = !isQuoted;
    if (word === "\n") isQuoted = false;
    return touchesPrevious ? word : ` ${word}`;
  };
}
