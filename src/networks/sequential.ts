import { type CellKind, isKnownCell } from "../cells/cells.ts";
import { UnrolledError } from "../errors.ts";
import { Module } from "../module/module.ts";
import { isRecord, quoted } from "../options/field-checks.ts";
import type { Generator } from "../random/philox.ts";
import type { OptionsOfKind } from "../recurrent/recurrent-options.ts";
import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../session/session.ts";
import type { Device } from "../tensor/device.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type {
  ActivationLayerName,
  LayerConfig,
  NetworkConfig,
  NetworkInput,
  NetworkLayer,
} from "./config.ts";
import { kindNames, kindOf } from "./known-kinds.ts";
import type { NetworkCall } from "./layered-network.ts";
import { activationNames } from "./layers/activation.ts";
import type { Plain, Returns } from "./layers/recurrent.ts";
import { Network } from "./network.ts";
import { shapeAfter } from "./shape-after.ts";
import type { ValueShape } from "./value-shape.ts";

/** A configuration some fields of which may be left out. */
type Loose<Kind extends LayerConfig["kind"], Optional extends string> = Named<
  Omit<ConfigOf<Kind>, Optional> & Partial<Pick<ConfigOf<Kind>, Optional & keyof ConfigOf<Kind>>>
>;
type ConfigOf<Kind> = Extract<LayerConfig, { readonly kind: Kind }>;

/** A layer with a name of its own, after which its parameters are named; its kind if not given. */
type Named<Layer> = Layer & { readonly name?: string };

/** A recurrent layer, its options beside its kind; it hands on all steps if `returns` is not given. */
type SequentialRecurrent = {
  [Kind in CellKind]: Named<
    { readonly kind: Kind; readonly inputSize?: number; readonly returns?: Returns } & Omit<
      Plain<OptionsOfKind<Kind>>,
      "inputSize" | "batchFirst"
    >
  >;
}[CellKind];

type OwnKinds = "linear" | "conv1d" | "layer-norm" | "pool1d";
type OtherKinds = Exclude<LayerConfig["kind"], CellKind | OwnKinds>;

/**
 * A layer of a `sequential` module: its configuration, or the name of an activation. `inputSize` is what the layer before puts out. If not
 * given, there is a bias, a stride of a convolution is 1 and of pooling its size, nothing is padded, and ε is 1e-5.
 */
export type SequentialLayer =
  | SequentialRecurrent
  | Loose<"linear", "inputSize" | "bias">
  | Loose<"conv1d", "inputSize" | "stride" | "dilation" | "padding" | "bias">
  | Loose<"layer-norm", "size" | "epsilon">
  | Loose<"pool1d", "stride" | "padding">
  | Named<ConfigOf<OtherKinds>>
  | ActivationLayerName;

/** How a `sequential` module is made. */
export interface SequentialOptions<Name extends string = string> {
  /**
   * What it reads: its axes, "B" and "T" being free, its kind, and its name, "input" if not given. If not given, ids [B, T] where the first
   * layer is an embedding, else [B, T, I] where a layer reads steps, else [B, I], I being the first layer's `inputSize`.
   */
  readonly input?: Pick<NetworkInput, "axes"> & Partial<NetworkInput> & { readonly name?: Name };
  /** Where first weights come from; the device's if not given. */
  readonly generator?: Generator;
}

/**
 * Layers one after the other, one tensor in, one tensor out; parameters are named after their layers: `lstm.weight_ih_l0`,
 * `linear.bias`. It trains like any module, and `network` is the same layers and parameters as a network, for ONNX and folders.
 */
export class SequentialModule<Name extends string = string> extends Module {
  /** What runs each layer that has parameters or drops entries. */
  readonly layers: ReadonlyMap<string, Module>;
  readonly #network: Network<Name, "output">;
  /** Whether every layer treats each row by itself, so that there may be any axes in front of them. */
  readonly #isRowwise: boolean;

  constructor(network: Network<Name, "output">) {
    super();
    const { config, layers } = network;
    this.layers = layers;
    this.#network = network;
    this.#isRowwise =
      config.inputs[0].axes.length === 2 && config.layers.every(({ config }) => kindOf(config).isStepwise);
  }

  /** The same layers, as a network of one input and the output "output". */
  get network(): Network<Name, "output"> {
    return this.#network;
  }

