// The open models of the worker, by slot, and the answers about them.
import {
  type Device,
  languageModelOfNetwork,
  loadModel,
  type ModelFiles,
  networkData,
  OpenedLanguageModel,
  type OpenedModel,
  OpenedNetwork,
  openDevice,
  openModel,
  type TrainedModel,
  tokenizerFromJSON,
  trainTokenizer,
  UnrolledError,
} from "unrolled";
import type { Answers } from "./answers.ts";
import type { GivenFile, ModelSummary, Slot } from "./protocol.ts";

/** As many tokens as there are bytes. */
const BYTES = 256;

const openModels = new Map<Slot, TrainedModel>();
let device: Promise<Device> | undefined;

/** The one device that all models stand on. */
export function engineDevice(): Promise<Device> {
  device ??= fastestDevice().catch((error) => {
    device = undefined;
    throw error;
  });
  return device;
}

/** Relaxed SIMD, whose last bits differ between processors, is much faster where there is one; numbers here are for looking at. */
async function fastestDevice(): Promise<Device> {
  try {
    return await openDevice({ backend: "wasm-relaxed" });
  } catch {
    return openDevice();
  }
}

/** The model in a slot. */
export function modelIn(slot: Slot): TrainedModel {
  const trained = openModels.get(slot);
  if (!trained) throw new UnrolledError("invalid-argument", `explorer: no model is open in ${slot}`);
  return trained;
}

/** Puts a model in a slot, such as one that has just been trained. */
export function setModel(slot: Slot, trained: TrainedModel): ModelSummary {
  openModels.set(slot, trained);
  return summaryOf(trained);
}

export const modelAnswers: Answers<"open"> = {
  async open({ slot, source }) {
    const trained = typeof source === "string" ? await openPlace(source) : await openFiles(source);
    return setModel(slot, trained);
  },
};

/** What lies at a URL; a folder's ends in "/". */
async function openPlace(source: string): Promise<TrainedModel> {
  const url = new URL(source);
  if (url.pathname.endsWith("/"))
    return loadModel(url.href, { device: await engineDevice(), weights: "float32" });
  return languageModelOf(await openModel(url, { device: await engineDevice() }), source, async () => {
    const response = await fetch(new URL("tokenizer.json", url));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  });
}

/** The files of a folder, or one file of a model from elsewhere. */
async function openFiles(files: readonly GivenFile[]): Promise<TrainedModel> {
  const named: ModelFiles = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  if (named["config.json"] && named["model.safetensors"])
    return loadModel(named, { device: await engineDevice(), weights: "float32" });
  // The tokenizer says what tokens are; the model is the other file, or the one that names the others.
  const first =
    files.find(({ name }) => /^model\.json$|index\.json$/.test(name)) ??
    files.find(({ name }) => !/^(tokenizer|generation_config)\.json$/.test(name));
  if (!first) throw new UnrolledError("missing-file", "explorer: nothing was dropped");
  const read = async (name: string) => {
    if (named[name]) return named[name];
    throw new UnrolledError("missing-file", `explorer: ${name} is missing, drop it along with ${first.name}`);
  };
  const opened = await openModel(first.bytes, { device: await engineDevice(), read });
  return languageModelOf(opened, first.name, async () => named["tokenizer.json"]);
}

/** A model from elsewhere as one that reads text: what its ids stand for is in a tokenizer.json beside it, or they are bytes. */
async function languageModelOf(
  opened: OpenedModel,
  name: string,
  readTokenizer: () => Promise<Uint8Array | undefined>,
): Promise<TrainedModel> {
  if (opened instanceof OpenedLanguageModel) return opened.trained;
  const refuse = (why: string) => new UnrolledError("invalid-file", `explorer: ${name} ${why}`);
  if (!(opened instanceof OpenedNetwork))
    throw refuse(
      "is an ONNX graph: the library runs it, but this page looks into layers that it knows by name; the safetensors, PyTorch or Keras file that it was made from can be opened",
    );
  const [input] = opened.inputs;
  if (input.kind !== "int")
    throw refuse("is a network that reads numbers, and this page shows models that read text");
  const data = await networkData(opened.network);
  const file = await readTokenizer();
  const embedding = data.config.layers.find(({ config }) => config.kind === "embedding")?.config;
  const isOfBytes = embedding?.kind === "embedding" && embedding.vocabularySize === BYTES;
  if (!file && !isOfBytes)
    throw refuse("does not say what its tokens are; drop its tokenizer.json along with it");
  const tokenizer = file
    ? tokenizerFromJSON(JSON.parse(new TextDecoder().decode(file)))
    : trainTokenizer({ kind: "byte", text: "" });
  return { model: languageModelOfNetwork(await engineDevice(), data, tokenizer), tokenizer };
}

function summaryOf({ model, tokenizer, evaluation }: TrainedModel): ModelSummary {
  const { cell, numLayers, hiddenSize, embeddingSize, vocabularySize } = model.config;
  return {
    ...{ cell, numLayers, hiddenSize, embeddingSize },
    parameters: model.parameterCount(),
    tokens: Array.from({ length: vocabularySize }, (_, id) => tokenizer.token(id)),
    bitsPerCharacter: evaluation?.bitsPerCharacter ?? undefined,
    backend: model.device.backend,
  };
}
