// One unit at one step, multiplied out: the products of weights and inputs that each gate sums, as the cell's equations have them.
//   a = Σ W_ih[u, k] x[k] + b_ih[u] + Σ W_hh[u, k] h[k] + b_hh[u]    LSTM  i, f, o = σ(a)  g = tanh(a)    …
// A candidate may read h through a gate: the last two multiplied by r in a GRU; r∘h in place of h where the gate stands before the
// product, as f∘h in a minimal gated unit.
import type { Activation } from "../cells/activation.ts";
import type { StepEquation } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import type { Parameter } from "../module/module.ts";
import type { Network } from "../networks/network.ts";
import { ownParameters } from "../recurrent/cell.ts";
import { type InspectedLayer, inspected } from "./inspected-network.ts";
import type { LayerTrace, Trace } from "./trace.ts";

/** A sum before its activation, and all it is made of. */
export interface GateSum {
  /** A gate, or a state that is made of one sum, as h of an Elman cell. */
  readonly name: string;
  readonly activation: Activation;
  /** This unit's row of W_ih [I] and of W_hh [P]. */
  readonly inputWeights: Float32Array;
  readonly recurrentWeights: Float32Array;
  /** What the recurrent weights are multiplied by [P]: the state before the step, or that gated. */
  readonly h: Float32Array;
  /** Σ W_ih x and Σ W_hh h, without biases. */
  readonly input: number;
  readonly recurrent: number;
  readonly inputBias: number;
  readonly recurrentBias: number;
  /** The gate through which it reads h, or h's product, if it does: r for the candidate of a GRU. */
  readonly through: string | undefined;
  /** What the recurrent part is multiplied by: r for the candidate of a GRU, else 1. */
  readonly reset: number;
  /** What the activation is applied to, before any bound (`gateClip`). */
  readonly sum: number;
  /** After the activation, as the trace has it. */
  readonly value: number;
}

/** All sums of one unit at one step. */
export interface StepSums {
  /** What the layer reads at this step [I]. */
  readonly x: Float32Array;
  /** The state before it [P]. */
  readonly hBefore: Float32Array;
  readonly gates: readonly GateSum[];
  /** Each of the cell's states of this unit, before the step and after it, by name. An h that is projected has units of its own, and is left out. */
  readonly states: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
  /** What the cell makes of its gates, line by line, as far as it says that in letters and for the states above alone. */
  readonly equations: readonly { readonly makes: string; readonly letters: string }[];
}

/** Which unit at which step, from 0. */
export interface StepPlace {
  readonly t: number;
  readonly layer: number;
  readonly unit: number;
}

/**
 * What one unit computes at one step of a trace of the same network. Sums are taken in float64. Interventions of the trace show in its
 * values alone.
 *
 * @throws UnrolledError "invalid-argument" for a place that is not there, a network whose weights are stored in fewer bits, or a cell
 * whose sums are more than two products: layer-normalised ones, or with peepholes
 */
export function explainStep(network: Network, trace: Trace, place: StepPlace): StepSums {
  const { t, layer, unit } = place;
  const { layers } = inspected("explainStep", network);
  requireIndex("layer", layer, layers.length);
  const traced = trace.layers[layer];
  requireIndex("t", t, trace.steps);
  requireIndex("unit", unit, traced.hiddenSize);
  const looked = layers[layer];
  const { rnn, index, cell } = looked;
  const { shape, hidden } = cell;
  const extra = shape.parameters.find(({ key }) => key.startsWith("norm")) ?? ownParameters(shape)[0];
  if (extra)
    throw new UnrolledError("invalid-argument", {
      call: "explainStep",
      problem: `layer ${looked.name} has ${extra.name}, needed a cell whose sums are two products and biases`,
    });
  const { xs, states, widths, gates } = traced;
  const x = rowOf(xs, t, xs.length / trace.steps);
  const hBefore = rowOf(states.h, t, widths.h);
  const { weightIh, weightHh, biasIh, biasHh } = rnn.layerWeights(index);
  const tracedValue = (name: string, of: number) =>
    name in gates ? gates[name][t * hidden + of] : states[name][(t + 1) * hidden + of];
  const gating = candidateGate(looked);
  const last = shape.gates.length - 1;
  const ofUnit = statesOf(traced, t, unit);
  return {
    x,
    hBefore,
    states: ofUnit,
    equations: equationsOf(looked).flatMap(({ makes, letters }) =>
      letters !== undefined && makes in ofUnit ? [{ makes, letters }] : [],
    ),
    gates: shape.gates.map((name, block) => {
      const row = block * hidden + unit;
      const inputWeights = weightRow(weightIh, row);
      const recurrentWeights = weightRow(weightHh, row);
      const gate = block === last ? gating : undefined;
      const isGated = gate !== undefined && shape.recurrent === "gated";
      const h = isGated ? hBefore.map((entry, of) => entry * tracedValue(gate, of)) : hBefore;
      const [input, recurrent] = [dot(inputWeights, x), dot(recurrentWeights, h)];
      const [inputBias, recurrentBias] = [biasAt(biasIh, row), biasAt(biasHh, row)];
      const reset = gate !== undefined && !isGated ? tracedValue(gate, unit) : 1;
      return {
        name,
        activation: shape.activations[name],
        inputWeights,
        recurrentWeights,
        h,
        through: gate,
        input,
        recurrent,
        inputBias,
        recurrentBias,
        reset,
        sum: input + inputBias + reset * (recurrent + recurrentBias),
        value: tracedValue(name, unit),
      };
    }),
  };
}

/** The gate through which the last block reads h, or h's product, if one does: what the cell's equations say. */
function candidateGate(looked: InspectedLayer): string | undefined {
  const { cell } = looked;
  const { recurrent, gates } = cell.shape;
  if (recurrent !== "gated" && recurrent !== "apart") return undefined;
  const made = recurrent === "gated" ? "gated" : gates[gates.length - 1];
  const equation = equationsOf(looked).find(({ makes }) => makes === made);
  if (equation) return equation.of[0];
  throw new UnrolledError("invalid-argument", {
    call: "explainStep",
    problem: `cell ${cell.spec.kind} does not say through which gate its candidate reads h`,
  });
}

/** The cell's equations, of which nothing is computed. */
function equationsOf({ cell }: InspectedLayer): readonly StepEquation[] {
  return cell.equations?.(() => (x) => x) ?? [];
}

function statesOf({ states, widths, hiddenSize }: LayerTrace, t: number, unit: number): StepSums["states"] {
  const known = Object.entries(states).filter(([name]) => widths[name] === hiddenSize);
  return Object.fromEntries(
    known.map(([name, numbers]) => {
      const at = (step: number) => numbers[step * widths[name] + unit];
      return [name, { before: at(t), after: at(t + 1) }];
    }),
  );
}

function requireIndex(name: string, value: number, count: number): void {
  if (Number.isInteger(value) && value >= 0 && value < count) return;
  throw new UnrolledError("invalid-argument", {
    call: "explainStep",
    subject: name,
    got: `${value}`,
    needed: `0 to ${count - 1}`,
  });
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
