// One unit at one step, multiplied out: the products of weights and inputs that each gate sums, as the cell's equations have them.
//   Elman  h = f(a)        LSTM  i, f, o = σ(a)  g = tanh(a)        GRU  r, z = σ(a)  n = tanh(a)
//   a = Σ W_ih[u, k] x[k] + b_ih[u] + Σ W_hh[u, k] h[k] + b_hh[u];  of n: the last two multiplied by r
import { UnrolledError } from "../errors.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { Parameter } from "../module/module.ts";
import { GATE_NAMES, type GateName, nonlinearityOf } from "./gate-names.ts";
import type { Trace } from "./trace.ts";

/** A sum before its activation, and all it is made of. */
export interface GateSum {
  /** "h" is the one sum of an Elman cell. */
  readonly name: GateName | "h";
  readonly activation: "sigmoid" | "tanh" | "relu";
  /** This unit's row of W_ih [I] and of W_hh [H]. */
  readonly inputWeights: Float32Array;
  readonly recurrentWeights: Float32Array;
  /** Σ W_ih x and Σ W_hh h, without biases. */
  readonly input: number;
  readonly recurrent: number;
  readonly inputBias: number;
  readonly recurrentBias: number;
  /** What the recurrent part is multiplied by: r for the candidate of a GRU, else 1. */
  readonly reset: number;
  /** What the activation is applied to. */
  readonly sum: number;
  /** After the activation, as the trace has it. */
  readonly value: number;
}

/** All of one unit at one step. */
export interface StepSums {
  /** What the layer reads at this step [I]. */
  readonly x: Float32Array;
  /** The state before it [H]. */
  readonly hBefore: Float32Array;
  readonly gates: readonly GateSum[];
  readonly h: number;
  /** Of an LSTM. */
  readonly c: number | undefined;
  readonly cBefore: number | undefined;
}

/** Which unit at which step, from 0. */
export interface StepPlace {
  readonly t: number;
  readonly layer: number;
  readonly unit: number;
}

/**
 * What one unit computes at one step of a trace of the same model. Sums are taken in float64. Interventions of the trace show in its
 * values alone.
 *
 * @throws UnrolledError "invalid-argument" for a place that is not there or a model whose weights are stored in fewer bits
 */
export function explainStep(model: LanguageModel, trace: Trace, place: StepPlace): StepSums {
  const { t, layer, unit } = place;
  requireIndex("layer", layer, trace.layers.length);
  const { cell, hiddenSize, h, c, gates } = trace.layers[layer];
  requireIndex("t", t, trace.ids.length);
  requireIndex("unit", unit, hiddenSize);
  const below = layer === 0 ? undefined : trace.layers[layer - 1];
  const x = below
    ? rowOf(below.h, t + 1, below.hiddenSize)
    : rowOf(trace.inputs, t, model.config.embeddingSize);
  const hBefore = rowOf(h, t, hiddenSize);
  const { weightIh, weightHh, biasIh, biasHh } = model.rnn.layerWeights(layer);
  const names = GATE_NAMES[cell].length > 0 ? GATE_NAMES[cell] : (["h"] as const);
  const tracedValue = (name: GateName | "h") =>
    name === "h" ? h[(t + 1) * hiddenSize + unit] : gates[name]![t * hiddenSize + unit];
  return {
    x,
    hBefore,
    h: h[(t + 1) * hiddenSize + unit],
    c: c?.[(t + 1) * hiddenSize + unit],
    cBefore: c?.[t * hiddenSize + unit],
    gates: names.map((name, block) => {
      const row = block * hiddenSize + unit;
      const inputWeights = weightRow(weightIh, row);
      const recurrentWeights = weightRow(weightHh, row);
      const [input, recurrent] = [dot(inputWeights, x), dot(recurrentWeights, hBefore)];
      const [inputBias, recurrentBias] = [biasAt(biasIh, row), biasAt(biasHh, row)];
      const reset = name === "n" ? tracedValue("r") : 1;
      return {
        name,
        activation:
          name === "h" ? nonlinearityOf(model.config) : name === "g" || name === "n" ? "tanh" : "sigmoid",
        ...{ inputWeights, recurrentWeights, input, recurrent, inputBias, recurrentBias, reset },
        sum: input + inputBias + reset * (recurrent + recurrentBias),
        value: tracedValue(name),
      };
    }),
  };
}

function requireIndex(name: string, value: number, count: number): void {
  if (Number.isInteger(value) && value >= 0 && value < count) return;
  throw new UnrolledError("invalid-argument", `explainStep: ${name} is ${value}, needed 0 to ${count - 1}`);
}

function rowOf(values: Float32Array, row: number, width: number): Float32Array {
  return values.slice(row * width, (row + 1) * width);
}

function weightRow({ shape, offset, device }: Parameter, row: number): Float32Array {
  const from = offset + row * shape[1];
  return Float32Array.from(device.heap.floats().subarray(from, from + shape[1]));
}

function biasAt(bias: Parameter | undefined, row: number): number {
  return bias ? bias.device.heap.floats()[bias.offset + row] : 0;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}
