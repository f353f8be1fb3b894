const WORD = /https?:\/\/\S+|[@#]?[\p{L}\p{M}\p{N}_]+(?:[-.'’&][\p{L}\p{M}\p{N}_]+)*|\.\.+|[^\s]/gu;
const CLITIC = /^(.+?)(n['’]t|['’](?:s|m|d|re|ve|ll))$/iu;

/**
 * The words of a text, as corpora of tagged sentences have them: words with hyphens and points inside, numbers, names with @ and #,
 * addresses; what English writes together, such as 's and n't, and every other sign stand alone.
 */
export function wordTokens(text: string): string[] {
  return (text.match(WORD) ?? []).flatMap((word) => {
    const parts = word.startsWith("http") ? null : CLITIC.exec(word);
    return parts ? [parts[1], parts[2]] : [word];
  });
}
