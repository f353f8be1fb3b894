// A decoder whose every step looks back at a memory, so that what it found is part of its recurrence.
//   before  c_u = attention(h_{u−1}, memory); h_u = recurrence([x_u; c_u], h_{u−1})      Bahdanau, Cho & Bengio 2015
//   after   h_u = recurrence([x_u; o_{u−1}], h_{u−1}); c_u = attention(h_u, memory)      Luong, Pham & Manning 2015: input feeding
// Either way o_u = tanh(W [c_u; h_u]). Scores of an entry with key k:
//   dot       q · k, where keys may be a linear function of the memory (Luong's general)
//   additive  v · tanh(W q + k + F f), f what is known of where the steps before looked: the sum of their weights (coverage: See, Liu
//             & Manning 2017), and a convolution of the last step's (location: Chorowski et al. 2015)
import type { Step } from "../cells/step.ts";
import { Module, Parameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { StepObserver } from "../recurrent/cell.ts";
import type { RecurrentState } from "../recurrent/recurrent.ts";
import type { LayerObserver, RecurrentStack } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";
import { add, scaled } from "../tensor/operations/arithmetic.ts";
import { tanh } from "../tensor/operations/functions.ts";
import { linear, matmul, matmulTransposed } from "../tensor/operations/products.ts";
import { softmax } from "../tensor/operations/rows.ts";
import { columns, concat, reshape, select, stack, swapLastAxes } from "../tensor/operations/shapes.ts";
import { type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import { Conv1d } from "./convolution.ts";
import { Dropout } from "./dropout.ts";
import { Linear } from "./linear.ts";

/** What is added to the score of an entry that is not there. */
export const ABSENT_SCORE = -1e9;

/** What a step looks at, and how. */
export interface AttentiveRecurrentOptions {
  /** Recurrent layers of one layer and direction each, over [T, B, I]; the first reads x and what is fed to it. */
  readonly layers: readonly RecurrentStack[];
  /** K: width of the memory; A: width of its keys, all heads together. */
  readonly memorySize: number;
  readonly keySize: number;
  readonly heads: number;
  /** O: width of what it puts out. */
  readonly outputSize: number;
  readonly score: "dot" | "additive";
  readonly order: "before" | "after";
  readonly coverage: boolean;
  /** Filters over the last step's weights, and the entries that each reads. */
  readonly location?: { readonly filters: number; readonly kernelSize: number } | undefined;
  /** Between the layers. */
  readonly dropout: number;
  readonly generator: Generator;
}

/** What it reads: the same for all steps. A row of it may stand for R rows of xs, one behind the other. */
export interface AttentiveMemory {
  /** [B, T, A]. */
  readonly keys: Tensor;
  /** [B, T, K]. */
  readonly values: Tensor;
  /** What is added to scores [B, 1, T]: very low for entries that are not there. */
  readonly masked: Tensor | undefined;
}

/** Runs such a decoder over sequences; its state has the layers' own by number (h0, c0, h1, …), `feed`, `weights` and `coverage` [1, B, …]. */
export class AttentiveRecurrent extends Module {
  readonly rnn: readonly RecurrentStack[];
  readonly query: Linear | undefined;
  readonly score: Parameter | undefined;
  readonly location: Conv1d | undefined;
  readonly features: Linear | undefined;
  readonly combine: Linear;
  readonly between: Dropout | undefined;
  readonly #options: AttentiveRecurrentOptions;

  constructor(device: Device, options: AttentiveRecurrentOptions) {
    super();
    const { layers, memorySize, keySize, heads, outputSize, score, coverage, location, generator } = options;
    const width = layers[layers.length - 1].outputSize;
    this.#options = { ...options, layers: [] };
    this.rnn = layers;
    if (score === "additive") {
      this.query = new Linear(device, { inputSize: width, outputSize: keySize, generator });
      const size = keySize / heads;
      const bound = 1 / Math.sqrt(size);
      this.score = new Parameter(device, [size]).assign(
        Float32Array.from({ length: size }, () => generator.uniformBetween(-bound, bound)),
      );
    }
    if (location) {
      const { filters, kernelSize } = location;
      const own = { inputSize: 1, outputSize: filters, kernelSize, padding: "same", bias: false } as const;
      this.location = new Conv1d(device, { ...own, generator });
    }
    const known = (coverage ? 1 : 0) + (location?.filters ?? 0);
    if (known > 0)
      this.features = new Linear(device, { inputSize: known, outputSize: keySize, bias: false, generator });
    this.combine = new Linear(device, { inputSize: memorySize + width, outputSize, bias: false, generator });
    if (options.dropout > 0) this.between = new Dropout(options.dropout, { generator });
  }

  /**
   * Reads xs [U, B, E] from a state to outputs [U, B, O]; weights are those of each step [B, T], one list for each head.
   *
   * @param observe who looks at the steps of each layer
   */
  forward(
    xs: Tensor,
    memory: AttentiveMemory,
    state: RecurrentState | undefined,
    observe?: LayerObserver,
  ): { readonly outputs: Tensor; readonly weights: readonly Tensor[][]; readonly state: RecurrentState } {
    const [steps, batch] = xs.shape;
    const looks = this.#headsOf(memory);
    const weights: Tensor[][] = looks.map(() => []);
    const outputs: Tensor[] = [];
    let states: Readonly<Record<string, Tensor | undefined>> = state ?? {};
    for (let step = 0; step < steps; step++) {
      const watched = observe && ((layer: number) => atStep(observe(layer, 0), step));
      const made = this.#step(select(xs, step), looks, memory, states, batch, watched);
      states = made.states;
      outputs.push(made.output);
      for (const [head, own] of made.weights.entries()) weights[head].push(own);
    }
    return { outputs: stack(outputs), weights, state: states as RecurrentState };
  }

  #step(
    x: Tensor,
    looks: readonly Look[],
    memory: AttentiveMemory,
    before: Readonly<Record<string, Tensor | undefined>>,
    batch: number,
    observe: LayerObserver | undefined,
  ) {
    const { order, outputSize, coverage, location } = this.#options;
    const { device } = x;
    const after: Record<string, Tensor> = {};
    const carried = (name: string, width: number) => {
      const own = before[name];
      return own ? reshape(own, [batch, width]) : zeros(device, [batch, width]);
    };
    const keep = (name: string, value: Tensor) => {
      after[name] = reshape(value, [1, ...value.shape]);
    };
    const T = memory.keys.shape[1];
    const seen = {
      coverage: coverage ? carried("coverage", T) : undefined,
      weights: location ? carried("weights", T) : undefined,
    };
    const last = this.rnn.length - 1;
    const early =
      order === "before"
        ? this.#attend(carried(`h${last}`, this.rnn[last].outputSize), looks, memory, seen)
        : undefined;
    let value = concat([x, early?.context ?? carried("feed", outputSize)]);
    for (const [layer, rnn] of this.rnn.entries()) {
      if (layer > 0 && this.between) value = this.between.forward(value);
      const given = Object.entries(before).filter(([name]) => ofLayer(name) === layer);
      const state = given.length > 0 ? stateNamed(given) : undefined;
      const own = observe && (() => observe(layer, 0));
      const { outputs, state: made } = rnn.forward(reshape(value, [1, ...value.shape]), { state }, own);
      value = reshape(outputs, [batch, rnn.outputSize]);
      for (const [name, each] of Object.entries(made)) after[`${name}${layer}`] = each;
    }
    const { context, weights, mean } = early ?? this.#attend(value, looks, memory, seen);
    const output = tanh(this.combine.forward(concat([context, value])));
    if (order === "after") keep("feed", output);
    if (seen.coverage) keep("coverage", add(seen.coverage, mean));
    if (seen.weights) keep("weights", mean);
    return { output, weights, states: after };
  }

  /** What a query [B, H] finds [B, K], and its weights [B, T]. */
  #attend(
    query: Tensor,
    looks: readonly Look[],
    { masked }: AttentiveMemory,
    seen: { readonly coverage: Tensor | undefined; readonly weights: Tensor | undefined },
  ) {
    const q = this.query?.forward(query) ?? query;
    const known = this.#known(seen);
    const [batch, width] = q.shape;
    const size = width / looks.length;
    const found = looks.map(({ keys, values }, head) => {
      const [rows, T] = keys.shape;
      const own = reshape(part(q, size, head, looks.length), [rows, batch / rows, size]);
      const scores = this.score
        ? this.#sums(keys, known && part(known, size, head, looks.length), own)
        : matmulTransposed(own, keys);
      const weights = softmax(masked ? add(scores, masked) : scores);
      return { weights: reshape(weights, [batch, T]), context: matmul(weights, values) };
    });
    const contexts = found.map(({ context }) => reshape(context, [batch, -1]));
    const weights = found.map((each) => each.weights);
    const total = weights.reduce((sum, each) => add(sum, each));
    return {
      context: contexts.length === 1 ? contexts[0] : concat(contexts),
      weights,
      mean: weights.length === 1 ? total : scaled(total, 1 / weights.length),
    };
  }

  /** v · tanh(q + k + F f) [B, R, T] of q [B, R, A], k [B, T, A] and F f [B·R, T, A]. */
  #sums(keys: Tensor, known: Tensor | undefined, q: Tensor): Tensor {
    const [rows, T, size] = keys.shape;
    const each = q.shape[1];
    const shared = reshape(keys, [rows, 1, T, size]);
    const entries = known ? add(shared, reshape(known, [rows, each, T, size])) : shared;
    const sums = tanh(add(entries, reshape(q, [rows, each, 1, size])));
    return reshape(linear(sums, reshape(this.score!, [1, size])), [rows, each, T]);
  }

  /** F f [B, T, A]. */
  #known({
    coverage,
    weights,
  }: {
    readonly coverage: Tensor | undefined;
    readonly weights: Tensor | undefined;
  }) {
    if (!this.features) return undefined;
    const filtered = (each: Tensor) =>
      swapLastAxes(this.location!.forward(reshape(each, [each.shape[0], 1, each.shape[1]])));
    const all = [
      ...(coverage ? [reshape(coverage, [...coverage.shape, 1])] : []),
      ...(weights ? [filtered(weights)] : []),
    ];
    return this.features.forward(all.length === 1 ? all[0] : concat(all));
  }

  /** Each head's keys and values: once for all steps. */
  #headsOf({ keys, values }: AttentiveMemory): Look[] {
    const { heads, keySize, memorySize } = this.#options;
    return Array.from({ length: heads }, (_, head) => ({
      keys: part(keys, keySize / heads, head, heads),
      values: part(values, memorySize / heads, head, heads),
    }));
  }
}

