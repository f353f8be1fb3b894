// Any model's file or folder as data. What reads files is imported when there is one, so that a page or a command which opens a folder
// that was made here loads no more.
import { UnrolledError } from "../errors.ts";
import type { StateDictFacts } from "../formats/state-dict/network-of-state-dict.ts";
import { parseObject } from "../models/folder-files.ts";
import type { FileReader } from "../models/model-files.ts";
import { NETWORK_TYPE } from "../models/network-type.ts";
import type { ActivationLayerName, Returns } from "../networks/config.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { MODEL_TYPE } from "../tasks/language/folder/model-type.ts";
import type { ModelPlace } from "./model-place.ts";

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
/** Files that a folder of somebody else's may have, first come first read. */
export const IN_FOLDERS: readonly string[] = [
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
  return saying(title, async () => {
    const { readFile } = await import("./read-file.ts");
    return (await readFile(CALL, bytes, place, options)) ?? readFolder(place, options);
  });
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
    const { tensorsIn } = await import("./read-file.ts");
    const tensors = tensorsIn(await read("model.safetensors"), options);
    return { format: "task", task: String(task), tensors };
  }
  for (const name of IN_FOLDERS) {
    const bytes = await ifThere(read, name);
    if (bytes) return readModel({ title: `${title.replace(/\/$/, "")}/${name}`, bytes, read }, options);
  }
  const { FOREIGN_FOLDERS } = await import("./foreign-formats.ts");
  for (const [name, foreign] of Object.entries(FOREIGN_FOLDERS))
    if (await ifThere(read, name))
      throw new UnrolledError("invalid-file", { call: CALL, place: title, ...foreign });
  const said = type === undefined ? missing : `; its config.json has the model_type ${JSON.stringify(type)}`;
  throw new UnrolledError("missing-file", {
    call: CALL,
    problem: `${title} holds no model: needed config.json of a model made here, or ${IN_FOLDERS.join(", ")}${said}`,
  });
}

/** A file of a folder, if there is one. */
export async function ifThere(
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
