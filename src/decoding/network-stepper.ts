// A decoder's step as searches call it: a network that reads something whole, such as a source, and the tokens of a target before each one.
// What reads no target runs once; a step is what is left, with the states that the step before has left.
import type { NetworkLayer } from "../networks/config.ts";
import { kindOf } from "../networks/known-kinds.ts";
import type { LayeredNetwork, NetworkState } from "../networks/layered-network.ts";
import type { MaskedValue } from "../networks/mask.ts";
import { networkPart } from "../networks/network-part.ts";
import { logSoftmax, rowsById } from "../tensor/operations/rows.ts";
import { reshape, swapAxes } from "../tensor/operations/shapes.ts";
import { ints, type Tensor } from "../tensor/tensor.ts";
import { likeliest } from "./likeliest.ts";

/** A vocabulary is searched for the likeliest where it is so many times larger than what is asked for. */
const FEW = 8;

/** Where N hypotheses stand; it is used once, by `step` or by `select`, which free it. */
export interface StepperState {
  /** Which row of the memory each hypothesis has [N]. */
  readonly sequences: Int32Array;
  /** What steps read that stays the same, a row for each sequence of which there is a hypothesis. */
  readonly memory: Readonly<Record<string, MaskedValue>>;
  /** States of the recurrent layers. */
  readonly states: NetworkState;
}

/** What is read before the first token. */
export interface StepperBatch {
  /** By the names of the network's inputs, but for the target. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Steps of each sequence; all if not given. */
  readonly lengths: readonly number[] | undefined;
  /** The token that stands before the first. */
  readonly first: number;
}

/** What a step gives. */
export interface SteppedTo {
  readonly state: StepperState;
  /** Log probabilities of the tokens that may come next [N·V]; of `tokens` alone where those are given [N·M]. */
  readonly logProbabilities: Float32Array;
  /** The likeliest tokens of each hypothesis [N·M]. */
  readonly tokens?: Int32Array;
  /** The share that each entry of the memory had, the mean of all heads [N·T]; none without attention. */
  readonly attention: Float32Array | undefined;
}

/** Steps a network whose input `target` are the tokens before [B, U], and whose first output are logits [B, U, V]. */
export class NetworkStepper {
  readonly network: LayeredNetwork;
  /** V. */
  readonly vocabularySize: number;
  /** The layers that run once, and those of a step. */
  readonly #before: readonly NetworkLayer[];
  readonly #step: readonly NetworkLayer[];
  /** What the latter read of the former: as memory, and as states before the first step. */
  readonly #memory: readonly string[];
  /** What of the memory is only read by layers that let a row of it stand for several hypotheses. */
  readonly #shared: ReadonlySet<string>;
  readonly #logits: string;
  readonly #target: string;

  constructor(network: LayeredNetwork, target = "target") {
    const { layers, inputs, outputs } = network.config;
    const ofTarget = new Set([target]);
    for (const { name, inputs: reads } of layers)
      if (reads.some((read) => ofTarget.has(read))) ofTarget.add(name);
    const step = layers.filter(({ name }) => ofTarget.has(name));
    const given = (read: string) => !ofTarget.has(read);
    const split = step.map(({ inputs: reads, config }) => {
      const { from = reads.length } = kindOf(config).begins ?? {};
      return { memory: reads.slice(0, from).filter(given), first: reads.slice(from) };
    });
    const memory = split.flatMap((each) => each.memory);
    const first = split.flatMap((each) => each.first);
    this.network = network;
    this.vocabularySize = network.shapes.get(outputs[0].from)!.axes.at(-1) as number;
    this.#target = target;
    this.#logits = outputs[0].from;
    this.#memory = [...new Set(memory)];
    const apart = step.flatMap(({ inputs: reads, config }) => {
      const shared = kindOf(config).sharedInputs?.(config) ?? [];
      return reads.filter((_, at) => !shared.includes(at));
    });
    this.#shared = new Set(this.#memory.filter((name) => !apart.includes(name)));
    this.#step = step;
    const known = inputs.map(({ name }) => name);
    this.#before = networkPart(network, { known, wanted: [...memory, ...first] });
  }

  /** Reads what there is to be read; a hypothesis for each sequence. */
  start({ inputs, lengths, first }: StepperBatch) {
    const { device } = this.network;
    const rows = Object.values(inputs)[0].shape[0];
    const state = device.withoutGradients(() =>
      device.scope((): StepperState => {
        const given = Object.entries(inputs).map(([name, tensor]): [string, MaskedValue] => [
          name,
          { tensor, lengths },
        ]);
        const { values } = this.network.apply(this.#before, new Map(given));
        const states = this.#step.flatMap(({ name, inputs: reads, config }) => {
          const { begins } = kindOf(config);
          const before = reads.slice(begins?.from ?? reads.length).map((read) => values.get(read)!);
          const state = begins?.state(config, before);
          return state ? [[name, state] as const] : [];
        });
        return {
          sequences: Int32Array.from({ length: rows }, (_, row) => row),
          memory: Object.fromEntries(this.#memory.map((name) => [name, plain(values.get(name)!)])),
          states: Object.fromEntries(states),
        };
      }),
    );
    const tokens = new Int32Array(rows).fill(first);
    return { state, tokens, ...(lengths ? { sourceLengths: lengths } : {}) };
  }

