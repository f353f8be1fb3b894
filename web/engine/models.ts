// The open models of the worker, by slot, and the answers about them.
import {
  type Device,
  type LanguageModel,
  type ModelFiles,
  openDevice,
  openModel,
  UnrolledError,
} from "unrolled";
import type { Answers } from "./answers.ts";
import type { GivenFile, ModelSummary, Slot } from "./protocol.ts";

const openModels = new Map<Slot, LanguageModel>();
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
export function modelIn(slot: Slot): LanguageModel {
  const trained = openModels.get(slot);
  if (!trained)
    throw new UnrolledError("invalid-argument", { call: "explorer", problem: `no model is open in ${slot}` });
  return trained;
}

/** Puts a model in a slot, such as one that has just been trained. */
export function setModel(slot: Slot, trained: LanguageModel): ModelSummary {
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
async function openPlace(source: string): Promise<LanguageModel> {
  const url = new URL(source);
  if (url.pathname.endsWith("/")) return opened(url.href);
  const { foreignModelAt } = await import("./foreign-models.ts");
  return foreignModelAt(await engineDevice(), url);
}

/** A model of this library; one with a condition as it reads a text of an unknown category. */
async function opened(source: string | ModelFiles): Promise<LanguageModel> {
  const device = await engineDevice();
  const model = await openModel(source, { device, weights: "float32", task: "language" });
  return model.config.condition ? model.conditionedOn() : model;
}

/** The files of a folder, or of a model from elsewhere, whose readers are fetched when they are needed. */
async function openFiles(files: readonly GivenFile[]): Promise<LanguageModel> {
  const named: ModelFiles = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  if (named["config.json"] && named["model.safetensors"]) return opened(named);
  const { foreignModelOf } = await import("./foreign-models.ts");
  return foreignModelOf(await engineDevice(), named);
}

function summaryOf({ network, config, tokenizer, evaluation }: LanguageModel): ModelSummary {
  const { cell, numLayers, hiddenSize, embeddingSize, vocabularySize } = config;
  return {
    cell,
    numLayers,
    hiddenSize,
    embeddingSize,
    parameters: network.parameterCount(),
    tokens: Array.from({ length: vocabularySize }, (_, id) => tokenizer.token(id)),
    bitsPerCharacter: evaluation?.bitsPerCharacter ?? undefined,
    backend: network.device.backend,
  };
}
