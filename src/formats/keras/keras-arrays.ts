// Our weights as Keras lays them out. Gate orders, transposes and biases are in ../gate-layouts.ts.
import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig, NetworkLayer, RecurrentLayerConfig } from "../../networks/config.ts";
import { GATE_LAYOUTS, type GateLayout, OUR_GATES, toTheirBiases, toTheirMatrix } from "../gate-layouts.ts";

type Tensors = Readonly<Record<string, StateDict[string]>>;
type Arrays = ReadonlyMap<string, StateDict[string]>;

/** A layer of Keras and its arrays by their names there, in their order. */
export interface NamedArrays {
  readonly name: string;
  readonly arrays: Arrays;
}

/** What Keras adds to the variance. */
const BATCH_NORM_EPSILON = 1e-3;
/** What Keras' recurrent layers have no option for. */
const NOT_IN_KERAS = ["projectionSize", "peepholes", "coupled", "cellClip", "layerNorm", "gateClip"];

/** The layers of Keras that one of ours becomes; a text where Keras has no such layer. */
export function kerasArrays(layer: NetworkLayer, tensors: Tensors): NamedArrays[] | string {
  const { name, config } = layer;
  const take = (end: string, shape: readonly number[]) => taken(tensors, `${name}.${end}`, shape);
  const one = (arrays: Readonly<Record<string, StateDict[string]>>): NamedArrays[] => [
    { name, arrays: new Map(Object.entries(arrays).map(([end, array]) => [`${name}/${end}:0`, array])) },
  ];
  switch (config.kind) {
    case "rnn":
    case "lstm":
    case "gru":
      return recurrentArrays(name, config, tensors);
    case "mgu":
      return "Keras has no minimal gated unit";
    case "ugrnn":
      return "Keras has no update-gate RNN";
    case "embedding":
      return one({ embeddings: take("weight", [config.vocabularySize, config.size]) });
    case "linear": {
      const { inputSize, outputSize, bias } = config;
      const kernel = transposed(take("weight", [outputSize, inputSize]));
      return one(bias ? { kernel, bias: take("bias", [outputSize]) } : { kernel });
    }
    case "conv1d": {
      const kernel = convolutionKernel(config, take);
      return one(config.bias ? { kernel, bias: take("bias", [config.outputSize]) } : { kernel });
    }
    case "layer-norm":
      return one({ gamma: take("weight", [config.size]), beta: take("bias", [config.size]) });
    case "affine": {
      if (!config.weight || !config.bias || config.size === 1) return "Keras has no gain or offset by itself";
      const { size } = config;
      const [gamma, beta] = [take("weight", [size]), take("bias", [size])];
      // With this variance BatchNormalization divides by 1.
      const variance = new Float32Array(size).fill(1 - BATCH_NORM_EPSILON);
      const mean = { shape: [size], data: new Float32Array(size) };
      return one({ gamma, beta, moving_mean: mean, moving_variance: { shape: [size], data: variance } });
    }
    case "attention":
      return config.scale ? "attention with a learnt factor is not written for Keras" : one({});
    default:
      return one({});
  }
}

/** A recurrent layer whose cell Keras has. */
type KerasLayerConfig = Extract<RecurrentLayerConfig, { kind: "rnn" | "lstm" | "gru" }>;