  /** Reads one token of each hypothesis, ids [N]; says what may come next, or the `most` likeliest of it where that is far from all. */
  step({ sequences, memory, states }: StepperState, tokens: ArrayLike<number>, most?: number): SteppedTo {
    const { device } = this.network;
    const stepped = device.withoutGradients(() =>
      device.scope(() => {
        const target = ints(device, Int32Array.from(tokens), [sequences.length, 1]);
        const known = new Map<string, MaskedValue>([
          ...this.#read(memory, sequences),
          [this.#target, { tensor: target }],
        ]);
        let attention: Float32Array | undefined;
        const attends = (_: string, heads: readonly Tensor[]) => {
          attention = meanOf(heads.map((head) => head.read()));
        };
        const { values, state } = this.network.apply(this.#step, known, { state: states, attends });
        const logits = values.get(this.#logits)!.tensor;
        const isFew = most !== undefined && most * FEW <= this.vocabularySize;
        const said = isFew ? likeliest(logits, most) : { logProbabilities: logSoftmax(logits).read() };
        return { state: { sequences, memory, states: state }, ...said, attention };
      }),
    );
    free(tensorsOf(states));
    return stepped;
  }

  /** The memory as a step reads it: a row for each sequence where all of them have as many hypotheses, else one for each hypothesis. */
  #read(memory: StepperState["memory"], sequences: Int32Array): [string, MaskedValue][] {
    const repeats = repeatsOf(sequences);
    if (repeats === 1) return Object.entries(memory);
    const ids = ints(this.network.device, sequences, [sequences.length]);
    return Object.entries(memory).map(([name, value]) =>
      repeats !== undefined && this.#shared.has(name)
        ? [name, { ...value, repeats }]
        : [name, rowsOfMemory(value, ids, sequences)],
    );
  }

  /** The state whose rows are these rows of another one, any of them any number of times. */
  select({ sequences, memory, states }: StepperState, rows: ArrayLike<number>): StepperState {
    const { device } = this.network;
    const own = Int32Array.from(rows, (row) => sequences[row]);
    const kept = Int32Array.from(new Set(own));
    const held = new Set(sequences).size;
    const isSame = kept.length === held && kept.every((sequence, at) => sequence === at);
    const places = new Map(Array.from(kept, (sequence, at) => [sequence, at]));
    const state = device.withoutGradients(() =>
      device.scope((): StepperState => {
        const ids = ints(device, Int32Array.from(rows), [rows.length]);
        const taken = Object.entries(states).map(([layer, state]) => {
          const parts = Object.entries(state).map(([name, tensor]) => [name, rowsOfState(tensor, ids)]);
          return [layer, Object.fromEntries(parts)];
        });
        const sequenceIds = ints(device, kept, [kept.length]);
        const chosen = () =>
          Object.entries(memory).map(([name, value]) => [name, rowsOfMemory(value, sequenceIds, kept)]);
        return {
          sequences: Int32Array.from(own, (sequence) => places.get(sequence)!),
          memory: isSame ? memory : Object.fromEntries(chosen()),
          states: Object.fromEntries(taken),
        };
      }),
    );
    free(tensorsOf(states));
    if (!isSame) free(Object.values(memory).map(({ tensor }) => tensor));
    return state;
  }
}

/** R where the rows are 0 R times, then 1 R times, and so on; undefined where they are otherwise. */
function repeatsOf(sequences: Int32Array): number | undefined {
  const count = sequences[sequences.length - 1] + 1;
  const repeats = sequences.length / count;
  return sequences.every((sequence, row) => sequence === Math.floor(row / repeats)) ? repeats : undefined;
}

function free(tensors: readonly Tensor[]): void {
  for (const { device, storage } of tensors) device.free(storage);
}

function tensorsOf(states: NetworkState): Tensor[] {
  return Object.values(states).flatMap((state) => Object.values(state));
}

/** What of a value steps read. */
function plain({ tensor, lengths }: MaskedValue): MaskedValue {
  return { tensor, lengths };
}

function rowsOfMemory({ tensor, lengths }: MaskedValue, ids: Tensor, rows: Int32Array): MaskedValue {
  return { tensor: rowsOf(tensor, ids), lengths: lengths && Array.from(rows, (row) => lengths[row]) };
}

function rowsOf(x: Tensor, ids: Tensor): Tensor {
  const [rows, ...rest] = x.shape;
  return reshape(rowsById("select", reshape(x, [rows, -1]), ids), [ids.size, ...rest]);
}

/** Of a state [L, B, width]. */
function rowsOfState(state: Tensor, ids: Tensor): Tensor {
  const [layers, rows, width] = state.shape;
  if (layers > 1) return swapAxes(rowsOf(swapAxes(state), ids));
  return reshape(rowsById("select", reshape(state, [rows, width]), ids), [1, ids.size, width]);
}

function meanOf(heads: readonly Float32Array[]): Float32Array {
  const [first, ...others] = heads;
  for (const head of others) for (let at = 0; at < first.length; at++) first[at] += head[at];
  if (others.length > 0) for (let at = 0; at < first.length; at++) first[at] /= heads.length;
  return first;
}
