// The state of a stream as bytes: a word that says what it is, the length of a header (JSON: names, types, dims), the header, then the
// numbers of each value in float64, in the header's order. Little-endian.
import { UnrolledError } from "../../errors.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { ByteReader } from "../byte-reader.ts";
import { type OnnxType, TYPES } from "./data-types.ts";
import type { Carried } from "./machine.ts";
import { describeValue, type OnnxValue } from "./value.ts";

/** What a stream remembers: values of state inputs by name, states of recurrent nodes by number. */
export interface StreamState {
  readonly fed: Map<string, OnnxValue>;
  readonly carried: Map<number, Carried>;
}

const WORD = "unrolled onnx state 1\n";

interface Entry {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
}

function entriesOf({ fed, carried }: StreamState): [string, OnnxValue][] {
  return [
    ...[...fed].map(([name, value]): [string, OnnxValue] => [`input ${name}`, value]),
    ...[...carried].flatMap(([number, { h, c }]): [string, OnnxValue][] => [
      [`h ${number}`, h],
      ...(c ? [[`c ${number}`, c] as [string, OnnxValue]] : []),
    ]),
  ];
}

export function packState(state: StreamState): Uint8Array {
  const entries = entriesOf(state);
  const header: Entry[] = entries.map(([name, { type, dims }]) => ({ name, type, dims }));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const word = new TextEncoder().encode(WORD);
  const count = entries.reduce((sum, [, { data }]) => sum + data.length, 0);
  const bytes = new Uint8Array(word.length + 4 + text.length + 8 * count);
  const view = new DataView(bytes.buffer);
  bytes.set(word);
  view.setUint32(word.length, text.length, true);
  bytes.set(text, word.length + 4);
  let place = word.length + 4 + text.length;
  for (const [, { data }] of entries) {
    for (const number of data) {
      view.setFloat64(place, number, true);
      place += 8;
    }
  }
  return bytes;
}

/**
 * Reads what `packState` wrote.
 *
 * @param fed the state inputs that there must be, with their types and numbers of axes
 * @param nodes the recurrent nodes that there may be
 */
export function unpackState(
  call: string,
  bytes: Uint8Array,
  fed: ReadonlyMap<string, OnnxValue>,
  nodes: ReadonlySet<number>,
): StreamState {
  const reader = new ByteReader(call, bytes);
  if (reader.left < WORD.length || reader.text(WORD.length, "the first word") !== WORD) {
    throw reader.invalid("these bytes are no state of a stream");
  }
  const header = parsed(reader.text(reader.u32("the header's length"), "the header"));
  if (!header) throw reader.invalid("the state's header is damaged");
  const state: StreamState = { fed: new Map(), carried: new Map() };
  for (const { name, type, dims } of header) {
    const size = sizeOf(dims);
    if (!(8 * size <= reader.left))
      throw reader.invalid(`the state "${name}" has fewer than ${size} numbers`);
    const value: OnnxValue = { type, dims, data: TYPES[type].make(size) };
    for (let index = 0; index < size; index++) value.data[index] = reader.f64(name);
    place(state, name, value);
  }
  const wanted = [...fed.keys()].join();
  const strangers = [...state.carried.keys()].filter((number) => !nodes.has(number));
  const unlike = [...fed].find(([name, { type, dims }]) => {
    const value = state.fed.get(name);
    return value && (value.type !== type || value.dims.length !== dims.length);
  });
  if (wanted !== [...state.fed.keys()].join() || strangers.length > 0 || unlike) {
    const came = header.map((entry) => `${entry.name} (${describeValue(entry)})`).join(", ");
    throw new UnrolledError("invalid-file", {
      call,
      problem: `the state is of another model: it has ${came || "nothing"}, needed inputs ${wanted || "none"} and nodes ${[...nodes].join() || "none"}`,
    });
  }
  return state;
}

function place(state: StreamState, name: string, value: OnnxValue): void {
  const [, kind, rest] = /^(input|h|c) (.*)$/s.exec(name) ?? [];
  if (kind === "input") state.fed.set(rest, value);
  else if (kind === "h") state.carried.set(Number(rest), { h: value });
  else if (kind === "c") {
    const node = state.carried.get(Number(rest));
    if (node) node.c = value;
  }
}

/** The header, or undefined where it is not what `packState` writes. */
function parsed(text: string): readonly Entry[] | undefined {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return undefined;
  }
  const valid = (entry: Entry) =>
    typeof entry === "object" &&
    entry !== null &&
    typeof entry.name === "string" &&
    typeof entry.type === "string" &&
    Object.hasOwn(TYPES, entry.type) &&
    Array.isArray(entry.dims) &&
    entry.dims.every((length) => Number.isSafeInteger(length) && length >= 0);
  return Array.isArray(header) && header.every(valid) ? (header as Entry[]) : undefined;
}
