// Operations over the steps of sequences: recurrent layers, convolutions, pooling.
import { cellOfKind, isKnownCell } from "../../cells/cells.ts";
import type { UnrolledError } from "../../errors.ts";
import { madeWith, type RecurrentStack } from "../../recurrent/recurrent-stack.ts";
import type { LayerConfig, RecurrentLayerConfig } from "../config.ts";
import type { Lowered, Lowering, LowerOperation, ParameterSource } from "./lowering.ts";
import { refusal } from "./pass.ts";
import { inShape, swapped } from "./shapes.ts";
import { type GraphNode, type GraphValue, isOperation } from "./symbolic.ts";

/** A recurrent layer is one layer, whichever of its results is read: all steps, where it has ended, its states. */
const recurrent: LowerOperation = (lowering, node, { port }) => {
  const { module } = node.facts[0] as { module: RecurrentStack };
  const isOne = lowering.options.ports.get(node)!.size === 1 && port === "lastOutput";
  const layer = lowering.once(node, () =>
    recurrentLayer(lowering, node, module, isOne ? "last" : "sequence"),
  );
  if (port === "outputs" || isOne) return layer;
  const ends = (state: string, direction: number) => {
    const name = `${layer.name}.${state}`;
    const way = module.directions === 2 ? { direction: direction === 0 ? "forward" : "reverse" } : {};
    const config = { kind: "final-state", of: state, ...way } as LayerConfig;
    return lowering.once(`${name}.${direction}`, () => lowering.add(node, name, [layer], config));
  };
  if (port === "lastOutput") return merged(lowering, node, module, (direction) => ends("h", direction));
  const state = port.slice("state.".length);
  const { numLayers, directions } = module;
  return {
    ...layer,
    states(index, reader) {
      const from = index - (numLayers - 1) * directions;
      if (from < 0)
        throw refusal("select takes the state of a layer below the last, needed the last", reader);
      return ends(state, from);
    },
  };
};

/** Where each direction has ended, merged as the layer merges its outputs. */
function merged(
  lowering: Lowering,
  node: GraphNode,
  { directions, merge }: RecurrentStack,
  end: (direction: number) => Lowered,
): Lowered {
  if (directions === 1) return end(0);
  const both = [end(0), end(1)];
  const kinds = { sum: "add", mean: "average", product: "multiply" } as const;
  return merge === "concat"
    ? lowering.add(node, "concat", both, { kind: "concat", axis: -1 })
    : lowering.add(node, kinds[merge], both, { kind: kinds[merge] });
}

function recurrentLayer(
  lowering: Lowering,
  node: GraphNode,
  module: RecurrentStack,
  returns: "sequence" | "last",
): Lowered {
  const [xs, ...states] = node.inputs;
  const { reset, mask } = node.facts[0];
  if (reset || mask)
    throw refusal(
      `${node.called} is given ${reset ? "reset" : "a mask"}, which a network's layers are not`,
      node,
    );
  const [spec, { generator: _, ...options }] = madeWith(module);
  if (!isKnownCell(spec.kind) || cellOfKind(spec.kind) !== spec)
    throw refusal(
      `${node.called} has a cell of one's own (${spec.name}), which networks do not know before knowCell(cell) is called`,
      node,
    );
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const config = {
    kind: spec.kind,
    options: { ...Object.fromEntries(given), batchFirst: module.batchFirst },
    returns,
  } as RecurrentLayerConfig;
  let read = lowering.apart(xs!, node);
  const takes = lowering.takesLengths(node);
  read = takes ? withLengths(node, read) : lowering.allSteps(node, read);
  const sources: Record<string, ParameterSource> = {};
  for (const [own, tensor] of module.weights) sources[own] = { tensor };
  const [[own, first]] = module.weights;
  return lowering.add(
    node,
    lowering.layerOf(first, own, spec.kind),
    [read, ...states.flatMap((state) => (state ? stateOf(lowering, node, module, state) : []))],
    config,
    sources,
  );
}

/** The state that another recurrent layer has ended in, given whole: of each direction. */
function stateOf(lowering: Lowering, node: GraphNode, module: RecurrentStack, state: GraphValue): Lowered[] {
  const given = isOperation(state.from) ? lowering.apart(state, node) : undefined;
  if (!given?.states || module.numLayers > 1)
    throw refusal(
      `${node.called} begins in a state that is not the end of another layer, or has several layers, which a network's cannot`,
      node,
    );
  const { states } = given;
  return Array.from({ length: module.directions }, (_, direction) => states(direction, node));
}

/** Zero behind each sequence's end, which a stack of layers makes of what goes around them. */
const untilEnds: LowerOperation = (lowering, node) => {
  const xs = lowering.apart(node.inputs[0]!, node);
  if (!lowering.takesLengths(node)) throw lengthsLost(node);
  return lowering.add(node, "until-ends", [withLengths(node, xs)], { kind: "until-ends" });
};

