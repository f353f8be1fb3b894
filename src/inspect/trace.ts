// What happens inside a network that reads one sequence: every input, gate, state and output of every step, as plain arrays. Layers
// run as they always do, under observation.
import type { Activation } from "../cells/activation.ts";
import type { CellKind } from "../cells/cells.ts";
import { gateNames } from "../cells/parameters.ts";
import { UnrolledError } from "../errors.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import type { NetworkState } from "../networks/layered-network.ts";
import type { Network } from "../networks/network.ts";
import type { StepObserver } from "../recurrent/cell.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import { type InspectedLayer, type InspectedNetwork, inspected } from "./inspected-network.ts";
import { interveningIn } from "./intervening.ts";
import { checkInterventions, type Intervention } from "./intervention.ts";
import { checkSequence, predicts, sequencesOf, stepsIn } from "./sequence.ts";

/** The state of one layer by name: h [P], for an LSTM c [H] too. */
export interface StateNumbers {
  readonly h: ArrayLike<number>;
  readonly [state: string]: ArrayLike<number> | undefined;
}

/** How a sequence is read. */
export interface TraceOptions {
  /** The state before the first step, layer by layer; what the layers begin with (zero, or learnt) if not given. */
  readonly state?: readonly StateNumbers[] | undefined;
  /** What is changed on the way; later ones meet what earlier ones have left. */
  readonly interventions?: readonly Intervention[] | undefined;
}

/** One layer's states and gates, row-major. */
export interface LayerTrace {
  /** The network's layer that it stands in. */
  readonly name: string;
  readonly cell: CellKind;
  /** H. */
  readonly hiddenSize: number;
  /** What it reads [T, I]. */
  readonly xs: Float32Array;
  /** Its states by name, h first, [T+1, width] each; row 0 is the state before the first step. */
  readonly states: { readonly h: Float32Array; readonly [state: string]: Float32Array };
  /** Of each state by name: H, but for an h that is projected, P. */
  readonly widths: Readonly<Record<string, number>>;
  /** Each gate after its activation [T, H], in the order of the cell's weights: LSTM i f g o, GRU r z n, Elman none. */
  readonly gates: Readonly<Record<string, Float32Array>>;
  /** What each gate's sum becomes. */
  readonly activations: Readonly<Record<string, Activation>>;
}

/** All that a network computes while it reads T token ids, or rows of numbers, row-major. */
export interface Trace {
  /** T. */
  readonly steps: number;
  /** [T]; none where the network reads numbers. */
  readonly ids: Int32Array;
  /** Embeddings [T, E], or the numbers [T, I]. */
  readonly inputs: Float32Array;
  /** All recurrent layers, the one that reads first first. */
  readonly layers: readonly LayerTrace[];
  /** What the network puts out after each step [T, O], of a language model logits of the next token; [O] where it does so but once. */
  readonly outputs: Float32Array;
  /** Cross-entropy of the id that does come next [T], in nats; NaN at the last, which nothing follows, and where nothing predicts it. */
  readonly lossNats: Float32Array;
}

/**
 * Reads token ids [T], or numbers [T, I], with a network, dropout off, and keeps everything: for a language model T·(E + (2 + G)·H·L +
 * V) numbers. The network has one input and one output, and recurrent layers that read forwards.
 *
 * @throws UnrolledError "invalid-argument" for such a sequence, ids outside the vocabulary, impossible interventions or states, or a
 * network that cannot be looked into; "shape-mismatch" for a state of other sizes
 */
export function trace(network: Network, sequence: ArrayLike<number>, options: TraceOptions = {}): Trace {
  const { device } = network;
  const { interventions = [], state } = options;
  const looked = inspected("trace", network);
  const { layers, vocabularySize, embedded, input, output } = looked;
  checkSequence("trace", looked, sequence);
  checkInterventions("trace", interventions, layers);
  checkState("trace", state, layers);
  const steps = stepsIn(looked, sequence);
  return device.withoutGradients(() =>
    device.scope(() => {
      const watched = layers.map((layer, index) =>
        watchedLayer(
          layer,
          steps,
          interventions.filter((entry) => entry.layer === index),
        ),
      );
      const observe = (name: string) => (index: number) =>
        watched[layers.findIndex((layer) => layer.name === name && layer.index === index)].observer;
      const read = evaluating(network, () =>
        network.forward(
          { [input]: sequencesOf(looked, sequence, [steps, 1], (t) => t) },
          { observe, ...(state ? { state: stateTensors(looked, state) } : {}) },
        ),
      );
      const { values } = read;
      const whole = values.get(embedded)!;
      const inputs = whole.read();
      const traced: LayerTrace[] = [];
      for (const [place, { name, index, reads, cell }] of layers.entries()) {
        const { states, gates, widths } = watched[place];
        const value = values.get(reads)!;
        const below = traced[place - 1];
        const xs =
          index > 0
            ? below.states.h.subarray(below.widths.h)
            : value.offset === whole.offset
              ? inputs
              : value.read();
        const kind = cell.spec.kind as CellKind;
        traced.push({
          name,
          cell: kind,
          hiddenSize: cell.hidden,
          xs,
          states,
          widths,
          gates,
          activations: cell.shape.activations,
        });
      }
      const outputs = read.outputs[output];
      return {
        steps,
        ids: Int32Array.from(vocabularySize === undefined ? [] : Array.from(sequence)),
        inputs,
        layers: traced,
        outputs: outputs.read(),
        lossNats: lossesOf(looked, outputs, sequence, steps),
      };
    }),
  );
}

