// The open models of the worker, by slot, and the answers about them.
import {
  type Device,
  loadModel,
  type ModelFiles,
  OpenedLanguageModel,
  openDevice,
  openModel,
  type TrainedModel,
  UnrolledError,
} from "unrolled";
import type { Answers } from "./answers.ts";
import type { GivenFile, ModelSummary, Slot } from "./protocol.ts";

const opened = new Map<Slot, TrainedModel>();
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
  const trained = opened.get(slot);
  if (!trained) throw new UnrolledError("invalid-argument", `explorer: no model is open in ${slot}`);
  return trained;
}

/** Puts a model in a slot, such as one that has just been trained. */
export function setModel(slot: Slot, trained: TrainedModel): ModelSummary {
  opened.set(slot, trained);
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
  return languageModelOf(await openModel(url, { device: await engineDevice() }), source);
}

/** The files of a folder, or one file of a model from elsewhere. */
async function openFiles(files: readonly GivenFile[]): Promise<TrainedModel> {
  const named: ModelFiles = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  if (named["config.json"] && named["model.safetensors"])
    return loadModel(named, { device: await engineDevice(), weights: "float32" });
  const [first] = files;
  if (!first) throw new UnrolledError("missing-file", "explorer: nothing was dropped");
  const read = async (name: string) => {
    if (named[name]) return named[name];
    throw new UnrolledError("missing-file", `explorer: ${name} is missing, drop it along with ${first.name}`);
  };
  return languageModelOf(await openModel(first.bytes, { device: await engineDevice(), read }), first.name);
}

function languageModelOf(model: unknown, name: string): TrainedModel {
  if (model instanceof OpenedLanguageModel) return model.trained;
  throw new UnrolledError(
    "invalid-file",
    `explorer: ${name} is a network that reads numbers, and this page shows models that read text; drop a model's folder with its tokenizer.json`,
  );
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
