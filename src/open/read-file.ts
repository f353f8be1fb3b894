// A file of any format as data: what recognises it, and the reader that it then goes through, which is imported when it is needed.
import { UnrolledError } from "../errors.ts";
import { readSafetensors, readSafetensorsMetadata } from "../formats/safetensors.ts";
import { readShardedSafetensors } from "../formats/sharded-safetensors.ts";
import { isLayerClass } from "../formats/state-dict/module-tensors.ts";
import { modelIn } from "../formats/state-dict/state-dict-of.ts";
import { widenTensors } from "../formats/widen-tensors.ts";
import { networkInMetadata } from "../models/network-in-metadata.ts";
import { checkNetworkData } from "../networks/network-data.ts";
import type { ModelPlace } from "./model-place.ts";
import {
  ifThere,
  type ModelData,
  type NamedTensors,
  type ReadModelOptions,
  type TensorsData,
} from "./read-model.ts";
import { recognise } from "./recognise.ts";

const DESCRIBING = ["nonlinearity", "order", "kinds", "activations", "returns", "forgetBias"] as const;

/** One file, by what it is recognised as; undefined for the configuration of a folder, which has its model beside it. */
export async function readFile(
  call: string,
  bytes: Uint8Array,
  place: ModelPlace,
  options: ReadModelOptions,
): Promise<ModelData | undefined> {
  switch (recognise(call, bytes, place.title)) {
    case "onnx":
      return { format: "onnx", bytes, place };
    case "config":
      return undefined;
    case "safetensors":
      return ofSafetensors(tensorsIn(bytes, options), readSafetensorsMetadata(bytes), options);
    case "safetensors-index": {
      const tensors = await readShardedSafetensors(bytes, place.read, options);
      return { format: "safetensors", tensors: widenTensors(tensors).tensors, metadata: {} };
    }
    case "pytorch": {
      const { readPyTorchFile } = await import("../formats/pytorch.ts");
      const { value, unknown } = await readPyTorchFile(bytes, options);
      const { tensors, layers } = modelIn(value);
      return {
        format: "pytorch",
        tensors,
        metadata: {},
        facts: { inOrder: true, layers },
        unknown: unknown.filter((name) => !isLayerClass(name)),
      };
    }
    case "keras": {
      const { readKeras } = await import("../formats/keras/read-keras.ts");
      return { format: "keras", network: await readKeras(bytes, options) };
    }
    case "numpy": {
      const { readNpz } = await import("../formats/numpy/read-npz.ts");
      const tensors = await readNpz(bytes, options);
      return { format: "numpy", tensors, metadata: {}, facts: { inOrder: true } };
    }
    case "rtneural": {
      const { readRTNeural } = await import("../formats/rtneural.ts");
      return { format: "rtneural", network: readRTNeural(textOf(bytes), options) };
    }
    case "variables":
      return readCharRNN(bytes, place, options);
    case "tensorflow-js": {
      const { readTensorFlowJs } = await import("../formats/tensorflow-js/read-tensorflow-js.ts");
      const network = await readTensorFlowJs(textOf(bytes), place.read, options);
      return { format: "tensorflow-js", network };
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** ml5's charRNN: the variables that manifest.json lists, and vocab.json beside it, where there is one. */
async function readCharRNN(
  bytes: Uint8Array,
  { read }: ModelPlace,
  options: ReadModelOptions,
): Promise<ModelData> {
  const { charactersIn, readVariables } = await import("../formats/char-rnn.ts");
  const { isBasicLSTMName, networkOfBasicLSTM } = await import("../formats/basic-lstm.ts");
  const variables = await readVariables(JSON.parse(textOf(bytes)), read, options);
  // What the optimiser counts is listed too.
  const own = Object.entries(variables).filter(([name]) => isBasicLSTMName(name));
  const network = networkOfBasicLSTM(Object.fromEntries(own), options);
  const vocabulary = await ifThere(read, "vocab.json");
  const characters = vocabulary && charactersIn(textOf(vocabulary));
  return { format: "basic-lstm", network, characters };
}

/** Tensors of a safetensors file; weights that were stored as bytes with scales are the numbers that they stand for. */
export function tensorsIn(bytes: Uint8Array, options: ReadModelOptions): NamedTensors {
  return widenTensors(readSafetensors(bytes, options)).tensors;
}

/** Options that say which network tensors are, of those that were given. */
export function describingOptions(options: ReadModelOptions): (keyof ReadModelOptions)[] {
  return DESCRIBING.filter((name) => options[name] !== undefined);
}

/** The network that a file says it holds, or its tensors. */
function ofSafetensors(
  tensors: NamedTensors,
  metadata: TensorsData["metadata"],
  options: ReadModelOptions,
): ModelData {
  const config = networkInMetadata(metadata);
  if (!config) return { format: "safetensors", tensors, metadata, facts: { inOrder: !areSorted(tensors) } };
  const given = describingOptions(options);
  if (given.length > 0) {
    throw new UnrolledError(
      "invalid-argument",
      `the file says itself which network it holds, so ${given.join(", ")} cannot be chosen`,
    );
  }
  const network = { config, tensors };
  checkNetworkData(network);
  return { format: "safetensors", network };
}

/** Whether tensors of one type come by the alphabet, as most writers of safetensors sort them; that says nothing of how they are run. */
function areSorted(tensors: NamedTensors): boolean {
  const last = new Map<string, string>();
  return Object.entries(tensors).every(([name, { dtype }]) => {
    const before = last.get(dtype);
    last.set(dtype, name);
    return before === undefined || before <= name;
  });
}
