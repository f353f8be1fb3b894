// Small vocabularies for tests: byte pair encoding as it is written on one page (Sennrich, Haddow & Birch 2016), and others.

/** A vocabulary, and what is merged. */
export interface Learned {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly string[];
}

/** Pairs of symbols that stand next to each other most often, again and again. */
export function learn(
  words: readonly string[],
  count: number,
  first: readonly string[],
  suffix = "",
): Learned {
  let rows = words.map((word) =>
    [...word].map((character, at, all) => (at === all.length - 1 ? character + suffix : character)),
  );
  const tokens = new Set([...first, ...rows.flat()]);
  const merges: string[] = [];
  for (let merge = 0; merge < count; merge++) {
    const counts = new Map<string, number>();
    for (const row of rows)
      for (let at = 0; at + 1 < row.length; at++) {
        const pair = `${row[at]} ${row[at + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (!best) break;
    const [left, right] = best[0].split(" ");
    merges.push(best[0]);
    tokens.add(left + right);
    rows = rows.map((row) => {
      const joined: string[] = [];
      for (let at = 0; at < row.length; at++) {
        if (row[at] === left && row[at + 1] === right) joined.push(row[at] + row[++at]);
        else joined.push(row[at]);
      }
      return joined;
    });
  }
  return { vocab: Object.fromEntries([...tokens].map((token, id) => [token, id])), merges };
}

/** Words and letters as WordPiece has them. */
export const piecesOf = (words: readonly string[], prefix: string) => {
  const tokens = [
    "[UNK]",
    ...new Set(
      words.flatMap(
        (word) =>
          word
            .toLowerCase()
            .normalize("NFD")
            .replace(/\p{M}/gu, "")
            .match(/[\p{L}\p{N}]+|./gu) ?? [],
      ),
    ),
  ];
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789все"];
  const all = [
    ...new Set([
      ...tokens,
      ...letters,
      ...letters.map((letter) => prefix + letter),
      `${prefix}es`,
      `${prefix}ing`,
    ]),
  ];
  return Object.fromEntries(all.map((token, id) => [token, id]));
};

/** Every piece of the words, with how likely it is. */
export function unigramOf(words: readonly string[]) {
  const counts = new Map<string, number>();
  for (const word of words)
    for (let start = 0; start < word.length + 1; start++)
      for (let length = 1; length < 5; length++) {
        const piece = `▁${word}`.slice(start, start + length);
        if (piece) counts.set(piece, (counts.get(piece) ?? 0) + 1);
      }
  // Of different likelihoods, so that no two divisions are as likely.
  const vocab = [...counts].map(([piece, count], at): [string, number] => [
    piece,
    Math.log(count / 5000) - at * 1e-4,
  ]);
  return { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0], ...vocab] };
}
