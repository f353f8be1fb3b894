import { UnrolledError } from "../errors.ts";

/** A copy of a session's state: bytes to be kept anywhere, and given back to `restore`. */
export type SessionState = Uint8Array;

const MAGIC = "unrolled state 1\n";
const ALIGNMENT = 8;

/**
 * The bytes of a state: a line that says what they are, a line that says whose, both padded with spaces to a multiple of 8, then
 * its numbers, little-endian. Whose: the layers' sizes and options, not their weights, so that a state outlives training.
 */
export class StateFormat {
  readonly owner: string;
  readonly #heading: Uint8Array;
  readonly #numbers: number;

  /**
   * @param owner the sizes and options that a state depends on, in words
   * @param numbers how many numbers a state has
   */
  constructor(owner: string, numbers: number) {
    this.owner = owner;
    this.#numbers = numbers;
    const text = `${MAGIC}${owner}`;
    const length = Math.ceil((text.length + 1) / ALIGNMENT) * ALIGNMENT;
    this.#heading = new TextEncoder().encode(`${text.padEnd(length - 1)}\n`);
  }

  /** Bytes with a heading, and their numbers, to be filled in. */
  begin<Numbers extends Float32Array | Float64Array>(
    like: Numbers,
  ): { bytes: Uint8Array; numbers: Float32Array | Float64Array } {
    const { BYTES_PER_ELEMENT: width } = like;
    const bytes = new Uint8Array(this.#heading.length + this.#numbers * width);
    bytes.set(this.#heading);
    return { bytes, numbers: numbersIn(bytes, this.#heading.length, this.#numbers, width) };
  }

  /**
   * The numbers of a state, float32 or float64 as they were taken.
   *
   * @throws UnrolledError "invalid-argument" for what is no state, or that of other layers
   */
  read(state: SessionState): Float32Array | Float64Array {
    const heading = state instanceof Uint8Array ? headingOf(state) : undefined;
    if (heading === undefined) {
      throw new UnrolledError("invalid-argument", {
        call: "restore",
        problem: "this is no state that a session returned",
      });
    }
    if (heading.owner !== this.owner) {
      throw new UnrolledError("shape-mismatch", {
        call: "restore",
        problem: `the state belongs to ${heading.owner}, this session is ${this.owner}`,
      });
    }
    const left = state.length - heading.length;
    const width = left / this.#numbers;
    if (width !== 4 && width !== 8) {
      throw new UnrolledError("invalid-argument", {
        call: "restore",
        problem: `the state has ${left} bytes after its heading, needed ${4 * this.#numbers} or ${8 * this.#numbers}; it is truncated or damaged`,
      });
    }
    // A copy, since bytes can come from anywhere in a buffer and floats cannot.
    return numbersIn(new Uint8Array(state), heading.length, this.#numbers, width);
  }
}

/** Whether bytes begin as the state of recurrent layers does. */
export function isOfLayers(state: SessionState): boolean {
  return headingOf(state) !== undefined;
}

function numbersIn(bytes: Uint8Array, start: number, count: number, width: number) {
  return width === 4
    ? new Float32Array(bytes.buffer as ArrayBuffer, start, count)
    : new Float64Array(bytes.buffer as ArrayBuffer, start, count);
}

function headingOf(state: Uint8Array): { owner: string; length: number } | undefined {
  for (const [index, code] of [...MAGIC].entries()) if (state[index] !== code.charCodeAt(0)) return undefined;
  const end = state.indexOf("\n".charCodeAt(0), MAGIC.length);
  if (end < 0 || (end + 1) % ALIGNMENT !== 0) return undefined;
  const owner = new TextDecoder().decode(new Uint8Array(state.subarray(MAGIC.length, end))).trimEnd();
  return { owner, length: end + 1 };
}
