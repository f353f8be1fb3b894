import { UnrolledError } from "../errors.ts";

/**
 * The names that at least one pattern matches. A pattern is a name, in which `*` stands for any characters but a dot, or the
 * beginning of one up to a dot: `encoder`, `rnn.weight_ih_l0`, `rnn.*_l0`.
 *
 * @throws UnrolledError "invalid-argument" for a pattern that matches nothing; the error names the nearest name.
 */
export function namesMatching(
  call: string,
  patterns: readonly string[],
  names: readonly string[],
): Set<string> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const literal = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    const expression = new RegExp(`^${literal.join("[^.]*")}(\\..*)?$`);
    const matching = names.filter((name) => expression.test(name));
    if (matching.length === 0) {
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `nothing is named "${pattern}"; the nearest is "${nearest(pattern, names)}"`,
      });
    }
    for (const name of matching) found.add(name);
  }
  return found;
}

/** The name, or beginning of one up to a dot, that the fewest edits lead to. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const candidates = new Set(
    names.flatMap((name) => name.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))),
  );
  return [...candidates]
    .map((name) => ({ name, edits: editsBetween(word, name) }))
    .reduce<{ name: string; edits: number } | undefined>(
      (best, next) => (best && best.edits <= next.edits ? best : next),
      undefined,
    )?.name;
}

/** Least number of letters inserted, deleted or replaced (Levenshtein 1966). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