/** What an operation reads that is given lengths: it must still have them. */
function withLengths(node: GraphNode, read: Lowered): Lowered {
  if (!read.hasLengths) throw lengthsLost(node);
  return read;
}

function lengthsLost(node: GraphNode): UnrolledError {
  return refusal(`${node.called} is given lengths, but what it reads has lost them on the way`, node);
}

/** Over the steps of [B, C, T], which networks have as [B, T, C]. */
const convolution: LowerOperation = (lowering, node) => {
  const [x, weightValue, biasValue] = node.inputs;
  const [weight, bias] = [weightValue, biasValue].map((value) => lowering.numbersOf(value)?.[0]);
  const [first, second] = node.facts as readonly Sliding[];
  const { groups = 1, strides: [stride] = [1], dilations: [dilation] = [1], pads = [0, 0] } = first;
  if (weight?.shape.length !== 3)
    throw refusal(`${node.called} is no convolution over time with a parameter`, node);
  const [outputSize, inputSize, kernelSize] = weight.shape;
  const around = (kernelSize - 1) * dilation;
  const padding = paddingOf(pads, around);
  const isOpen = stride > 1 && padding !== "valid";
  if (groups !== 1 || !padding || isOpen || String(pads) !== String(second.pads ?? [0, 0]))
    throw refusal(
      `${node.called} has ${groups} groups, stride ${stride} and ${pads.join(" and ")} zeros around, needed one group, and no zeros, or with stride 1 "same" or "causal"`,
      node,
    );
  const sizes = { inputSize, outputSize, kernelSize, stride, dilation, padding };
  let read = swapped(lowering, node, lowering.apart(x!, node), "last");
  if (padding === "valid" && kernelSize > 1) read = lowering.allSteps(node, read);
  const made = lowering.add(
    node,
    lowering.layerOf(weight, "weight", "conv1d"),
    [read],
    { kind: "conv1d", ...sizes, bias: bias !== undefined },
    { weight: { tensor: weight }, ...(bias ? { bias: { tensor: bias } } : {}) },
  );
  return swapped(lowering, node, made, "last");
};

/** How convolutions and pooling slide. */
interface Sliding {
  readonly groups?: number;
  readonly kernel?: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  readonly pads?: readonly number[];
  readonly roundUp?: boolean;
}

function paddingOf(
  [before, after]: readonly number[],
  around: number,
): "valid" | "causal" | "same" | undefined {
  if (before === 0 && after === 0) return "valid";
  if (before === around && after === 0) return "causal";
  return before === Math.floor(around / 2) && after === around - before ? "same" : undefined;
}

const pool =
  (kind: "max" | "average"): LowerOperation =>
  (lowering, node) => {
    const { kernel = [], strides = [1], dilations = [1], pads = [0, 0], roundUp } = node.facts[0] as Sliding;
    if (kernel.length !== 1 || dilations[0] !== 1 || roundUp || pads.some((pad) => pad !== 0))
      throw refusal(
        `${node.called} pools over an image, or with dilation or zeros around, needed over time and neither`,
        node,
      );
    const read = lowering.allSteps(
      node,
      swapped(lowering, node, lowering.apart(node.inputs[0]!, node), "last"),
    );
    const config = {
      kind: "pool1d",
      pool: kind,
      size: kernel[0],
      stride: strides[0],
      padding: "valid",
    } as const;
    return swapped(lowering, node, lowering.add(node, `${kind}-pool`, [read], config), "last");
  };

/** [B, C, T] to [B, C, 1]; over the steps that count where it is given lengths. */
const globalPool =
  (kind: "max" | "average"): LowerOperation =>
  (lowering, node) => {
    const x = swapped(lowering, node, lowering.apart(node.inputs[0]!, node), "last");
    const takes = lowering.takesLengths(node);
    const read = takes ? withLengths(node, x) : lowering.allSteps(node, x);
    const isMaxOfSome = takes && kind === "max";
    const config = isMaxOfSome
      ? ({ kind: "max-over-time" } as const)
      : ({ kind: "global-pool1d", pool: kind } as const);
    const pooled = lowering.add(node, `${kind}-over-time`, [read], config);
    return inShape(lowering, node, pooled, ["B", pooled.shape.axes[1] as number, 1]);
  };

export const sequenceOperations: Readonly<Record<string, LowerOperation>> = {
  recurrent,
  untilEnds,
  convolution,
  maxPool: pool("max"),
  averagePool: pool("average"),
  globalMaxPool: globalPool("max"),
  globalAveragePool: globalPool("average"),
};
