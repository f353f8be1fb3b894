// The open models of the worker, by slot, and the answers about them.
import { type Device, LanguageModel, type ModelFiles, openDevice, openModel, UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import type { GivenFile, ModelSummary, Slot } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";

const openModels = new Map<Slot, LanguageModel | LookedModel>();
const devices: { core?: Promise<Device>; all?: Promise<Device> } = {};

/** The device of all models that need these kernels: "core" those that were made to predict the next token. */
export function engineDevice(kernels: keyof typeof devices): Promise<Device> {
  devices[kernels] ??= fastestDevice(kernels).catch((error) => {
    delete devices[kernels];
    throw error;
  });
  return devices[kernels];
}

/** Relaxed SIMD, whose last bits differ between processors, is much faster where there is one; numbers here are for looking at. */
async function fastestDevice(kernels: "core" | "all"): Promise<Device> {
  try {
    return await openDevice({ backend: "wasm-relaxed", kernels });
  } catch {
    return openDevice({ kernels });
  }
}

/** The model in a slot, which predicts the next token. */
export function modelIn(slot: Slot): LanguageModel {
  const found = anyModelIn(slot);
  if (found instanceof LanguageModel) return found;
  throw new UnrolledError("invalid-argument", {
    call: "explorer",
    problem: "this needs a model that predicts the next token",
  });
}

/** The model in a slot, whatever it says. */
export function anyModelIn(slot: Slot): LanguageModel | LookedModel {
  const found = openModels.get(slot);
  if (found) return found;
  throw new UnrolledError("invalid-argument", { call: "explorer", problem: `no model is open in ${slot}` });
}

/** Puts a model in a slot, such as one that has just been trained. */
export function setModel(slot: Slot, trained: LanguageModel): ModelSummary {
  openModels.set(slot, trained);
  return summaryOf(trained);
}

export const modelAnswers: Answers<"open"> = {
  async open({ slot, source }) {
    const found = typeof source === "string" ? await openPlace(source) : await openFiles(source);
    if (found instanceof LanguageModel) return setModel(slot, found);
    const { taskSummary } = await import("./task-models.ts");
    const summary = await taskSummary(found);
    openModels.set(slot, found);
    return summary;
  },
};

/** What lies at a URL; a folder's ends in "/". */
async function openPlace(source: string): Promise<LanguageModel | LookedModel> {
  const url = new URL(source);
  if (url.pathname.endsWith("/")) return opened(url.href);
  const { foreignModelAt } = await import("./foreign-models.ts");
  return foreignModelAt(await engineDevice("all"), url);
}

/** A model of this library; one with a condition as it reads a text of an unknown category. */
async function opened(source: string | ModelFiles): Promise<LanguageModel | LookedModel> {
  const device = await engineDevice((await isLanguageModel(source)) ? "core" : "all");
  const model = await openModel(source, { device, weights: "float32" });
  if (model instanceof LanguageModel) return model.config.condition ? model.conditionedOn() : model;
  if ("look" in model) return model as LookedModel;
  throw new UnrolledError("invalid-argument", {
    call: "explorer",
    problem:
      "this folder is a model of no task that the page knows; it opens models that predict the next token, classifiers, taggers, forecasters, translators and those that describe pictures",
  });
}

/** Whether a folder's config.json says so. What is wrong with it is said where the folder is opened. */
async function isLanguageModel(source: string | ModelFiles): Promise<boolean> {
  try {
    const config =
      typeof source === "string"
        ? await (await fetch(new URL("config.json", source))).text()
        : new TextDecoder().decode(source["config.json"]);
    return JSON.parse(config).model_type === "unrolled-language-model";
  } catch {
    return false;
  }
}

/** The files of a folder, or of a model from elsewhere, whose readers are fetched when they are needed. */
async function openFiles(files: readonly GivenFile[]): Promise<LanguageModel | LookedModel> {
  const named: ModelFiles = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  if (named["config.json"] && named["model.safetensors"]) return opened(named);
  const { foreignModelOf } = await import("./foreign-models.ts");
  return foreignModelOf(await engineDevice("all"), named);
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
