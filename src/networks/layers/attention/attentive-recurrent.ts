import { cellOfKind } from "../../../cells/cells.ts";
import { AttentiveRecurrent, absentScores } from "../../../layers/attentive-recurrent.ts";
import { flag, listOf, objectOf, oneOf, probability, size } from "../../../options/field-checks.ts";
import type { RecurrentState } from "../../../recurrent/recurrent.ts";
import { RecurrentStack } from "../../../recurrent/recurrent-stack.ts";
import { stack, swapAxes } from "../../../tensor/operations/shapes.ts";
import type { LayerKind, NamedShape } from "../../layer-kind.ts";
import { keptSteps, type MaskedValue } from "../../mask.ts";
import { outputWidth, shapeOf } from "../../recurrent-axes.ts";
import { recurrentShapes } from "../../recurrent-shapes.ts";
import { axesText, differ, floats } from "../../value-shape.ts";
import { type RecurrentLayerConfig, recurrentKinds } from "../recurrent.ts";

/**
 * Recurrent layers whose every step looks at a memory (`AttentiveRecurrent` has the equations): xs [B, U, E], keys [B, T, A] and values
 * [B, T, K] to [B, U, O]; behind them each layer's states before the first step, [B, H] each.
 */
export interface AttentiveRecurrentLayerConfig {
  readonly kind: "attentive-recurrent";
  /** One layer forwards each, over [T, B, I]. */
  readonly layers: readonly RecurrentLayerConfig[];
  readonly memorySize: number;
  readonly keySize: number;
  readonly heads: number;
  readonly outputSize: number;
  readonly score: "dot" | "additive";
  readonly order: "before" | "after";
  readonly coverage: boolean;
  readonly location?: { readonly filters: number; readonly kernelSize: number };
  readonly dropout: number;
}

const layerCheck = (value: unknown) => {
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(recurrentKinds, kind)) return "a recurrent layer";
  const { fields } = recurrentKinds[kind as keyof typeof recurrentKinds];
  return objectOf({ ...fields, needed: { ...fields.needed, kind: oneOf(kind) } })(value);
};