  /**
   * Reads ids or numbers, batch-major ([B, T] or [B, T, I]), each sequence up to its length. Layers that each treat rows by themselves
   * read [..., I].
   */
  forward(x: Tensor, call: Pick<NetworkCall, "lengths" | "state"> = {}): Tensor {
    const [{ name }] = this.#network.config.inputs;
    const read = (input: Tensor) =>
      this.#network.forward({ [name]: input } as Record<Name, Tensor>, call).outputs.output;
    if (!this.#isRowwise || x.shape.length < 3) return read(x);
    const rows = read(reshape(x, [-1, x.shape[x.shape.length - 1]]));
    return reshape(rows, [...x.shape.slice(0, -1), rows.shape[1]]);
  }

  /** A stream: one step in, one step out. Throws as `Network.session` does. */
  session(options: SessionOptions = {}): Session<Name, "output"> {
    return this.#network.session(options);
  }

  /** Many streams that step together. */
  pool(options: SessionPoolOptions = {}): SessionPool {
    return this.#network.pool(options);
  }
}

/**
 * A module of layers one after the other, as Keras' `Sequential` and PyTorch's `nn.Sequential`: configurations as plain data, whose input
 * sizes follow from the layers before, and names of activations.
 *
 * @throws UnrolledError "invalid-argument" that names the layer which cannot read what the one before puts out
 */
export function sequential<Name extends string = "input">(
  device: Device,
  layers: readonly SequentialLayer[],
  options: SequentialOptions<Name> = {},
): SequentialModule<Name> {
  const { generator } = options;
  const config = sequentialConfig(layers, options);
  const network = new Network(device, config, generator ? { generator } : {});
  return new SequentialModule(network as Network<Name, "output">);
}

function sequentialConfig(layers: readonly SequentialLayer[], { input }: SequentialOptions): NetworkConfig {
  if (!Array.isArray(layers)) throw invalid("layers are missing, needed a device and then a list of layers");
  if (layers.length === 0) throw invalid("layers is empty, needed at least one");
  const { name = "input", axes, kind = "float" } = input ?? inputOf(layers);
  let shape: ValueShape = { axes, kind };
  let from = name;
  const made: NetworkLayer[] = [];
  const names = new Set([name]);
  for (const given of layers) {
    const layer = nameless(given);
    const own = nameFor(given, layer, names);
    const config = completed(layer, shape);
    made.push({ name: own, inputs: [from], config });
    const after = shapeAfter(own, config, [shape]);
    if ("problem" in after) throw invalid(`layer ${own} (${config.kind}) ${after.problem}`);
    [shape, from] = [after, own];
  }
  return { inputs: [{ name, axes, kind }], layers: made, outputs: [{ name: "output", from }] };
}

type NamelessLayer = { readonly kind: string } & Readonly<Record<string, unknown>>;

function nameless(given: SequentialLayer): NamelessLayer {
  if (typeof given === "string") {
    if (Object.hasOwn(activationNames, given)) return { kind: "activation", activation: given };
    throw invalid(
      `a layer is ${quoted(given)}, needed a configuration or one of ${Object.keys(activationNames).join(", ")}`,
    );
  }
  if (!isRecord(given) || given instanceof Module)
    throw invalid(
      `a layer is ${isRecord(given) ? `a module (${given.constructor.name})` : String(given)}, needed a configuration such as { kind: "linear", outputSize: 5 }`,
    );
  const { name: _, ...layer } = given;
  if (kindNames().includes(String(layer.kind))) return layer as NamelessLayer;
  throw invalid(`a layer has the kind ${quoted(layer.kind)}, needed one of ${kindNames().join(", ")}`);
}

function nameFor(given: SequentialLayer, { kind, activation }: NamelessLayer, names: Set<string>): string {
  const own = typeof given === "object" ? given.name : undefined;
  const wanted = own ?? String(kind === "activation" ? activation : kind);
  let name = wanted;
  for (let count = 2; own === undefined && names.has(name); count++) name = `${wanted}_${count}`;
  if (names.has(name)) throw invalid(`two layers are called ${name}, needed different names`);
  names.add(name);
  return name;
}

/** A layer with what was left out. */
function completed(layer: NamelessLayer, { axes }: ValueShape): LayerConfig {
  const last = axes[axes.length - 1];
  const width = typeof last === "number" ? last : undefined;
  const sized = { ...(width === undefined ? {} : { inputSize: width }), ...layer };
  return configOf(layer, sized, width) as unknown as LayerConfig;
}

function configOf(layer: NamelessLayer, sized: NamelessLayer, width: number | undefined): object {
  const { kind } = layer;
  if (isKnownCell(kind)) {
    const { kind: _, returns = "sequence", ...options } = sized;
    return { kind, options, returns };
  }
  switch (kind) {
    case "linear":
      return { bias: true, ...sized };
    case "conv1d":
      return { stride: 1, dilation: 1, padding: "valid", bias: true, ...sized };
    case "layer-norm":
      return { ...(width === undefined ? {} : { size: width }), epsilon: 1e-5, ...layer };
    case "pool1d":
      return { stride: layer.size, padding: "valid", ...layer };
    default:
      return layer;
  }
}

const READING_STEPS = ["conv1d", "pool1d", "global-pool1d", "reverse-steps", "masking", "select-step"];

function inputOf(layers: readonly SequentialLayer[]): Pick<NetworkInput, "axes"> & Partial<NetworkInput> {
  const [first, ...rest] = layers.map(nameless);
  if (first.kind === "embedding") return { axes: ["B", "T"], kind: "int" };
  const width = first.inputSize ?? first.size;
  if (typeof width !== "number")
    throw invalid(
      `the first layer (${first.kind}) has no inputSize, needed that, or the option input: { axes: ["B", "T", 3] }`,
    );
  const readsSteps = [first, ...rest].some(({ kind }) => isKnownCell(kind) || READING_STEPS.includes(kind));
  return { axes: readsSteps ? ["B", "T", width] : ["B", width] };
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "sequential", problem });
}