/**
 * The state after step t of a trace (−1: before the first), to continue from.
 *
 * @throws UnrolledError "invalid-argument" for a step that the trace does not have
 */
export function stateAfter({ layers, steps }: Pick<Trace, "layers" | "steps">, t: number): StateNumbers[] {
  if (!(Number.isInteger(t) && t >= -1 && t < steps))
    throw new UnrolledError("invalid-argument", {
      call: "stateAfter",
      subject: "t",
      got: `${t}`,
      needed: `-1 to ${steps - 1}`,
    });
  return layers.map(({ states, widths }) => {
    const parts = Object.entries(states).map(([name, numbers]) => {
      const width = widths[name];
      return [name, numbers.slice((t + 1) * width, (t + 2) * width)] as const;
    });
    return Object.fromEntries(parts) as Record<string, Float32Array> & { h: Float32Array };
  });
}

/** A layer that is being read, and where its states and gates are written down. */
interface WatchedLayer {
  readonly observer: StepObserver;
  readonly states: { readonly h: Float32Array; readonly [state: string]: Float32Array };
  readonly gates: Record<string, Float32Array>;
  readonly widths: Record<string, number>;
}

/** Who writes a layer's states and gates down and makes the changes; `first` is the step that it reads first. */
export function watchedLayer(
  { cell }: Pick<InspectedLayer, "cell">,
  steps: number,
  interventions: readonly Intervention[],
  first = 0,
): WatchedLayer {
  const { shape, hidden } = cell;
  const widths = Object.fromEntries(shape.states.map(({ name, width }) => [name, width]));
  const states = Object.fromEntries(
    shape.states.map(({ name, width }) => [name, new Float32Array((steps + 1) * width)]),
  ) as Record<string, Float32Array> & { h: Float32Array };
  const gates = Object.fromEntries(gateNames(shape).map((name) => [name, new Float32Array(steps * hidden)]));
  const changes = interveningIn(cell, interventions);
  const observer: StepObserver = {
    ...changes,
    after(step) {
      changes.after?.(step);
      for (const [block, name] of shape.gates.entries())
        gates[name]?.set(step.view(step.sums + block * hidden, hidden), step.t * hidden);
    },
    ends(step) {
      changes.ends?.(step);
      for (const { name, width } of shape.states) {
        const { before, after } = step.states[name];
        if (step.t === first) states[name].set(step.view(before, width));
        states[name].set(step.view(after, width), (step.t + 1) * width);
      }
    },
  };
  return { observer, states, gates, widths };
}

function lossesOf(
  looked: InspectedNetwork,
  outputs: Tensor,
  ids: ArrayLike<number>,
  steps: number,
): Float32Array {
  const losses = new Float32Array(steps).fill(Number.NaN);
  if (steps < 2 || !predicts(looked)) return losses;
  const { device } = looked.network;
  const targets = ints(device, Array.from(ids).slice(1).concat(0), [steps]);
  const logits = reshape(outputs, [steps, looked.outputSize]);
  losses.set(
    crossEntropy(logits, targets, { reduction: "none" })
      .read()
      .subarray(0, steps - 1),
  );
  return losses;
}

/** A state of numbers of each layer as the network reads it, [L, 1, width] each. */
function stateTensors({ network, layers }: InspectedNetwork, state: readonly StateNumbers[]): NetworkState {
  const { device } = network;
  const names = new Set(layers.map(({ name }) => name));
  const ofLayer = (layer: string) => {
    const own = layers.flatMap(({ name, cell }, index) =>
      name === layer ? [{ cell, numbers: state[index] }] : [],
    );
    const parts = own[0].cell.shape.states.map(({ name, width }) => {
      const numbers = own.flatMap((each) => Array.from(each.numbers[name]!));
      return [name, tensor(device, numbers, [own.length, 1, width])] as const;
    });
    return Object.fromEntries(parts) as Record<string, Tensor> & { h: Tensor };
  };
  return Object.fromEntries(Array.from(names, (name) => [name, ofLayer(name)]));
}

function checkState(
  call: string,
  state: readonly StateNumbers[] | undefined,
  layers: readonly InspectedLayer[],
): void {
  if (!state) return;
  if (state.length !== layers.length)
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `state has ${state.length} layers, needed ${layers.length}`,
    });
  state.forEach((given, layer) => {
    const { states } = layers[layer].cell.shape;
    const names = states.map(({ name }) => name);
    const needed = names.length === 1 ? `${names[0]} alone` : names.join(" and ");
    const problem = (code: "invalid-argument" | "shape-mismatch", text: string) =>
      new UnrolledError(code, { call, problem: `state of layer ${layer} has ${text}` });
    const unknown = Object.keys(given).find((name) => given[name] !== undefined && !names.includes(name));
    if (unknown !== undefined) throw problem("invalid-argument", `a ${unknown}, needed ${needed}`);
    for (const { name, width } of states) {
      const part = given[name];
      if (!part) throw problem("invalid-argument", `no ${name}, needed ${needed}`);
      if (part.length !== width) throw problem("shape-mismatch", `${part.length} units, needed ${width}`);
    }
  });
}
