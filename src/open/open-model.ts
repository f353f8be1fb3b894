import { openPlace } from "#platform";
import { UnrolledError } from "../errors.ts";
import type { GraphModel } from "../models/graph-model.ts";
import type { FileReader, ModelFiles } from "../models/model-files.ts";
import type { WeightOptions } from "../models/network-folder.ts";
import { NetworkModel } from "../models/network-model.ts";
import type { NetworkData } from "../networks/network-data.ts";
import type { LanguageModel } from "../tasks/language/model/language-model.ts";
import type { Listening } from "../tasks/sound/listening.ts";
import { isTaskOfNetwork, TASKS_OF_NETWORKS, type TaskOfNetwork } from "../tasks/task-table.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { type ModelPlace, placeOfBytes, placeOfFiles } from "./model-place.ts";
import { moduleProblem, type ReadModelOptions, readModel, saying } from "./read-model.ts";
import { TaskModel, type TaskOfModel } from "./task-model.ts";

/** How to open a model, and answers to what its file may leave open. */
export interface OpenModelOptions extends ReadModelOptions, WeightOptions {
  /** Where it runs; a device of its own if not given. */
  readonly device?: Device;
  /** The task that it has to be trained for, by name, or what `defineTask` gave; an error if it was not. */
  readonly task?: string | AnyTask | undefined;
  /** ONNX: bytes that a run may hold at once; 1 GiB if not given. */
  readonly maxRunBytes?: number;
  /** ONNX: operations that a run may take, loops counted out; 10⁸ if not given. */
  readonly maxRunNodes?: number;
  /** ONNX: work that a run may take, in multiplications; 10¹¹ if not given, which are some seconds. */
  readonly maxWork?: number;
  /** Reads files that lie beside the one whose bytes are given: the weights of a TensorFlow.js model, parts of a large one. */
  readonly read?: FileReader;
}

/** A task of the caller's own, as far as its model needs it. */
type AnyTask = TaskOfModel;

type ModelOfTask<Trained> = Trained extends {
  predict?(model: never, input: infer Input, options: never, read: never): infer Found;
}
  ? TaskModel<Input, Awaited<Found>, HeardBy<Trained>>
  : never;

/** What a task that listens says of each frame. */
type HeardBy<Trained> = Trained extends {
  listen?(session: never, options: never, given: never): Listening<infer Heard extends object>;
}
  ? Heard
  : object;

/** The models of tasks that the package knows. */
type TaskModels = {
  readonly [Name in TaskOfNetwork]: ModelOfTask<
    Awaited<ReturnType<(typeof TASKS_OF_NETWORKS)[Name]["load"]>>
  >;
} & { readonly language: LanguageModel };

/** Result of `openModel`: the model of the task that was asked for, or else any model. */
export type OpenedModel<Task> = Task extends keyof TaskModels
  ? TaskModels[Task]
  : Task extends string
    ? NetworkModel
    : Task extends AnyTask
      ? ModelOfTask<Task>
      : NetworkModel | GraphModel | TaskModels[keyof TaskModels];

const CALL = "openModel";

/** Keys of an ONNX file's metadata that say which network it is, and what for. */
const [NETWORK_METADATA, TASK_METADATA] = ["unrolled.network", "unrolled.task"];

/**
 * Opens a recurrent model that was trained anywhere: safetensors (one file or several with an index), a PyTorch `.pt`, Keras `.keras`
 * or `.h5`, TensorFlow.js `model.json`, ONNX, NumPy `.npz`, RTNeural's JSON, weights of TensorFlow's BasicLSTMCell, ml5's charRNN, or a
 * folder that was made here. Contents decide which it is, not names. Nothing in a file is run.
 *
 * @param source a path or URL in Node, a URL in a browser (a folder's ends in "/"), the bytes of a file, or the files of a folder by name
 * @throws UnrolledError "missing-file"; "invalid-file" for a file that is damaged, asks for too much, or has layers or operators that
 * are not read, all of them named; "invalid-argument" or "shape-mismatch" where named tensors are no network by themselves, saying
 * which option decides, and for a model of another task than the one that is asked for
 */
