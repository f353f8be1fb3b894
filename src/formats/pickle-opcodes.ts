// The opcodes of pickle protocols 2 to 5 that values without code need, by their letters and names in CPython's pickletools.py.
import type { Pickled, PickleMachine } from "./pickle.ts";

type Opcode = (machine: PickleMachine) => void;

const NEWEST_PROTOCOL = 5;
/** A whole number longer than this is no count, size or seed. */
const MAX_LONG_BYTES = 255;
const MAX_NAME_BYTES = 1000;
/** Rough costs in memory of an object, and of a text without its characters. */
const OBJECT_BYTES = 100;
const TEXT_BYTES = 16;

const WHAT = "the pickle";

const OPCODES: Readonly<Record<string, Opcode>> = {
  // PROTO, FRAME: what version it is, and how much to read at once.
  "\x80": ({ reader }) => {
    const version = reader.u8(WHAT);
    if (version > NEWEST_PROTOCOL) throw reader.invalid(`the pickle is of protocol ${version}, not 2 to 5`);
  },
  "\x95": ({ reader }) => {
    const length = reader.u64(WHAT);
    if (length > reader.left)
      throw reader.invalid(`a frame of the pickle has ${length} bytes, ${reader.left} are left`);
  },

  // NONE, NEWTRUE, NEWFALSE
  N: (machine) => machine.push(null),
  "\x88": (machine) => machine.push(true),
  "\x89": (machine) => machine.push(false),

  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  J: (machine) => machine.push(machine.reader.i32(WHAT)),
  K: (machine) => machine.push(machine.reader.u8(WHAT)),
  M: (machine) => machine.push(machine.reader.u16(WHAT)),
  "\x8a": (machine) => machine.push(wholeNumber(machine, machine.reader.u8(WHAT))),
  "\x8b": (machine) => machine.push(wholeNumber(machine, machine.reader.u32(WHAT))),
  G: (machine) => {
    const bytes = Uint8Array.from(machine.reader.take(8, WHAT));
    machine.push(new DataView(bytes.buffer).getFloat64(0, false));
  },

  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8; SHORT_BINSTRING, BINSTRING (Python 2's); SHORT_BINBYTES, BINBYTES, BINBYTES8,
  // BYTEARRAY8
  "\x8c": (machine) => text(machine, machine.reader.u8(WHAT)),
  X: (machine) => text(machine, machine.reader.u32(WHAT)),
  "\x8d": (machine) => text(machine, machine.reader.u64(WHAT)),
  U: (machine) => text(machine, machine.reader.u8(WHAT)),
  T: (machine) => text(machine, machine.reader.u32(WHAT)),
  C: (machine) => bytes(machine, machine.reader.u8(WHAT)),
  B: (machine) => bytes(machine, machine.reader.u32(WHAT)),
  "\x8e": (machine) => bytes(machine, machine.reader.u64(WHAT)),
  "\x96": (machine) => bytes(machine, machine.reader.u64(WHAT)),

  // MARK, POP, POP_MARK, DUP
  "(": (machine) => machine.mark(),
  "0": (machine) => machine.popValueOrMark(),
  "1": (machine) => void machine.popToMark(),
  "2": (machine) => machine.push(machine.top()),

  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  ")": (machine) => tuple(machine, []),
  "\x85": (machine) => tuple(machine, popped(machine, 1)),
  "\x86": (machine) => tuple(machine, popped(machine, 2)),
  "\x87": (machine) => tuple(machine, popped(machine, 3)),
  t: (machine) => tuple(machine, machine.popToMark()),

  // EMPTY_LIST, APPEND, APPENDS, LIST
  "]": (machine) => machine.pushContainer([]),
  a: (machine) => machine.append(popped(machine, 1)),
  e: (machine) => machine.append(machine.popToMark()),
  l: (machine) => {
    const items = machine.popToMark();
    machine.pushContainer([]);
    machine.append(items);
  },

  // EMPTY_DICT, SETITEM, SETITEMS, DICT
  "}": (machine) => machine.pushContainer(new Map()),
  s: (machine) => machine.setItems(popped(machine, 2)),
  u: (machine) => machine.setItems(machine.popToMark()),
  d: (machine) => {
    const pairs = machine.popToMark();
    machine.pushContainer(new Map());
    machine.setItems(pairs);
  },

  // EMPTY_SET, ADDITEMS, FROZENSET: lists here.
  "\x8f": (machine) => machine.pushContainer([]),
  "\x90": (machine) => machine.append(machine.popToMark()),
  "\x91": (machine) => {
    const items = machine.popToMark();
    machine.pushContainer([]);
    machine.append(items);
  },

  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  q: (machine) => machine.remember(machine.reader.u8(WHAT)),
  r: (machine) => machine.remember(machine.reader.u32(WHAT)),
  "\x94": (machine) => machine.rememberNext(),
  h: (machine) => machine.recall(machine.reader.u8(WHAT)),
  j: (machine) => machine.recall(machine.reader.u32(WHAT)),

  // GLOBAL, STACK_GLOBAL, INST: names. REDUCE, NEWOBJ, NEWOBJ_EX: calls. BUILD: attributes. BINPERSID: what stands outside.
  c: (machine) => named(machine, line(machine), line(machine)),
  "\x93": (machine) => {
    const name = machine.pop();
    const module = machine.pop();
    if (typeof module !== "string" || typeof name !== "string")
      throw machine.reader.invalid("the pickle asks for a name that is no text");
    named(machine, module, name);
  },
  i: (machine) => {
    const [module, name] = [line(machine), line(machine)];
    const parameters = machine.popToMark();
    named(machine, module, name);
    tuple(machine, parameters);
    machine.call();
  },
  R: (machine) => machine.call(),
  "\x81": (machine) => machine.call(),
  "\x92": (machine) => machine.callWithNames(),
  b: (machine) => {
    const state = machine.pop();
    machine.names.setState(machine.top(), state);
  },
  Q: (machine) => {
    machine.take(OBJECT_BYTES);
    machine.push(machine.names.load(machine.pop()));
  },
};

/** What an opcode does; "stop" for the last one; undefined for one that is not read. */
export function opcodeOf(code: number): Opcode | "stop" | undefined {
  const letter = String.fromCharCode(code);
  if (letter === ".") return "stop";
  return Object.hasOwn(OPCODES, letter) ? OPCODES[letter] : undefined;
}

function popped(machine: PickleMachine, count: number): Pickled[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function tuple(machine: PickleMachine, items: readonly Pickled[]): void {
  machine.take(8 * items.length);
  machine.pushContainer(Object.freeze(items));
}

function named(machine: PickleMachine, module: string, name: string): void {
  machine.take(OBJECT_BYTES);
  machine.push(machine.names.find(module, name));
}

function text(machine: PickleMachine, length: number): void {
  const value = machine.reader.text(length, "a text in the pickle");
  machine.take(TEXT_BYTES + length);
  machine.push(value);
}

function bytes(machine: PickleMachine, length: number): void {
  const seen = machine.reader.take(length, "bytes in the pickle");
  machine.take(OBJECT_BYTES + length);
  machine.push(Uint8Array.from(seen));
}

/** Two's complement, the lowest byte first; a bigint where a number would not be exact. */
function wholeNumber({ reader }: PickleMachine, length: number): number | bigint {
  if (length > MAX_LONG_BYTES)
    throw reader.invalid(`the pickle has a whole number of ${length} bytes, more than ${MAX_LONG_BYTES}`);
  let value = 0n;
  for (const byte of reader.take(length, WHAT).toReversed()) value = (value << 8n) | BigInt(byte);
  const signed = BigInt.asIntN(8 * length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** Text up to the end of its line. */
function line({ reader }: PickleMachine): string {
  const end = reader.bytes.subarray(0, reader.position + MAX_NAME_BYTES).indexOf(0x0a, reader.position);
  if (end < 0) throw reader.invalid("a name in the pickle has no end");
  const name = reader.text(end - reader.position, "a name in the pickle");
  reader.u8(WHAT);
  return name;
}
