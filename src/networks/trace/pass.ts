// One forward pass as it went: what was made of what, by which operation, and on which line of the caller's code.
import { UnrolledError } from "../../errors.ts";
import { ModuleBuffer, Parameter } from "../../module/module.ts";
import type { Device } from "../../tensor/device.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Facts, type Tracer, traceWith } from "../../tensor/tracing.ts";
import { type Caller, callerOf, stackNow } from "./caller.ts";

/** A value of a pass. */
export interface PassValue {
  readonly shape: readonly number[];
  /** What made it: an operation, or nothing that was seen. */
  readonly from: PassNode | PassLeaf;
  /** Which of an operation's results it is. */
  readonly port: string;
}

/** An operation of a pass. */
export interface PassNode extends Caller {
  readonly operation: string;
  /** Undefined where an operand was left out. */
  readonly inputs: readonly (PassValue | undefined)[];
  readonly facts: Facts;
}

/** What no operation has made: an input, a parameter, numbers of the caller's, or the result of something unknown. */
export interface PassLeaf extends Caller {
  readonly leaf: "input" | "numbers" | "unknown";
  /** An input's name. */
  readonly name?: string;
  readonly tensor: Tensor;
}

/** A pass: what it was given and what it has made. */
export interface Pass {
  readonly outputs: ReadonlyMap<string, PassValue>;
}

/** Whether a value was made by an operation. */
export function isNode(from: PassNode | PassLeaf): from is PassNode {
  return "operation" in from;
}

/** A problem with a caller's code, and where it is. */
export function refusal(problem: string, { line }: Partial<Caller>): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "networkOf", place: line, problem });
}

/**
 * Runs a pass over these inputs and watches it.
 *
 * @throws UnrolledError "invalid-argument" with the line that reads or changes numbers
 */
export function watchPass(
  device: Device,
  inputs: Readonly<Record<string, Tensor>>,
  run: () => unknown,
): { readonly pass: Pass; readonly made: Readonly<Record<string, Tensor>> } {
  const watching = new PassTracer(inputs);
  const restore = watchHeap(device, () => watching.heapIsRead());
  let result: unknown;
  try {
    result = traceWith(watching, run);
  } finally {
    restore();
  }
  // A forward pass that goes on by itself may fail, for the reason that is told here.
  if (result instanceof Promise) result.catch(() => {});
  if (watching.refused) throw watching.refused;
  const made = tensorsOf(result);
  const outputs = Object.entries(made).map(([name, tensor]) => [name, watching.valueOf(tensor)] as const);
  return { pass: { outputs: new Map(outputs) }, made };
}

class PassTracer implements Tracer {
  refused: UnrolledError | undefined;
  readonly #values = new Map<Tensor, PassValue>();
  /** Where tensors were made, and the version that their numbers had when an operation made them. */
  readonly #made = new Map<Tensor, Caller>();
  readonly #versions = new Map<Tensor, number>();

  constructor(inputs: Readonly<Record<string, Tensor>>) {
    const nowhere = { line: undefined, called: undefined };
    for (const [name, tensor] of Object.entries(inputs)) {
      const from = { leaf: "input", name, tensor, ...nowhere } as const;
      this.#values.set(tensor, { shape: tensor.shape, from, port: "" });
      this.#versions.set(tensor, tensor.storage.version);
    }
  }

  made(tensor: Tensor): void {
    this.#made.set(tensor, callerOf(stackNow()));
  }

  operation(
    operation: string,
    inputs: readonly (Tensor | undefined)[],
    made: Tensor | Readonly<Record<string, Tensor>>,
    facts: Facts = {},
  ): void {
    const outputs = made instanceof Tensor ? [["", made] as const] : Object.entries(made);
    const read = inputs.map((input) => input && this.valueOf(input));
    const node = { operation, inputs: read, facts, ...callerOf(stackNow()) };
    for (const [port, tensor] of outputs) {
      this.#values.set(tensor, { shape: tensor.shape, from: node, port });
      this.#versions.set(tensor, tensor.storage.version);
    }
  }

  numbers(tensor: Tensor): void {
    this.#values.set(tensor, this.#leaf("numbers", tensor));
  }

  /** Somebody takes the heap's numbers. What the package itself looks up, ids for instance, decides nothing. */
  heapIsRead(): void {
    const caller = callerOf(stackNow());
    const call = READERS[caller.called ?? ""];
    if (call === undefined) return;
    this.refused ??= refusal(
      `${call} reads or writes numbers, and what is done with them cannot be traced; the network would always have the numbers of this one pass`,
      caller,
    );
    throw this.refused;
  }

  valueOf(tensor: Tensor): PassValue {
    const known = this.#values.get(tensor);
    const version = this.#versions.get(tensor);
    if (known && (version === undefined || version === tensor.storage.version)) return known;
    if (known)
      throw refusal(
        "a tensor was changed in place, which a network's layers do not",
        this.#made.get(tensor) ?? {},
      );
    const isOwn = tensor instanceof Parameter || tensor instanceof ModuleBuffer || !this.#made.has(tensor);
    const value = this.#leaf(isOwn ? "numbers" : "unknown", tensor);
    this.#values.set(tensor, value);
    return value;
  }

  #leaf(leaf: "numbers" | "unknown", tensor: Tensor): PassValue {
    const where = this.#made.get(tensor) ?? { line: undefined, called: undefined };
    return { shape: tensor.shape, from: { leaf, tensor, ...where }, port: "" };
  }
}

/** What is called by somebody who looks at numbers or writes them, and its name. */
const READERS: Readonly<Record<string, string | undefined>> = {
  watchedFloats: "heap.floats",
  watchedInts: "heap.ints",
  read: "read",
  toArray: "toArray",
  item: "item",
  assign: "assign",
};

/** Says when somebody takes the numbers of a device's heap, until it is called again. */
function watchHeap({ heap }: Device, read: () => void): () => void {
  const [floats, ints] = [heap.floats, heap.ints];
  heap.floats = function watchedFloats() {
    read();
    return floats.call(heap);
  };
  heap.ints = function watchedInts() {
    read();
    return ints.call(heap);
  };
  return () => {
    Reflect.deleteProperty(heap, "floats");
    Reflect.deleteProperty(heap, "ints");
  };
}

/** The tensors that a forward pass gives back, by name. */
function tensorsOf(result: unknown): Readonly<Record<string, Tensor>> {
  if (result instanceof Tensor) return { output: result };
  if (typeof result === "object" && result !== null) {
    if (typeof (result as { then?: unknown }).then === "function")
      throw refusal("forward returned a promise, needed a tensor, or tensors by name, at once", {});
    // What recurrent layers and networks give.
    const { outputs = result } = result as { outputs?: unknown };
    if (outputs instanceof Tensor) return { output: outputs };
    const named = Object.entries(outputs as object).filter(([, value]) => value instanceof Tensor);
    if (named.length > 0 && named.length === Object.keys(outputs as object).length)
      return Object.fromEntries(named);
  }
  throw refusal("forward returned neither a tensor nor tensors by name", {});
}
