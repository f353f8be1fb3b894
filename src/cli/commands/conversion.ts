// What `unrolled convert` writes, made in memory: the bytes of a file, or the files of a folder.

import { writeKerasWeights } from "../../formats/keras/write-keras-weights.ts";
import { TYPES } from "../../formats/onnx/data-types.ts";
import { readModelProto } from "../../formats/onnx/model-proto.ts";
import { writeOnnx } from "../../formats/onnx/write/write-model.ts";
import { readSafetensors, readSafetensorsMetadata } from "../../formats/safetensors.ts";
import { type StoredPrecision, storedAs } from "../../formats/stored-as.ts";
import { writeSafetensors } from "../../formats/write-safetensors.ts";
import { filesBeside, type ModelFiles } from "../../models/model-files.ts";
import { networkDataFromFiles, networkFiles } from "../../models/network-folder.ts";
import { GRAPH_WEIGHTS_METADATA, networkMetadata } from "../../models/network-metadata.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { withExternalData } from "../../open/external-data.ts";
import { networkOfTensors } from "../../open/network-of-tensors.ts";
import { describingOptions } from "../../open/read-file.ts";
import { type ModelData, moduleProblem, type ReadModelOptions } from "../../open/read-model.ts";
import { modelFiles } from "../../tasks/language/folder/language-folder.ts";
import { languageModelParts } from "../../tasks/language/folder/read-language-folder.ts";
import { exportedNetwork } from "../../tasks/language/model/exported-network.ts";
import type { LanguageModelParts } from "../../tasks/language/model/language-model.ts";
import { languageModelOfCharacters } from "../../tasks/language/model/language-model-of-characters.ts";
import { describedTask } from "../../tasks/task-table.ts";
import type { Device } from "../../tensor/device.ts";
import { CommandError } from "../failure.ts";
import type { Target } from "./convert-command.ts";

export interface Conversion {
  /** Of an ONNX graph only the weights, as safetensors. */
  readonly from: ModelData;
  readonly to: Target;
  readonly dtype: StoredPrecision;
  readonly reading: ReadModelOptions;
}

/** @throws CommandError for what cannot be written so, UnrolledError where the model is not what the format needs */
export async function converted(
  { from, to, dtype, reading }: Conversion,
  openDevice: () => Promise<Device>,
): Promise<Uint8Array | ModelFiles> {
  switch (to) {
    case "folder":
      return inFewerBits(await folderOf(), dtype);
    case "safetensors":
      return safetensors();
    case "onnx":
      return onnx();
    case "keras":
      return writeKerasWeights(await networkOf());
  }

  async function folderOf(): Promise<ModelFiles> {
    if (from.format === "network") {
      const { madeBy, ...network } = await networkDataFromFiles(from.read);
      const { beside } = (await describedTask(madeBy?.task ?? "")) ?? {};
      return { ...(await networkFiles(network, madeBy)), ...(await filesBeside(from.read, beside)) };
    }
    if ("network" in from && from.characters) {
      const { network, characters } = from;
      return modelFiles(languageModelOfCharacters(await openDevice(), network, characters));
    }
    if (from.format !== "language-model") return networkFiles(await networkOf());
    const trained = await languageModel();
    // What the model was found to be is not what it is in fewer bits.
    return modelFiles(dtype === "float32" ? trained : { ...trained, evaluation: undefined });
  }

  /**
   * A network with its configuration in the metadata. Tensors of which no option says what they are keep the names that their file
   * has, and are as open as they were.
   */
  async function safetensors(): Promise<Uint8Array> {
    if (from.format === "onnx")
      return writeSafetensors(storedAs(await onnxWeights(from, reading), dtype), GRAPH_WEIGHTS_METADATA);
    if ("tensors" in from && describingOptions(reading).length === 0)
      return writeSafetensors(storedAs(from.tensors, dtype), { ...metadataOf(from), format: "pt" });
    const { config, tensors } = await networkOf();
    return writeSafetensors(storedAs(tensors, dtype), networkMetadata(config));
  }

  /** The model of a task has what its inputs and outputs mean in the metadata: what config.json says, but for the network. */
  async function onnx(): Promise<Uint8Array> {
    if (from.format !== "network") return writeOnnx(await networkOf());
    const { madeBy, ...network } = await networkDataFromFiles(from.read);
    if (!madeBy) return writeOnnx(network);
    const { network: config, ...options } = (madeBy.options ?? {}) as { readonly network?: unknown };
    return writeOnnx(network, {
      metadata: {
        "unrolled.network": JSON.stringify(config ?? network.config),
        "unrolled.task": JSON.stringify({ task: madeBy.task, options, training: madeBy.training }),
      },
    });
  }

  async function networkOf(): Promise<NetworkData> {
    if (from.format === "onnx") throw new CommandError("an ONNX graph is no network of layers");
    if (from.format === "task") throw new CommandError(moduleProblem(from.task));
    if ("tensors" in from) return networkOfTensors(from, reading).network;
    if ("network" in from) return from.network;
    if (from.format === "network") return networkDataFromFiles(from.read);
    return exportedNetwork(await languageModel());
  }

  async function languageModel(): Promise<LanguageModelParts> {
    if (!("read" in from)) throw new CommandError("needed the folder of a language model");
    return languageModelParts(await openDevice(), from.read, { weights: "float32" });
  }
}

/** What a file says of its tensors. */
function metadataOf(from: ModelData): Readonly<Record<string, string>> {
  return "metadata" in from ? from.metadata : {};
}

/** The files of a folder whose weights are float32, with these in fewer bits. */
function inFewerBits(files: ModelFiles, dtype: StoredPrecision): ModelFiles {
  if (dtype === "float32") return files;
  const weights = files["model.safetensors"];
  const stored = storedAs(readSafetensors(weights), dtype);
  return { ...files, "model.safetensors": writeSafetensors(stored, readSafetensorsMetadata(weights)) };
}

/** The constants of a graph that are numbers of the kind that networks learn. */
async function onnxWeights(
  { bytes, place }: Extract<ModelData, { format: "onnx" }>,
  { maxBytes }: ReadModelOptions,
): Promise<StateDict> {
  const bounds = maxBytes === undefined ? {} : { maxBytes };
  const { graph } = await withExternalData("readModelProto", place, (externalData) =>
    readModelProto("readModel", bytes, { ...bounds, externalData }),
  );
  const floats = graph.constants.filter(({ value }) => TYPES[value.type].kind === "float");
  return Object.fromEntries(
    floats.map(({ name, value }) => [name, { shape: value.dims, data: Float32Array.from(value.data) }]),
  );
}