export async function openModel<const Task extends string | AnyTask>(
  source: string | URL | Uint8Array | ModelFiles,
  options: OpenModelOptions & { readonly task: Task },
): Promise<OpenedModel<Task>>;
export async function openModel(
  source: string | URL | Uint8Array | ModelFiles,
  options?: OpenModelOptions & { readonly task?: undefined },
): Promise<OpenedModel<undefined>>;
export async function openModel(
  source: string | URL | Uint8Array | ModelFiles,
  options: OpenModelOptions = {},
): Promise<OpenedModel<undefined>> {
  const place = await placeOf(source, options.read);
  const model = await openPlaced(place, options);
  const { task } = options;
  if (task === undefined) return model;
  const name = typeof task === "string" ? task : task.name;
  const own = "task" in model ? model.task : undefined;
  if (own !== name) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      problem: `${place.title} is a model ${own === undefined ? "of no known task" : `of the task "${own}"`}, needed one of the task "${name}"`,
    });
  }
  return typeof task === "string" ? model : new TaskModel(model as NetworkModel, task, place.read);
}

async function placeOf(
  source: string | URL | Uint8Array | ModelFiles,
  read: FileReader | undefined,
): Promise<ModelPlace> {
  if (typeof source === "string" || source instanceof URL) return openPlace(CALL, source);
  if (source instanceof Uint8Array) return placeOfBytes(CALL, source, read);
  if (typeof source === "object" && source !== null) return placeOfFiles(CALL, source);
  throw new UnrolledError("invalid-argument", {
    call: CALL,
    subject: "source",
    got: `${typeof source}`,
    needed: "a path, a URL, bytes, or files by name",
  });
}

async function openPlaced(
  place: ModelPlace,
  options: OpenModelOptions,
): Promise<NetworkModel | GraphModel | LanguageModel> {
  const data = await readModel(place, options);
  const device = options.device ?? (await openDevice());
  if ("network" in data && data.characters) {
    const { languageModelOfCharacters } = await import(
      "../tasks/language/model/language-model-of-characters.ts"
    );
    const { network, characters } = data;
    return saying(place.title, async () => languageModelOfCharacters(device, network, characters));
  }
  if ("network" in data) return networkModel(device, data);
  switch (data.format) {
    case "language-model": {
      const { openLanguageModel } = await import("../tasks/language/folder/open-language-model.ts");
      return saying(place.title, () => openLanguageModel(device, data.read, options));
    }
    case "network": {
      const { openNetworkFolder } = await import("../models/network-folder.ts");
      const { network, madeBy } = await saying(place.title, () =>
        openNetworkFolder(device, data.read, options),
      );
      return ofTask(new NetworkModel(network, { format: "network", madeBy }), data.read);
    }
    case "task":
      throw new UnrolledError("invalid-argument", {
        call: CALL,
        problem: `${place.title}: ${moduleProblem(data.task)}`,
      });
    case "onnx": {
      const { readOnnxMetadata } = await import("../formats/onnx/metadata.ts");
      const metadata = readOnnxMetadata(CALL, data.bytes, options);
      if (metadata.has(TASK_METADATA) && metadata.has(NETWORK_METADATA)) {
        const { exportedTask } = await import("./exported-task.ts");
        const model = await saying(place.title, async () =>
          exportedTask(CALL, device, data.bytes, metadata, options),
        );
        return ofTask(model);
      }
      const { openOnnxGraph } = await import("./open-onnx-graph.ts");
      return openOnnxGraph(CALL, device, data.bytes, data.place, options);
    }
    default: {
      const { networkOfTensors } = await import("./network-of-tensors.ts");
      const made = await saying(place.title, async () => networkOfTensors(data, options));
      return networkModel(device, made);
    }
  }
}

/** A network with the task that it was trained for, if the package knows that. */
async function ofTask(model: NetworkModel, read?: FileReader): Promise<NetworkModel> {
  const { task } = model;
  if (!isTaskOfNetwork(task)) return model;
  return new TaskModel(model, (await TASKS_OF_NETWORKS[task].load()) as unknown as TaskOfModel, read);
}

async function networkModel(
  device: Device,
  { network, format }: { readonly network: NetworkData; readonly format: NetworkModel["format"] },
): Promise<NetworkModel> {
  const { networkFrom } = await import("../networks/network-data.ts");
  return new NetworkModel(networkFrom(device, network), { format });
}
