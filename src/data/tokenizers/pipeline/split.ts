// Cutting a text where something matches, in the five ways of Hugging Face's tokenizers.
import { invalidTokenizer, shown } from "../json-fields.ts";

const BEHAVIOURS = ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"] as const;

/** What becomes of what matches: it goes, stands alone, stands alone with its like, or goes with what is before or after it. */
export type SplitBehaviour = (typeof BEHAVIOURS)[number];

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly isMatch: boolean;
}

/** A behaviour as a file names it. */
export function behaviourOf(value: unknown, path: string): SplitBehaviour {
  const found = BEHAVIOURS.find((behaviour) => behaviour === value);
  if (found) return found;
  throw invalidTokenizer(`${path} is ${shown(value)}, needed ${BEHAVIOURS.map(shown).join(", ")}`);
}

/**
 * The parts of a text, without empty ones.
 *
 * @param pattern with flag g
 * @param invert whether what does not match is what matches
 */
export function splitAt(text: string, pattern: RegExp, behaviour: SplitBehaviour, invert = false): string[] {
  const segments: Segment[] = [];
  let start = 0;
  const add = (end: number, isMatch: boolean) => {
    if (end > start) segments.push({ start, end, isMatch: isMatch !== invert });
    start = end;
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (found === "") continue;
    add(index, false);
    add(index + found.length, true);
  }
  add(text.length, false);
  const kept =
    behaviour === "Removed" ? segments.filter(({ isMatch }) => !isMatch) : joined(segments, behaviour);
  return kept.map((segment) => text.slice(segment.start, segment.end));
}

function joined(segments: readonly Segment[], behaviour: SplitBehaviour): Segment[] {
  if (behaviour === "Isolated") return [...segments];
  const parts: Segment[] = [];
  // Whether the segment joins the one before it.
  const joins = (at: number): boolean => {
    const [before, segment] = [segments[at - 1], segments[at]];
    if (behaviour === "Contiguous") return before.isMatch === segment.isMatch;
    if (behaviour === "MergedWithPrevious") return segment.isMatch && !before.isMatch;
    return before.isMatch && !segment.isMatch;
  };
  for (const [at, segment] of segments.entries()) {
    const last = parts.at(-1);
    if (last && joins(at)) parts[parts.length - 1] = { ...segment, start: last.start };
    else parts.push(segment);
  }
  return parts;
}
