import { UnrolledError } from "../errors.ts";
import type { Axis, LayerConfig, NetworkConfig, NetworkInput, NetworkLayer } from "./config.ts";
import type { NetworkData } from "./network-data.ts";
import { outputWidth, shapeOf } from "./recurrent-axes.ts";

/** A network whose decoder takes one step, and what of it belongs to that step. */
export interface FedStep {
  readonly network: NetworkData;
  readonly layers: readonly string[];
  /** What the step before left to it, zeros before the first: each is read as an input, and made as NAME.next. */
  readonly carried: readonly NetworkInput[];
}

/**
 * One step of a decoder whose attention is part of its recurrence, as plain layers: for graphs that know no such layer. The tokens are
 * [B, 1] then. What is carried beside the states is what is fed [B, O], and of attention that knows where it looked `coverage` and
 * `weights` [B, T]. A network without such a decoder is what it is.
 *
 * @throws UnrolledError "invalid-argument" for steps that begin in no given state
 */
export function fedDecoderStep(network: NetworkData, target: string): FedStep {
  const { config, tensors } = network;
  const place = config.layers.findIndex(({ config: { kind } }) => kind === "attentive-recurrent");
  const layer = config.layers[place];
  if (layer?.config.kind !== "attentive-recurrent") return { network, layers: [], carried: [] };
  const { name, inputs, config: own } = layer;
  const [xs, keys, values, ...first] = inputs;
  const { layers, memorySize, keySize, heads, outputSize, score, order, coverage, location } = own;
  if (first.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "encoderDecoderParts",
      problem: `layer ${name} begins in no given state, needed one`,
    });
  const made: NetworkLayer[] = [];
  const add = (what: string, config: LayerConfig, ...reads: string[]) => {
    made.push({ name: `${name}.${what}`, inputs: reads, config });
    return `${name}.${what}`;
  };
  const carried: NetworkInput[] = [];
  const next: NetworkConfig["outputs"][number][] = [];
  const carry = (what: string, axis: Axis) => {
    carried.push({ name: `${name}.${what}`, axes: ["B", axis], kind: "float" });
    return `${name}.${what}`;
  };
  const leave = (what: string, from: string) => next.push({ name: `${name}.${what}.next`, from });
  const width = outputWidth(layers[layers.length - 1]);
  const states = layers.map((each) => shapeOf(each).states.length);
  const begins = (at: number) => states.slice(0, at).reduce((sum, count) => sum + count, 0);
  const isAdditive = score === "additive";
  const attend = (query: string) => {
    const asked = isAdditive
      ? add("query", { kind: "linear", inputSize: width, outputSize: keySize, bias: true }, query)
      : query;
    if (coverage || location) return attendKnowing(asked);
    const looks = { heads, size: keySize, score, factor: 1, scale: isAdditive, causal: false } as const;
    return add("attention", { kind: "attention", ...looks, maskedQueries: "zero" }, asked, keys, values);
  };
  /** v · tanh(q + k + F f), f being where the steps before looked; what this one looks at is left to the next. */
  const attendKnowing = (query: string) => {
    const seen = coverage ? carry("coverage", "T") : undefined;
    const last = location ? carry("weights", "T") : undefined;
    const column = (what: string, from: string) => add(what, { kind: "reshape", shape: [-1, 1] }, from);
    const known: string[] = [];
    if (seen) known.push(column("seen", seen));
    if (last && location) {
      const sizes = { inputSize: 1, outputSize: location.filters, kernelSize: location.kernelSize };
      const plain = { stride: 1, dilation: 1, padding: "same", bias: false } as const;
      known.push(add("location", { kind: "conv1d", ...sizes, ...plain }, column("looked", last)));
    }
    const f = known.length === 1 ? known[0] : add("known", { kind: "concat", axis: -1 }, ...known);
    const inputSize = (coverage ? 1 : 0) + (location?.filters ?? 0);
    const own = add("features", { kind: "linear", inputSize, outputSize: keySize, bias: false }, f);
    const sums = add("sums", { kind: "add" }, query, keys, own);
    const units = add("units", { kind: "activation", activation: "tanh" }, sums);
    const part = (what: string, from: string, all: number, head: number) =>
      heads === 1
        ? from
        : add(what, { kind: "columns", start: (head * all) / heads, end: ((head + 1) * all) / heads }, from);
    const looks = Array.from({ length: heads }, (_, head) => {
      const tied = head === 0 ? {} : { weight: { tied: `${name}.score0.weight` } };
      const sizes = { inputSize: keySize / heads, outputSize: 1, bias: false };
      const own = part(`units${head}`, units, keySize, head);
      const scores = add(`score${head}`, { kind: "linear", ...sizes, ...tied }, own);
      const row = add(`scores${head}`, { kind: "swap-axes", axes: "last" }, scores);
      const weights = add(`shares${head}`, { kind: "softmax-over-time" }, row);
      const found = part(`values${head}`, values, memorySize, head);
      return { weights, context: add(`context${head}`, { kind: "matmul" }, weights, found) };
    });
    const weights = looks.map((look) => look.weights);
    const mean = heads === 1 ? weights[0] : add("mean", { kind: "average" }, ...weights);
    const shares = add("shares", { kind: "reshape", shape: [-1] }, mean);
    if (seen) leave("coverage", add("covered", { kind: "add" }, seen, shares));
    if (last) leave("weights", shares);
    const contexts = looks.map((look) => look.context);
    const context = heads === 1 ? contexts[0] : add("contexts", { kind: "concat", axis: -1 }, ...contexts);
    // The shares have the source's lengths, and what they weigh is one step of everybody.
    return add("attention", { kind: "all-steps" }, context);
  };
  const isBefore = order === "before";
  const fed = isBefore
    ? attend(add("last", { kind: "reshape", shape: [1, width] }, first[begins(layers.length - 1)]))
    : add("fed", { kind: "reshape", shape: [1, outputSize] }, carry("feed", outputSize));
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
  if (!isBefore) leave("feed", add("feed.next", { kind: "reshape", shape: [outputSize] }, name));
  const { [`${name}.score`]: scale, ...others } = tensors;
  const scores = scale && {
    [`${name}.attention.scale`]: scale,
    [`${name}.score0.weight`]: { ...scale, shape: [1, ...scale.shape] },
  };
  return {
    network: {
      config: {
        inputs: [
          ...config.inputs.map((input) =>
            input.name === target ? { ...input, axes: [input.axes[0], 1] } : input,
          ),
          ...carried,
        ],
        layers: [...config.layers.slice(0, place), ...made, ...config.layers.slice(place + 1)],
        outputs: [...config.outputs, ...next],
      },
      tensors: { ...others, ...scores },
    },
    layers: made.map((each) => each.name),
    carried,
  };
}
