// What can be looked into: a network that reads one sequence step by step, forwards, and the layers that carry its memory along.
import { UnrolledError } from "../errors.ts";
import type { Axis, NetworkInput } from "../networks/config.ts";
import { kindOf } from "../networks/known-kinds.ts";
import type { Network } from "../networks/network.ts";
import { networkShapes } from "../networks/network-shapes.ts";
import { isBatchFirst, isRecurrent } from "../networks/recurrent-axes.ts";
import { axesText } from "../networks/value-shape.ts";
import type { Cell } from "../recurrent/cell.ts";
import type { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";

/** One recurrent layer. */
export interface InspectedLayer {
  /** The network's layer that it stands in, and its place there. */
  readonly name: string;
  readonly index: number;
  /** What that reads, by name. */
  readonly reads: string;
  readonly rnn: RecurrentStack;
  readonly cell: Cell;
}

/** A network and what there is to look at in it. */
export interface InspectedNetwork {
  readonly network: Network;
  readonly input: string;
  /** Whether the first of its axes is the batch. */
  readonly isBatchFirst: boolean;
  /** V of a network that reads token ids; undefined of one that reads numbers. */
  readonly vocabularySize: number | undefined;
  /** What stands for a step's input: the embedding of an id [E], or the numbers themselves [I]. */
  readonly embedded: string;
  readonly inputSize: number;
  readonly layers: readonly InspectedLayer[];
  readonly output: string;
  readonly outputSize: number;
  /** Whether there is an output after each step, [T, B, O] or [B, T, O], or one of the whole sequence [B, O]. */
  readonly hasSteps: boolean;
  /** Whether all that stands behind the last recurrent layer goes step by step, so that steps nobody asks about can be left out. */
  readonly isStepwise: boolean;
}

/** @throws UnrolledError "invalid-argument" that names what cannot be looked into */
export function inspected(call: string, network: Network): InspectedNetwork {
  const { config } = network;
  const shapes = networkShapes(config);
  const problem = (text: string) => new UnrolledError("invalid-argument", { call, problem: text });
  const only = (what: string, found: readonly { readonly name: string }[]) => {
    if (found.length === 1) return found[0].name;
    throw problem(`the network ${what} ${listed(found)}, needed one`);
  };
  const name = only("reads", config.inputs);
  const output = only("puts out", config.outputs);
  const [input] = config.inputs;
  const sequence = sequenceAxes(input);
  if (!sequence) {
    const needed = input.kind === "int" ? "[T, B] or [B, T]" : "[T, B, I] or [B, T, I]";
    throw problem(`input ${name} is ${axesText(input.axes)}, needed ${needed}`);
  }
  const recurrent = config.layers.filter((layer) => isRecurrent(layer.config));
  if (recurrent.length === 0) throw problem("the network has no recurrent layer, needed one");
  const layers = recurrent.flatMap(({ name: layer, inputs: [reads], config: own }): InspectedLayer[] => {
    const rnn = network.layers.get(layer) as RecurrentStack;
    if (rnn.direction !== "forward")
      throw problem(`layer ${layer} reads in direction ${rnn.direction}, needed forward`);
    const { axes } = shapes.get(reads)!;
    const steps = axes[isRecurrent(own) && isBatchFirst(own) ? 1 : 0];
    if (steps !== sequence.steps)
      throw problem(`layer ${layer} reads ${steps} steps, needed the ${sequence.steps} of input ${name}`);
    const cell = cellOf(rnn);
    return Array.from({ length: rnn.numLayers }, (_, index) => ({ name: layer, index, reads, rnn, cell }));
  });
  const embeddings = config.layers.filter(
    (layer) => layer.config.kind === "embedding" && layer.inputs[0] === name,
  );
  const embedded = input.kind === "int" ? only("embeds its ids in", embeddings) : name;
  const [embedding] = embeddings;
  const { axes } = shapes.get(config.outputs[0].from)!;
  const [batchAt, stepsAt] = sequence.isBatchFirst ? [0, 1] : [1, 0];
  const hasSteps = axes.length === 3 && axes[batchAt] === "B" && axes[stepsAt] === sequence.steps;
  const own = axes.slice(hasSteps ? 2 : 1);
  if ((!hasSteps && axes[0] !== "B") || own.some((axis) => typeof axis === "string"))
    throw problem(`output ${output} is ${axesText(axes)}, needed [T, B, O], [B, T, O] or [B, O]`);
  return {
    network,
    input: name,
    embedded,
    layers,
    output,
    hasSteps,
    isBatchFirst: sequence.isBatchFirst,
    vocabularySize: embedding?.config.kind === "embedding" ? embedding.config.vocabularySize : undefined,
    inputSize: Number(shapes.get(embedded)?.axes[2]),
    outputSize: own.reduce((product: number, axis) => product * Number(axis), 1),
    isStepwise: hasSteps && isStepwiseBehind(network, layers[layers.length - 1].name),
  };
}

/** The axes of a sequence of ids or of rows of numbers. */
function sequenceAxes({ axes, kind }: NetworkInput): { steps: Axis; isBatchFirst: boolean } | undefined {
  const [first, second, width] = axes;
  if (axes.length !== (kind === "int" ? 2 : 3) || (kind === "float" && typeof width === "string"))
    return undefined;
  if (first === "B") return { steps: second, isBatchFirst: true };
  return second === "B" ? { steps: first, isBatchFirst: false } : undefined;
}

/** Whether one layer's values are read by layers alone that go step by step, the last of which makes the output. */
function isStepwiseBehind({ config }: Network, last: string): boolean {
  const chain = new Set([last]);
  let name = config.outputs[0].from;
  while (name !== last) {
    const layer = config.layers.find((each) => each.name === name);
    if (layer?.inputs.length !== 1 || !kindOf(layer.config).isStepwise) return false;
    chain.add(name);
    name = layer.inputs[0];
  }
  return config.layers.every(
    (layer) => chain.has(layer.name) || !layer.inputs.some((read) => chain.has(read)),
  );
}

function listed(found: readonly { readonly name: string }[]): string {
  return found.length === 0 ? "nothing" : found.map(({ name }) => name).join(" and ");
}
