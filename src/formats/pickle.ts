// Python's pickle (pickletools.py of CPython): a program for a machine with a stack, a list of marks on it and a numbered memory. In
// Python it may call anything; here it builds plain values, and whatever it asks for by name is decided by `PickleNames`.
import type { Allowance } from "./allowance.ts";
import type { ByteReader } from "./byte-reader.ts";
import { opcodeOf } from "./pickle-opcodes.ts";
import { shown } from "./shown.ts";

/** What Python's dictionaries, lists and tuples (frozen) become; other objects come from `PickleNames`. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Pickled[]
  | Map<Pickled, Pickled>
  | object;

/** An object of a class that is not known here: what it was made of, kept as data. Nothing of the class is run. */
export class PickledObject {
  readonly name: string;
  readonly parameters: readonly Pickled[];
  /** Its attributes, or what the class makes of such. */
  state: Pickled = null;
  /** What was appended to it, where it is a kind of list. */
  readonly items: Pickled[] = [];
  /** What was set in it, where it is a kind of dictionary. */
  readonly entries = new Map<Pickled, Pickled>();

  constructor(name: string, parameters: readonly Pickled[]) {
    this.name = name;
    this.parameters = parameters;
  }
}

/** What a pickle may ask for. Each throws for what is not allowed. */
export interface PickleNames {
  /** The object of a global name. */
  find(module: string, name: string): object;
  /** The result of calling one, or of making an object of it. */
  call(callable: Pickled, parameters: readonly Pickled[]): Pickled;
  /** Gives an object its attributes. */
  setState(target: Pickled, state: Pickled): void;
  /** What stands outside of the pickle under an id. */
  load(id: Pickled): Pickled;
}

/** Values that lie on the stack at once; Python puts at most a tuple's entries or a thousand of a list on it. */
const MAX_STACK = 100_000;
/** Rough costs in memory. */
const CONTAINER_BYTES = 64;
const ENTRY_BYTES = 40;
const OBJECT_BYTES = 300;

/** The machine; opcodes act on it. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly names: PickleNames;
  readonly #allowance: Allowance;
  readonly #stack: Pickled[] = [];
  readonly #marks: number[] = [];
  readonly #memory = new Map<number, Pickled>();

  constructor(reader: ByteReader, names: PickleNames, allowance: Allowance) {
    this.reader = reader;
    this.names = names;
    this.#allowance = allowance;
  }

  push(value: Pickled): void {
    if (this.#stack.length >= MAX_STACK)
      throw this.reader.invalid(`the pickle puts more than ${MAX_STACK} values on its stack`);
    this.#stack.push(value);
  }

  /** A new list, dictionary or tuple, which takes memory. */
  pushContainer(value: Map<Pickled, Pickled> | readonly Pickled[]): void {
    this.#allowance.take(CONTAINER_BYTES, "what the pickle builds");
    this.push(value);
  }

  pop(): Pickled {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw this.reader.invalid("the pickle takes a value from its stack that is not there");
    return this.#stack.pop() as Pickled;
  }

  top(): Pickled {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MAX_STACK)
      throw this.reader.invalid(`the pickle puts more than ${MAX_STACK} marks on its stack`);
    this.#marks.push(this.#stack.length);
  }

  /** Takes all values above the last mark, in the order they came. */
  popToMark(): Pickled[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.reader.invalid("the pickle goes back to a mark that is not there");
    return this.#stack.splice(mark);
  }

  /** POP takes a mark where one is on top. */
  popValueOrMark(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  remember(index: number): void {
    this.#allowance.take(ENTRY_BYTES, "what the pickle remembers");
    this.#memory.set(index, this.top());
  }

  /** MEMOIZE counts by itself. */
  rememberNext(): void {
    this.remember(this.#memory.size);
  }

  recall(index: number): void {
    const value = this.#memory.get(index);
    if (value === undefined)
      throw this.reader.invalid(`the pickle recalls value ${index}, which it never kept`);
    this.push(value);
  }

  /** Adds to the list that lies on top. */
  append(values: readonly Pickled[]): void {
    const target = this.top();
    const list = target instanceof PickledObject ? target.items : target;
    if (!Array.isArray(list) || Object.isFrozen(list))
      throw this.reader.invalid("the pickle appends to what is no list");
    this.#allowance.take(8 * values.length, "a list");
    for (const value of values) list.push(value);
  }

  /** Adds keys and values in turn to the dictionary that lies on top. */
  setItems(pairs: readonly Pickled[]): void {
    const target = this.top();
    const dictionary = target instanceof PickledObject ? target.entries : target;
    if (!(dictionary instanceof Map) || pairs.length % 2 !== 0)
      throw this.reader.invalid("the pickle sets items of what is no dictionary, or a key without a value");
    this.#allowance.take((ENTRY_BYTES * pairs.length) / 2, "a dictionary");
    for (let index = 0; index < pairs.length; index += 2) dictionary.set(pairs[index], pairs[index + 1]);
  }

  /** Calls the callable that lies below its tuple of parameters. */
  call(): void {
    const parameters = this.pop();
    const callable = this.pop();
    if (!Array.isArray(parameters) || !Object.isFrozen(parameters))
      throw this.reader.invalid("the pickle calls with what is no tuple");
    // What is made of them may be a copy.
    const size = (value: Pickled) =>
      value instanceof Map
        ? value.size
        : Array.isArray(value) || typeof value === "string"
          ? value.length
          : 0;
    const entries = parameters.reduce((sum: number, value) => sum + size(value), 0);
    this.#allowance.take(OBJECT_BYTES + ENTRY_BYTES * entries, "what the pickle builds");
    this.push(this.names.call(callable, parameters));
  }

  /** Calls as `call` does, with parameters by name on top; they come last. */
  callWithNames(): void {
    const named = this.pop();
    const parameters = this.pop();
    if (!Array.isArray(parameters) || !(named instanceof Map))
      throw this.reader.invalid("the pickle calls with what is no tuple and dictionary");
    this.push(Object.freeze(named.size > 0 ? [...parameters, named] : [...parameters]));
    this.call();
  }

  /** Memory for a text, bytes or a tuple's entries. */
  take(bytes: number): void {
    this.#allowance.take(bytes, "what the pickle holds");
  }

  /** What is left in the end. */
  result(): Pickled {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw this.reader.invalid("the pickle ends with more than one value");
    return value;
  }
}

/**
 * Reads a pickle of protocol 2 to 5 from where the reader stands.
 *
 * @throws UnrolledError "invalid-file" where it is damaged, takes more than is allowed, or uses an opcode that no state dictionary
 * needs; what `names` throws
 */
export function readPickle(reader: ByteReader, names: PickleNames, allowance: Allowance): Pickled {
  const machine = new PickleMachine(reader, names, allowance);
  while (true) {
    const code = reader.u8("the pickle");
    const opcode = opcodeOf(code);
    if (opcode === "stop") return machine.result();
    if (!opcode) throw reader.invalid(`the pickle has opcode ${describe(code)}, which is not read`);
    opcode(machine);
  }
}

function describe(code: number): string {
  return code >= 0x20 && code < 0x7f ? shown(String.fromCharCode(code)) : `0x${code.toString(16)}`;
}
