// Which tags may follow one another where tags mark spans: BIO (B- begins a span, I- goes on) and BIOES (E- ends one, S- is one alone;
// Ratinov & Roth 2009).
import type { ChainScores } from "../losses/forward-backward.ts";

interface Mark {
  readonly mark: string;
  readonly type: string;
}

/** What tags of spans allow; true for what is allowed. */
export interface SpanRules {
  mayFollow(before: string, after: string): boolean;
  mayBegin(tag: string): boolean;
  mayEnd(tag: string): boolean;
}

/** The rules of BIO, or of BIOES where a tag begins with E- or S-; undefined for tags that mark no spans. */
export function spanRules(tags: readonly string[]): SpanRules | undefined {
  if (!areSpanTags(tags)) return undefined;
  const closes = tags.some((tag) => /^[ES]-/.test(tag));
  const goesOn = ({ mark }: Mark) => mark === "I" || mark === "E";
  // Of BIOES, what was begun has to end.
  const isOpen = ({ mark }: Mark) => mark === "B" || mark === "I";
  return {
    mayFollow(before, after) {
      const [left, right] = [markOf(before), markOf(after)];
      if (goesOn(right)) return isOpen(left) && left.type === right.type;
      return !(closes && isOpen(left));
    },
    mayBegin: (tag) => !goesOn(markOf(tag)),
    mayEnd: (tag) => !(closes && isOpen(markOf(tag))),
  };
}

/** Whether all tags mark spans or stand outside. */
export function areSpanTags(tags: readonly string[]): boolean {
  return tags.some((tag) => tag !== "O") && tags.every((tag) => tag === "O" || /^[BIES]-./.test(tag));
}

/** Whether a sequence of tags keeps to rules. */
export function keepsTo(rules: SpanRules, tags: readonly string[]): boolean {
  return tags.every((tag, at) => {
    const begins = at === 0 ? rules.mayBegin(tag) : rules.mayFollow(tags[at - 1], tag);
    return begins && (at < tags.length - 1 || rules.mayEnd(tag));
  });
}

/** Scores with −∞ where rules forbid something. */
export function constrainedScores(
  { transitions, start, end }: ChainScores,
  tags: readonly string[],
  rules: SpanRules,
): ChainScores {
  const K = tags.length;
  const never = Number.NEGATIVE_INFINITY;
  return {
    transitions: Float64Array.from(transitions, (score, at) =>
      rules.mayFollow(tags[Math.floor(at / K)], tags[at % K]) ? score : never,
    ),
    start: Float64Array.from(start, (score, at) => (rules.mayBegin(tags[at]) ? score : never)),
    end: Float64Array.from(end, (score, at) => (rules.mayEnd(tags[at]) ? score : never)),
  };
}

function markOf(tag: string): Mark {
  return tag === "O" ? { mark: "O", type: "" } : { mark: tag[0], type: tag.slice(2) };
}
