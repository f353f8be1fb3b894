import { UnrolledError } from "../../errors.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { CarriedState } from "./carried-state.ts";
import { TYPES } from "./data-types.ts";
import type { OnnxGraph } from "./graph.ts";
import type { OnnxInput } from "./graph-input.ts";
import { type Carried, type Machine, Stream } from "./machine.ts";
import { packState, unpackState } from "./stream-state.ts";
import { copied, type OnnxValue, owned } from "./value.ts";

/** How to stream with a model. What its state is, is decided once: inputs that are fed from outputs, or else recurrent nodes. */
export interface OnnxStreamOptions {
  /**
   * Inputs that each step is given what an output was in the step before: { input: output }; {} where none is a state. If not given they
   * are found by names (state and stateN, h0 and hn, conv_cache and conv_cache_out, …), or where shapes leave no choice, and by what
   * feeds what in the graph.
   */
  readonly states?: Readonly<Record<string, string>>;
  /**
   * Names of recurrent nodes that go on from where they were (`model.recurrentNodes` has them). If not given, none where there are
   * states, which are then the whole state, and all where there are not.
   */
  readonly carried?: readonly string[];
  /** B: lengths of state inputs that the file does not say, such as its batch axis; 1 if not given. */
  readonly batchSize?: number;
}

/** Computes a model's outputs; the first argument is the name of the call for messages. */
type Run = (call: string, inputs: Readonly<Record<string, OnnxInput>>) => Record<string, OnnxValue>;

/**
 * A stream through an ONNX model: inputs that are states are fed from outputs; where a graph has none, its recurrent nodes go on from
 * where they were. `step` is synchronous.
 */
export class OnnxStream {
  readonly model: OnnxGraph;
  /** Which input is fed from which output. */
  readonly states: Readonly<Record<string, string>>;
  /** Names of the inputs that `step` is given. */
  readonly inputs: readonly string[];
  readonly #machine: Machine;
  readonly #run: Run;
  readonly #options: OnnxStreamOptions;
  readonly #nodes: ReadonlySet<number>;
  #fed = new Map<string, OnnxValue>();
  #carried = new Map<number, Carried>();

  constructor(
    model: OnnxGraph,
    machine: Machine,
    run: Run,
    options: OnnxStreamOptions,
    { states, nodes }: CarriedState,
  ) {
    this.model = model;
    this.#machine = machine;
    this.#run = run;
    this.#options = options;
    this.states = states;
    this.inputs = model.inputs.map(({ name }) => name).filter((name) => states[name] === undefined);
    this.#nodes = nodes;
    this.reset();
  }

  /** Reads one step, or as many as the inputs hold, and gives the outputs; those that are states are kept, and given too. */
  step(inputs: Readonly<Record<string, OnnxInput>>): Record<string, OnnxValue> {
    return this.stepOver(inputs, (outputs) =>
      Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, owned(value)])),
    );
  }

  /**
   * @internal As `step`, for who needs no arrays of their own.
   *
   * @param read reads the outputs, which are lent until it returns; where it throws, the step has not been taken
   */
  stepOver<Result>(
    inputs: Readonly<Record<string, OnnxInput>>,
    read: (outputs: Readonly<Record<string, OnnxValue>>) => Result,
  ): Result {
    const fed = Object.keys(inputs).find((name) => this.states[name] !== undefined);
    if (fed !== undefined) {
      throw new UnrolledError("invalid-argument", {
        call: "step",
        problem: `input "${fed}" is a state that the session keeps, needed ${this.inputs.map((name) => `"${name}"`).join(", ")}`,
      });
    }
    const whole: Record<string, OnnxInput> = { ...inputs };
    for (const [name, value] of this.#fed) whole[name] = value;
    // A step that fails leaves the state as it was.
    const carried = new Map(this.#carried);
    this.#machine.stream = new Stream(this.#nodes, carried, this.#options.carried !== undefined);
    let outputs: Record<string, OnnxValue>;
    try {
      outputs = this.#run("step", whole);
    } finally {
      this.#machine.stream = undefined;
    }
    const result = read(outputs);
    this.#carried = carried;
    for (const [input, output] of Object.entries(this.states)) this.#feed(input, outputs[output]);
    return result;
  }

  /** Keeps a copy of what an output is, in the array of the one before where it fits. */
  #feed(input: string, value: OnnxValue): void {
    const kept = this.#fed.get(input);
    const fits = kept?.type === value.type && `${kept.dims}` === `${value.dims}`;
    if (fits) kept.data.set(value.data);
    else this.#fed.set(input, copied(value));
  }

  /** The state as bytes, for `restore`. */
  state(): Uint8Array {
    return packState({ fed: this.#fed, carried: this.#carried });
  }

  /**
   * Goes back to a state that `state` gave, of this session or another of the same model.
   *
   * @throws UnrolledError "invalid-file" for bytes that are not a state of this model
   */
  restore(bytes: Uint8Array): void {
    const { fed, carried } = unpackState("restore", bytes, this.#fed, this.#nodes);
    this.#fed = fed;
    this.#carried = carried;
  }

  /** Goes back to the beginning: states of zeros. */
  reset(): void {
    this.#carried = new Map();
    this.#fed = new Map(Object.keys(this.states).map((name) => [name, this.#zero(name)]));
  }

  /** Another session, which continues from the same state. */
  fork(): OnnxStream {
    const state = { states: this.states, nodes: this.#nodes };
    const session = new OnnxStream(this.model, this.#machine, this.#run, this.#options, state);
    session.#fed = new Map([...this.#fed].map(([name, value]) => [name, copied(value)]));
    session.#carried = new Map(this.#carried);
    return session;
  }

  #zero(name: string): OnnxValue {
    const { type = "float32", dims } = this.model.inputs.find((input) => input.name === name)!;
    const { batchSize = 1 } = this.#options;
    if (!dims) {
      throw new UnrolledError("invalid-argument", {
        call: "session",
        problem: `the shape of state "${name}" is not known; it cannot be begun with zeros`,
      });
    }
    const lengths = dims.map((length) => (typeof length === "number" ? length : batchSize));
    return { type, dims: lengths, data: TYPES[type].make(sizeOf(lengths)) };
  }
}