function recurrentArrays(name: string, config: KerasLayerConfig, tensors: Tensors): NamedArrays[] | string {
  const { options } = config;
  const { inputSize, hiddenSize, numLayers = 1, direction = "forward", merge = "concat" } = options;
  const given = options as Readonly<Record<string, unknown>>;
  const lacking = NOT_IN_KERAS.filter((option) => given[option] !== undefined && given[option] !== false);
  if (options.initialState === "learnt") lacking.push("initialState learnt");
  // In inference a unit is what it keeps on average, for which weights alone do not stand.
  if (Object.values(options.zoneout ?? {}).some((probability) => (probability ?? 0) > 0))
    lacking.push("zoneout");
  if (lacking.length > 0) return `Keras has no ${lacking.join(", ")}`;
  const isBoth = direction === "bidirectional";
  const width = isBoth && merge === "concat" ? 2 * hiddenSize : hiddenSize;
  const cell = `${config.kind === "rnn" ? "simple_rnn" : config.kind}_cell`;
  return Array.from({ length: numLayers }, (_, at): NamedArrays => {
    const layer = numLayers === 1 ? name : `${name}_${at}`;
    const arrays = new Map<string, StateDict[string]>();
    for (const suffix of isBoth ? ["", "_reverse"] : [""]) {
      const scope = isBoth
        ? `${layer}/${suffix === "" ? "forward" : "backward"}_${config.kind}/${cell}`
        : `${layer}/${cell}`;
      const columns = at === 0 ? inputSize : width;
      for (const [end, array] of directionArrays(name, config, `l${at}${suffix}`, columns, tensors))
        arrays.set(`${scope}/${end}:0`, array);
    }
    return { name: layer, arrays };
  });
}

function directionArrays(
  name: string,
  config: KerasLayerConfig,
  place: string,
  inputSize: number,
  tensors: Tensors,
): Arrays {
  const { hiddenSize: hidden, bias = "double" } = config.options;
  const { kind: cell } = config;
  const width = OUR_GATES[cell].length * hidden;
  const layout = layoutOf(config);
  const matrix = (end: string, columns: number): StateDict[string] => {
    const { data } = taken(tensors, `${name}.${end}_${place}`, [width, columns]);
    return { shape: [columns, width], data: toTheirMatrix(layout, cell, data, { hidden, columns }) };
  };
  const arrays = new Map([
    ["kernel", matrix("weight_ih", inputSize)],
    ["recurrent_kernel", matrix("weight_hh", hidden)],
  ]);
  if (bias === "none") return arrays;
  const vector = (end: string) => taken(tensors, `${name}.${end}_${place}`, [width]).data;
  const ours = { ih: vector("bias_ih"), ...(bias === "double" ? { hh: vector("bias_hh") } : {}) };
  const data = toTheirBiases(layout, cell, ours, hidden);
  arrays.set("bias", { shape: layout.bias === "double" ? [2, width] : [width], data });
  return arrays;
}

function layoutOf(config: KerasLayerConfig): GateLayout {
  const { keras } = GATE_LAYOUTS;
  if (config.kind !== "gru") return keras[config.kind];
  return (config.options.resetAfter ?? true) ? keras.gruResetAfter : keras.gruResetBefore;
}

/** [O, I, K] as [K, I, O]. */
function convolutionKernel(
  { inputSize, outputSize, kernelSize }: Extract<LayerConfig, { kind: "conv1d" }>,
  take: (end: string, shape: readonly number[]) => StateDict[string],
): StateDict[string] {
  const { data } = take("weight", [outputSize, inputSize, kernelSize]);
  const kernel = new Float32Array(data.length);
  for (let column = 0; column < outputSize; column++)
    for (let row = 0; row < inputSize; row++)
      for (let step = 0; step < kernelSize; step++)
        kernel[(step * inputSize + row) * outputSize + column] =
          data[(column * inputSize + row) * kernelSize + step];
  return { shape: [kernelSize, inputSize, outputSize], data: kernel };
}

function transposed({ shape: [rows, columns], data }: StateDict[string]): StateDict[string] {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column];
  return { shape: [columns, rows], data: turned };
}

function taken(tensors: Tensors, name: string, shape: readonly number[]): StateDict[string] {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  const size = shape.reduce((product, length) => product * length, 1);
  if (tensor?.shape.join() !== shape.join() || tensor.data.length !== size) {
    const came = tensor ? `[${tensor.shape.join(", ")}]` : "missing";
    throw new UnrolledError("shape-mismatch", {
      call: "writeKerasWeights",
      problem: `tensor ${name} is ${came}, needed [${shape.join(", ")}]`,
    });
  }
  return tensor;
}
