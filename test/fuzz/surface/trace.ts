// What the calls of a case came to, as plain data, and whether two backends came to the same.
import { Tensor, UnrolledError } from "unrolled";
import type { World } from "./world.ts";

/** One call and its end. */
export interface Step {
  /** Name and operands. */
  readonly text: string;
  /** Whether an operand was of no right type, so that any error will do. */
  readonly wild: boolean;
  /** "made", the code of an UnrolledError, or another error with its place. */
  readonly end: string;
  /** The shapes of what was made, in words, and its numbers, tensor by tensor. */
  readonly made: readonly { readonly what: string; readonly numbers: Float64Array }[];
}

const REFUSED = "refused";
/** Larger numbers than these are differences of noise. */
const TAME = 1e4;
const TOLERANCE = 2e-3;

/** What an error is to the one who called. */
export function endOf(error: unknown): string {
  if (error instanceof UnrolledError) return REFUSED;
  return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** The parts of a result that numbers can be read from. What the library made for further calls is kept in the world. */
export function partsOf(result: unknown, world: World): Step["made"] {
  const parts: { what: string; numbers: Float64Array }[] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === "number" || typeof value === "boolean") {
      parts.push({ what: typeof value, numbers: Float64Array.of(Number(value)) });
    } else if (value instanceof Uint8Array)
      parts.push({ what: `${value.length} bytes`, numbers: new Float64Array(0) });
    else if (ArrayBuffer.isView(value)) {
      const numbers = Float64Array.from(value as unknown as ArrayLike<number>);
      parts.push({ what: `${value.constructor.name} ${numbers.length}`, numbers });
    } else if (typeof value === "object" && value !== null && !seen.has(value) && depth < 6) {
      seen.add(value);
      if (value instanceof Tensor) {
        keep(value, world.tensors);
        parts.push({ what: `${value.kind} [${value.shape}]`, numbers: numbersOf(value) });
      } else if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
      else if (Object.getPrototypeOf(value) === Object.prototype)
        for (const each of Object.values(value)) walk(each, depth + 1);
      else keep(value, world.objects);
    }
  };
  walk(result, 0);
  return parts;
}

function keep<Value>(value: Value, list: Value[]): void {
  if (!list.includes(value)) list.push(value);
}

function numbersOf(value: Tensor): Float64Array {
  const { heap } = value.device;
  if (value.storage.freed || value.storage.narrow) return new Float64Array(0);
  const memory = value.kind === "int" ? heap.ints() : heap.floats();
  return Float64Array.from(memory.subarray(value.offset, value.offset + value.size));
}

/** What is wrong with a call: how it ended, or how it differs from the same one on another backend; undefined if nothing is. */
export function problemOf(one: Step, other: Step, compared: boolean): string | undefined {
  for (const { end, wild } of [one, other]) if (end.startsWith("threw") && !wild) return end;
  if (one.text !== other.text) return `the same case called ${other.text} on the other backend`;
  const [kind, otherKind] = [one, other].map(({ end }) => (end.startsWith("threw") ? REFUSED : end));
  if (kind !== otherKind) return `${one.end} on one backend, ${other.end} on the other`;
  if (one.made.length !== other.made.length) return "made several things on one backend, others on the other";
  for (const [index, { what, numbers }] of one.made.entries()) {
    const { what: otherWhat, numbers: others } = other.made[index];
    if (what !== otherWhat) return `made ${what} on one backend, ${otherWhat} on the other`;
    const at = compared ? numbers.findIndex((number, place) => isFar(number, others[place])) : -1;
    if (at >= 0)
      return `entry ${at} of part ${index} (${what}) is ${numbers[at]} on one backend, ${others[at]} on the other`;
  }
  return undefined;
}

/** Whether the numbers of a step are such that those made from them can still be compared. */
export function isTame({ made }: Step): boolean {
  return made.every(({ numbers }) => numbers.every((number) => Math.abs(number) < TAME));
}

function isFar(number: number, other: number): boolean {
  if (Object.is(number, other) || number === other) return false;
  return !(Math.abs(number - other) <= TOLERANCE * Math.max(1, Math.abs(number)));
}