export const attentiveRecurrent: LayerKind<AttentiveRecurrentLayerConfig, AttentiveRecurrent> = {
  fields: {
    needed: {
      layers: (value) =>
        Array.isArray(value) && value.length > 0 ? listOf(layerCheck)(value) : "a list of layers",
      memorySize: size,
      keySize: size,
      heads: size,
      outputSize: size,
      score: oneOf("dot", "additive"),
      order: oneOf("before", "after"),
      coverage: flag,
      dropout: probability,
    },
    optional: { location: objectOf({ needed: { filters: size, kernelSize: size } }) },
  },

  problems(config) {
    const { layers, memorySize, keySize, heads, score, coverage, location } = config;
    const width = outputWidth(layers[layers.length - 1]);
    const problems: string[] = [];
    for (const [at, { options }] of layers.entries()) {
      const { numLayers = 1, direction = "forward", batchFirst, inputSize } = options;
      if (numLayers !== 1 || direction !== "forward" || batchFirst !== false)
        problems.push(`layers ${at} is not one layer forwards over [T, B, I]`);
      if (at > 0 && inputSize !== outputWidth(layers[at - 1]))
        problems.push(`layers ${at} reads ${inputSize}, needed ${outputWidth(layers[at - 1])}`);
    }
    for (const [name, all] of [["memorySize", memorySize] as const, ["keySize", keySize] as const])
      if (all % heads !== 0) problems.push(`${name} is ${all}, needed a multiple of heads, ${heads}`);
    if (score === "dot" && keySize !== width)
      problems.push(`keySize is ${keySize}, needed that of a query, ${width}`);
    if (score === "dot" && (coverage || location))
      problems.push("score is dot, needed additive where coverage or location is known");
    return problems;
  },

  inputs: [3, Infinity],

  shape(config, [xs, keys, values, ...first]) {
    const { layers, memorySize, keySize, outputSize } = config;
    const entrySize = layers[0].options.inputSize - fedWidth(config);
    const widths = layers.flatMap((layer) => shapeOf(layer).states.map(({ width }) => width));
    const fits =
      [xs, keys, values].every(({ axes }) => axes.length === 3) &&
      !differ(xs.axes[2], entrySize) &&
      !differ(keys.axes[2], keySize) &&
      !differ(values.axes[2], memorySize) &&
      !differ(keys.axes[1], values.axes[1]) &&
      (first.length === 0 ||
        (first.length === widths.length &&
          first.every(({ axes }, at) => axes.length === 2 && !differ(axes[1], widths[at]))));
    if (fits) return floats([xs.axes[0], xs.axes[1], outputSize]);
    const given = [xs, keys, values, ...first].map(({ axes }) => axesText(axes)).join(", ");
    const states = widths.map((width) => `[B, ${width}]`).join(", ");
    return {
      problem: `reads ${given}, needed [B, U, ${entrySize}], [B, T, ${keySize}], [B, T, ${memorySize}] and no states or ${states}`,
    };
  },

  parameters(config): NamedShape[] {
    const { layers, memorySize, keySize, heads, outputSize, score, coverage, location } = config;
    const width = outputWidth(layers[layers.length - 1]);
    const own = layers.flatMap((layer, at) =>
      recurrentShapes(layer).map(([name, shape]): NamedShape => [`rnn.${at}.${name}`, shape]),
    );
    const known = (coverage ? 1 : 0) + (location?.filters ?? 0);
    const additive: NamedShape[] = [
      ["query.weight", [keySize, width]],
      ["query.bias", [keySize]],
      ["score", [keySize / heads]],
    ];
    return [
      ...own,
      ...(score === "additive" ? additive : []),
      ...(location ? [["location.weight", [location.filters, 1, location.kernelSize]] as const] : []),
      ...(known > 0 ? [["features.weight", [keySize, known]] as const] : []),
      ["combine.weight", [outputSize, memorySize + width]],
    ];
  },

  build(device, { kind: _, layers, ...options }, { generator }) {
    const own = layers.map(
      (layer) => new RecurrentStack(device, cellOfKind(layer.kind), { ...layer.options, generator }),
    );
    return new AttentiveRecurrent(device, { ...options, layers: own, generator });
  },

  apply({ module, values: [xs, keys, values, ...first], config, state, observe, attends }) {
    const memory = { keys: keys.tensor, values: values.tensor, masked: maskedScores(values) };
    const before = state ?? firstState(config, first);
    const made = module.forward(swapAxes(xs.tensor), memory, before, observe);
    attends?.(made.weights.map((steps) => swapAxes(stack(steps))));
    const { lengths, mask } = xs;
    return { value: { tensor: swapAxes(made.outputs), lengths, mask }, state: made.state };
  },

  begins: { from: 3, state: firstState },

  sharedInputs: () => [1, 2],

  streamProblem: () => "looks at all of a memory",
};

/** Width of what the first layer reads beside x. */
function fedWidth({ order, memorySize, outputSize }: AttentiveRecurrentLayerConfig): number {
  return order === "before" ? memorySize : outputSize;
}

function firstState(
  { layers }: AttentiveRecurrentLayerConfig,
  values: readonly MaskedValue[],
): RecurrentState | undefined {
  if (values.length === 0) return undefined;
  const names = layers.flatMap((layer, at) => shapeOf(layer).states.map(({ name }) => `${name}${at}`));
  const states = names.map((name, at) => [name, stack([values[at].tensor])]);
  return Object.fromEntries(states) as RecurrentState;
}

/** [B, 1, T]: what is added to the scores of entries that are not there. */
function maskedScores(values: MaskedValue) {
  if (!values.lengths && !values.mask) return undefined;
  const { tensor: memory } = values;
  const [batch, steps] = memory.shape;
  const kept = keptSteps(values, batch, steps);
  return absentScores(memory.device, batch, steps, (b, t) => kept[b * steps + t] === 0);
}
