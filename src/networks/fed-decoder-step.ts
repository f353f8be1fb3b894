import { UnrolledError } from "../errors.ts";
import type { LayerConfig, NetworkInput, NetworkLayer } from "./config.ts";
import type { NetworkData } from "./network-data.ts";
import { outputWidth, shapeOf } from "./recurrent-axes.ts";

/** A network whose decoder takes one step, and what of it belongs to that step. */
export interface FedStep {
  readonly network: NetworkData;
  readonly layers: readonly string[];
  /** What the step before fed to it [B, O], zeros before the first: read as an input, made as NAME.next; undefined where nothing is fed. */
  readonly feed: NetworkInput | undefined;
}

/**
 * One step of a decoder whose attention is part of its recurrence, as plain layers: for graphs that know no such layer. The tokens are
 * [B, 1] then. A network without one is what it is.
 *
 * @throws UnrolledError "invalid-argument" for steps that know where those before looked, or that begin in no given state
 */
export function fedDecoderStep(network: NetworkData, target: string): FedStep {
  const { config, tensors } = network;
  const place = config.layers.findIndex(({ config: { kind } }) => kind === "attentive-recurrent");
  const layer = config.layers[place];
  if (layer?.config.kind !== "attentive-recurrent") return { network, layers: [], feed: undefined };
  const { name, inputs, config: own } = layer;
  const [xs, keys, values, ...first] = inputs;
  const { layers, memorySize, keySize, heads, outputSize, score, order } = own;
  const missing = own.coverage ? "coverage" : own.location ? "location" : undefined;
  if (missing !== undefined || first.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "encoderDecoderParts",
      problem:
        missing === undefined
          ? `layer ${name} begins in no given state, needed one`
          : `layer ${name} has ${missing}, which no graph of one step carries, needed attention without`,
    });
  const made: NetworkLayer[] = [];
  const add = (what: string, config: LayerConfig, ...reads: string[]) => {
    made.push({ name: `${name}.${what}`, inputs: reads, config });
    return `${name}.${what}`;
  };
  const width = outputWidth(layers[layers.length - 1]);
  const states = layers.map((each) => shapeOf(each).states.length);
  const begins = (at: number) => states.slice(0, at).reduce((sum, count) => sum + count, 0);
  const isAdditive = score === "additive";
  const attend = (query: string) => {
    const asked = isAdditive
      ? add("query", { kind: "linear", inputSize: width, outputSize: keySize, bias: true }, query)
      : query;
    const looks = { heads, size: keySize, score, factor: 1, scale: isAdditive, causal: false } as const;
    return add("attention", { kind: "attention", ...looks, maskedQueries: "zero" }, asked, keys, values);
  };
  const isBefore = order === "before";
  const feed: NetworkInput = { name: `${name}.feed`, axes: ["B", outputSize], kind: "float" };
  const fed = isBefore
    ? attend(add("last", { kind: "reshape", shape: [1, width] }, first[begins(layers.length - 1)]))
    : add("fed", { kind: "reshape", shape: [1, outputSize] }, feed.name);
  // The lengths are those of the source: the one step of the target is everybody's.
  const now = add("now", { kind: "all-steps" }, xs);
  let value = add("read", { kind: "concat", axis: -1 }, now, fed);
  for (const [at, each] of layers.entries()) {
    const options = { ...each.options, batchFirst: true };
    const recurrent = { ...each, options, returns: "sequence" } as LayerConfig;
    value = add(`rnn.${at}`, recurrent, value, ...first.slice(begins(at), begins(at + 1)));
  }
  const context = isBefore ? fed : attend(value);
  const joined = add("joined", { kind: "concat", axis: -1 }, context, value);
  const sizes = { inputSize: memorySize + width, outputSize, bias: false };
  const combined = add("combine", { kind: "linear", ...sizes }, joined);
  made.push({ name, inputs: [combined], config: { kind: "activation", activation: "tanh" } });
  const next = isBefore
    ? []
    : [{ name: `${feed.name}.next`, from: add("feed.next", { kind: "reshape", shape: [outputSize] }, name) }];
  const { [`${name}.score`]: scale, ...others } = tensors;
  return {
    network: {
      config: {
        inputs: [
          ...config.inputs.map((input) =>
            input.name === target ? { ...input, axes: [input.axes[0], 1] } : input,
          ),
          ...(isBefore ? [] : [feed]),
        ],
        layers: [...config.layers.slice(0, place), ...made, ...config.layers.slice(place + 1)],
        outputs: [...config.outputs, ...next],
      },
      tensors: scale ? { ...others, [`${name}.attention.scale`]: scale } : others,
    },
    layers: made.map((each) => each.name),
    feed: isBefore ? undefined : feed,
  };
}
