// What `unrolled info` tells of a model from elsewhere: facts as JSON has them.
import { UnrolledError } from "../../errors.ts";
import type { ModelFormat } from "../../models/model.ts";
import type { MadeBy } from "../../models/network-files.ts";
import { networkDataFromFiles } from "../../models/network-folder.ts";
import type { LayerConfig, NetworkConfig } from "../../networks/config.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { networkShapes } from "../../networks/network-shapes.ts";
import { networkOfTensors } from "../../open/network-of-tensors.ts";
import { type ModelData, moduleProblem, type ReadModelOptions } from "../../open/read-model.ts";
import { textOf } from "../failure.ts";
import { type GatePlaces, gatePlaces } from "./gate-places.ts";

export interface ValueFacts {
  readonly name: string;
  readonly kind: string;
  readonly axes: readonly (number | string)[] | "unknown";
}

export interface LayerFacts {
  readonly name: string;
  readonly kind: string;
  readonly config: LayerConfig;
  readonly inputs: readonly string[];
  readonly parameters: number;
  /** In the file's own order. */
  readonly gates?: GatePlaces;
}

export interface TensorFacts {
  readonly name: string;
  readonly shape: readonly number[];
  /** As the file stores it, where its reader tells. */
  readonly dtype?: string;
}

export interface ModelFacts {
  readonly format: ModelFormat | "task";
  readonly parameters: number;
  readonly inputs: readonly ValueFacts[];
  readonly outputs: readonly ValueFacts[];
  readonly layers?: readonly LayerFacts[];
  /** What has trained it, with what it was told and what was measured. */
  readonly task?: string;
  readonly training?: object;
  readonly evaluation?: object;
  /** What it has learned from and was measured on, and what others give there. */
  readonly data?: object;
  readonly baselines?: Readonly<Record<string, object>>;
  readonly tensors: readonly TensorFacts[];
  /** ONNX. */
  readonly opset?: number;
  readonly producer?: string;
  readonly operators?: readonly {
    readonly name: string;
    readonly nodes: number;
    readonly supported: boolean;
  }[];
  readonly recurrent?: readonly {
    readonly name: string;
    readonly operator: string;
    readonly gates: GatePlaces;
  }[];
  /** PyTorch: classes and functions in the file that nothing is known of; nothing of them was run. */
  readonly unknown?: readonly string[];
  /** Why this model cannot be run as it is. */
  readonly problem?: string;
}

/** @throws UnrolledError for a file that cannot be read; one that is read and is no network has a `problem` */
export async function modelFacts(
  data: Exclude<ModelData, { format: "language-model" }>,
  options: ReadModelOptions,
): Promise<ModelFacts> {
  if (data.format === "onnx") {
    const { onnxFacts } = await import("./onnx-facts.ts");
    return onnxFacts(data, options);
  }
  if ("read" in data) {
    const { madeBy, ...network } = await networkDataFromFiles(data.read);
    return { ...networkFacts("network", network), ...(madeBy ? factsOfTraining(madeBy) : {}) };
  }
  if ("network" in data) return networkFacts(data.format, data.network);
  const { format, tensors } = data;
  const unknown =
    "unknown" in data && data.unknown && data.unknown.length > 0 ? { unknown: data.unknown } : {};
  if (format === "task") {
    const own = Object.entries(tensors).map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
    const parameters = own.reduce((sum, { shape }) => sum + size(shape), 0);
    return { format, parameters, inputs: [], outputs: [], tensors: own, problem: moduleProblem(data.task) };
  }
  const facts = Object.entries(tensors).map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  try {
    const made = networkOfTensors(data, options);
    return { ...networkFacts(made.format, made.network), tensors: facts, ...unknown };
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    const parameters = facts.reduce((sum, { shape }) => sum + size(shape), 0);
    return {
      format,
      parameters,
      inputs: [],
      outputs: [],
      tensors: facts,
      ...unknown,
      problem: textOf(error),
    };
  }
}

function factsOfTraining({ task, training, evaluation, data, baselines }: MadeBy): Partial<ModelFacts> {
  return {
    task,
    ...(training ? { training } : {}),
    ...(evaluation ? { evaluation } : {}),
    ...(data ? { data } : {}),
    ...(baselines ? { baselines } : {}),
  };
}

function networkFacts(format: ModelFormat, { config, tensors }: NetworkData): ModelFacts {
  const shapes = networkShapes(config);
  const facts = Object.entries(tensors).map(([name, tensor]) => {
    const { dtype } = tensor as { dtype?: string };
    return { name, shape: [...tensor.shape], ...(dtype === undefined ? {} : { dtype }) };
  });
  return {
    format,
    parameters: facts.reduce((sum, { shape }) => sum + size(shape), 0),
    inputs: config.inputs.map(({ name, kind, axes }) => ({ name, kind, axes })),
    outputs: config.outputs.map(({ name, from }) => ({ name, ...shapes.get(from)! })),
    layers: layersOf(format, config, facts),
    tensors: facts,
  };
}

function layersOf(format: ModelFormat, config: NetworkConfig, tensors: readonly TensorFacts[]): LayerFacts[] {
  return config.layers.map(({ name, inputs, config: layer }) => {
    const gates = gatePlaces(format, layer);
    const own = tensors.filter((tensor) => tensor.name.startsWith(`${name}.`));
    return {
      name,
      kind: layer.kind,
      config: layer,
      inputs,
      parameters: own.reduce((sum, { shape }) => sum + size(shape), 0),
      ...(gates ? { gates } : {}),
    };
  });
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
