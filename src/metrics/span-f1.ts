// F1 of spans as conlleval counts them (Tjong Kim Sang & Buchholz 2000): a span is right if its type, its beginning and its end are.
import { UnrolledError } from "../errors.ts";
import { eachClass } from "./classes.ts";
import { IGNORED, type Metric, numbersIn } from "./metric.ts";

/** Tokens from `start` to before `end` that are one thing of a type. */
export interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The spans in tags B-TYPE, I-TYPE, O (IOB2; E- and S- of IOBES are read too). An I- without a beginning before it, or behind another
 * type, begins a span, as conlleval has it.
 */
export function spansOf(tags: readonly string[]): Span[] {
  const spans: Span[] = [];
  let open: { readonly type: string; readonly start: number } | undefined;
  const close = (end: number) => {
    if (open) spans.push({ ...open, end });
    open = undefined;
  };
  tags.forEach((tag, at) => {
    const found = /^([BIES])-(.*)$/.exec(tag);
    if (!found) {
      close(at);
      return;
    }
    const [, mark, type] = found;
    if (mark === "B" || mark === "S" || open?.type !== type) {
      close(at);
      open = { type, start: at };
    }
    if (mark === "E" || mark === "S") close(at + 1);
  });
  close(tags.length);
  return spans;
}

/** F1 over spans, with its precision and recall. */
export interface SpanMetric extends Metric {
  readonly precision: number;
  readonly recall: number;
}

/**
 * F1 of whole spans. Outputs are logits [B, T, V] or tags' ids [B, T], targets ids [B, T]; each row is a sequence that ends where its
 * targets are `ignoreIndex`.
 *
 * @param tags the tag of each id
 * @throws UnrolledError "invalid-argument" from `add` for an id without a tag
 */
export function spanF1(
  tags: readonly string[],
  { ignoreIndex = IGNORED }: { readonly ignoreIndex?: number } = {},
): SpanMetric {
  let [right, found, wanted] = [0, 0, 0];
  const nameOf = (id: number) => {
    if (tags[id] !== undefined) return tags[id];
    throw new UnrolledError("invalid-argument", {
      call: "spanF1",
      problem: `tag ${id} is not one of the ${tags.length} that were given`,
    });
  };
  const addRow = (predicted: readonly string[], target: readonly string[]) => {
    const key = ({ type, start, end }: Span) => `${type} ${start} ${end}`;
    const spans = new Set(spansOf(target).map(key));
    const guesses = spansOf(predicted).map(key);
    wanted += spans.size;
    found += guesses.length;
    right += guesses.filter((guess) => spans.has(guess)).length;
  };
  return {
    better: "more",
    get precision() {
      return right / found;
    },
    get recall() {
      return right / wanted;
    },
    get value() {
      return found + wanted === 0 ? Number.NaN : (2 * right) / (found + wanted);
    },
    add(outputs, targets) {
      const { shape } = numbersIn("spanF1", targets);
      const steps = shape[shape.length - 1];
      const rows = new Map<number, [string[], string[]]>();
      const visit = (predicted: number, target: number, place: number) => {
        const row = Math.floor(place / steps);
        const [guesses, wants] = rows.get(row) ?? [[], []];
        guesses.push(nameOf(predicted));
        wants.push(nameOf(target));
        rows.set(row, [guesses, wants]);
      };
      eachClass("spanF1", outputs, targets, visit, ignoreIndex);
      for (const [guesses, wants] of rows.values()) addRow(guesses, wants);
    },
    reset() {
      [right, found, wanted] = [0, 0, 0];
    },
  };
}