/** A head's keys and values. */
interface Look {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** [B, 1, T]: what is added to scores, so that entries which are absent get no share. */
export function absentScores(
  device: Device,
  batch: number,
  entries: number,
  isAbsent: (b: number, t: number) => boolean,
): Tensor {
  const added = new Float32Array(batch * entries);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < entries; t++) if (isAbsent(b, t)) added[b * entries + t] = ABSENT_SCORE;
  return tensor(device, added, [batch, 1, entries]);
}

function part(x: Tensor, size: number, head: number, heads: number): Tensor {
  return heads === 1 ? x : columns(x, head * size, (head + 1) * size);
}

/** The layer that a state belongs to: 1 of h1. */
function ofLayer(name: string): number {
  const digits = /\d+$/.exec(name);
  return digits ? Number(digits[0]) : -1;
}

function stateNamed(own: readonly (readonly [string, Tensor | undefined])[]): RecurrentState {
  const named = own.map(([name, state]) => [name.replace(/\d+$/, ""), state]);
  return Object.fromEntries(named) as RecurrentState;
}

type Told = (step: Step, ...gradients: never[]) => void;

/** Who looks at one step of a sequence, which its layer reads as a sequence of its own. */
function atStep(observer: StepObserver | undefined, t: number): StepObserver | undefined {
  if (!observer) return undefined;
  const looks = Object.entries(observer).map(([when, look]: [string, Told | undefined]) => {
    const told: Told = (step, ...gradients) => {
      const own = step.t;
      step.t = t;
      look?.(step, ...gradients);
      step.t = own;
    };
    return [when, told];
  });
  return Object.fromEntries(looks) as StepObserver;
}
