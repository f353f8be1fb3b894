// Any model's file or folder as data: what recognises it, and the reader that it then goes through. Readers are imported when they are
// needed, so that a page or a command loads the ones that it uses.
import { UnrolledError } from "../errors.ts";
import { readSafetensors, readSafetensorsMetadata, type SafetensorsTensor } from "../formats/safetensors.ts";
import { readShardedSafetensors } from "../formats/sharded-safetensors.ts";
import { isLayerClass } from "../formats/state-dict/module-tensors.ts";
import type { StateDictFacts } from "../formats/state-dict/network-of-state-dict.ts";
import { modelIn } from "../formats/state-dict/state-dict-of.ts";
import { widenTensors } from "../formats/widen-tensors.ts";
import { parseObject } from "../models/folder-files.ts";
import type { FileReader } from "../models/model-files.ts";
import { NETWORK_TYPE } from "../models/network-folder.ts";
import { networkInMetadata } from "../models/network-metadata.ts";
import type { ActivationLayerName, Returns } from "../networks/config.ts";
import { checkNetworkData, type NetworkData } from "../networks/network-data.ts";
import { MODEL_TYPE } from "../tasks/language/folder/model-type.ts";
import { FOREIGN_FOLDERS } from "./foreign-formats.ts";
import type { ModelPlace } from "./model-place.ts";
import { type FileKind, recognise } from "./recognise.ts";

/** What a file may leave open. */
export interface ReadModelOptions {
  /** Bytes that may be made from the file; what its reader takes by itself if not given. */
  readonly maxBytes?: number;
  /** PyTorch: what an nn.RNN uses. */
  readonly nonlinearity?: "tanh" | "relu";
  /** PyTorch: the layers in the order they are run, where their widths allow more than one. */
  readonly order?: readonly string[];
  /** PyTorch: what a matrix without a bias is, where its width does not tell. */
  readonly kinds?: Readonly<Record<string, "embedding" | "linear">>;
  /** PyTorch: what is applied to the outputs of a layer, "none" if nothing; needed between two linear ones. */
  readonly activations?: Readonly<Record<string, ActivationLayerName | "none">>;
  /** PyTorch: whether the last recurrent layer hands on all steps, or the last of each sequence; all if not given. */
  readonly returns?: Returns;
  /** TensorFlow's BasicLSTMCell: what it adds to the forget gate when it runs; 1 if not given. */
  readonly forgetBias?: number;
  /** Keras: what `model.to_json()` gave, for files of weights alone. */
  readonly config?: string;
}

/** A tensor by name, with the type that the file stores it as. */
export type NamedTensors = Readonly<
  Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/** Tensors by name, of which names, shapes and options say what network they are. */
export interface TensorsData {
  readonly format: "safetensors" | "pytorch" | "numpy";
  readonly tensors: NamedTensors;
  /** What the file says of itself beside them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the file says of its tensors. */
  readonly facts?: StateDictFacts;
  /** PyTorch: classes and functions that the file asks for and that nothing is known of; they are kept as data. */
  readonly unknown?: readonly string[];
}

/** A model as data: tensors by name, a network, a graph, or a folder that was made here. */
export type ModelData =
  | TensorsData
  | {
      readonly format: "safetensors" | "keras" | "tensorflow-js" | "rtneural" | "basic-lstm";
      readonly network: NetworkData;
      /** What its ids stand for, if it is a language model whose folder tells. */
      readonly characters?: readonly string[] | undefined;
    }
  | { readonly format: "onnx"; readonly bytes: Uint8Array; readonly place: ModelPlace }
  | { readonly format: "network" | "language-model"; readonly read: FileReader }
  | { readonly format: "task"; readonly task: string; readonly tensors: NamedTensors };

/** Why weights of a module that a task has made are no model by themselves. */
export function moduleProblem(task: string): string {
  return `it holds the weights of a module of the task "${task}", which is no network; make the module and load them: module.loadStateDict(readSafetensors(…))`;
}

const CALL = "openModel";
/** What config.json calls a folder whose model is a module of the task's own. */
export const TASK_TYPE = "unrolled-task";
const DESCRIBING = ["nonlinearity", "order", "kinds", "activations", "returns", "forgetBias"] as const;
/** Files that a folder of somebody else's may have, first come first read. */
const IN_FOLDERS = [
  "model.safetensors",
  "model.safetensors.index.json",
  "model.json",
  "model.onnx",
  "pytorch_model.bin",
  "manifest.json",
];

/** Reads a model from where it lies. Errors say where that is. */
export async function readModel(place: ModelPlace, options: ReadModelOptions): Promise<ModelData> {
  const { bytes, title } = place;
  if (!bytes) return readFolder(place, options);
  const kind = recognise(CALL, bytes, title);
  return saying(title, () => readFile(kind, bytes, place, options));
}

/** Has errors say where the model lies. */
export async function saying<Result>(title: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.call === CALL) throw error;
    throw error.within({ call: CALL, place: title });
  }
}

/** One file, by what it was recognised as. */
async function readFile(
  kind: FileKind,
  bytes: Uint8Array,
  place: ModelPlace,
  options: ReadModelOptions,
): Promise<ModelData> {
  switch (kind) {
    case "onnx":
      return { format: "onnx", bytes, place };
    case "config":
      return readFolder(place, options);
    case "safetensors":
      return ofSafetensors(widened(readSafetensors(bytes, options)), readSafetensorsMetadata(bytes), options);
    case "safetensors-index": {
      const tensors = await readShardedSafetensors(bytes, place.read, options);
      return { format: "safetensors", tensors: widened(tensors), metadata: {} };
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

/** Weights that were stored as bytes with scales, as the numbers that they stand for. */
function widened(tensors: Readonly<Record<string, SafetensorsTensor>>): NamedTensors {
  return widenTensors(tensors).tensors;
}

async function readFolder(place: ModelPlace, options: ReadModelOptions): Promise<ModelData> {
  const { title, read } = place;
  let missing = "";
  const config = await ifThere(read, "config.json", (why) => {
    missing = `; ${why}`;
  });
  const type = config ? parseObject("config.json", config).model_type : undefined;
  if (type === MODEL_TYPE) return { format: "language-model", read };
  if (type === NETWORK_TYPE) return { format: "network", read };
  if (type === TASK_TYPE) {
    const { task } = parseObject("config.json", config!);
    const tensors = widened(readSafetensors(await read("model.safetensors"), options));
    return { format: "task", task: String(task), tensors };
  }
  for (const name of IN_FOLDERS) {
    const bytes = await ifThere(read, name);
    if (bytes) return readModel({ title: `${title.replace(/\/$/, "")}/${name}`, bytes, read }, options);
  }
  for (const [name, foreign] of Object.entries(FOREIGN_FOLDERS))
    if (await ifThere(read, name))
      throw new UnrolledError("invalid-file", { call: CALL, place: title, ...foreign });
  const said = type === undefined ? missing : `; its config.json has the model_type ${JSON.stringify(type)}`;
  throw new UnrolledError("missing-file", {
    call: CALL,
    problem: `${title} holds no model: needed config.json of a model made here, or ${IN_FOLDERS.join(", ")}${said}`,
  });
}

async function ifThere(
  read: ModelPlace["read"],
  name: string,
  onMissing: (why: string) => void = () => {},
): Promise<Uint8Array | undefined> {
  try {
    return await read(name);
  } catch (error) {
    if (error instanceof UnrolledError && error.code === "missing-file") {
      onMissing(error.textFor());
      return undefined;
    }
    throw error;
  }
}
