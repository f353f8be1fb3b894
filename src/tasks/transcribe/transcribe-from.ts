// Learning that goes on from another recogniser: the same network with noise on its weights, or a transducer whose encoder was trained by CTC
// (Graves, Mohamed & Hinton 2013).
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { UnrolledError } from "../../errors.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { StateDict } from "../../module/module.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import type { Device } from "../../tensor/device.ts";
import { shapeText } from "../../tensor/tensor.ts";
import type { Hearing } from "../sound/ear.ts";
import type { TranscribeSettings } from "./transcribe-options.ts";
import { hearingOf, type TranscribeReading } from "./transcribe-reading.ts";

/** Place of first weights among a seed's streams of random numbers. */
const WEIGHTS = 11;

/**
 * How the other recogniser reads: its alphabet and its mean and deviation are kept.
 *
 * @throws UnrolledError "invalid-argument" for a model of another task, and where the settings hear or write otherwise than it does
 */
export function readingOfModel(model: ModelFiles, settings: TranscribeSettings): TranscribeReading {
  const config = JSON.parse(new TextDecoder().decode(model["config.json"])) as {
    readonly task?: string;
    readonly options?: { readonly reading: TranscribeReading };
  };
  if (config.task === "transcribe" && config.options)
    return requireSameReading(config.options.reading, settings);
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: `the model to go on from is of the task ${config.task ?? "language"}, needed a recogniser`,
  });
}

function requireSameReading(reading: TranscribeReading, settings: TranscribeSettings): TranscribeReading {
  const known = heardBy(reading.hearing, reading, tokenizerFromJSON(reading.tokenizer).kind);
  const said = heardBy(hearingOf(settings), settings, settings.tokenizer);
  for (const [option, value] of Object.entries(known))
    if (said[option] !== value)
      throw new UnrolledError("invalid-argument", {
        call: "train",
        subject: [{ option }],
        got: String(said[option]),
        needed: `${value}, as the model to go on from has it`,
      });
  return reading;
}

/** What sounds become and what texts are read as, by the names of settings. */
function heardBy(
  { frontEnd, featureWidth, deltas }: Hearing,
  { normalize, lowercase }: Pick<TranscribeReading, "normalize" | "lowercase">,
  tokenizer: string,
): Readonly<Record<string, unknown>> {
  const { kind: features, sampleRateHz: sampleRate, style, coefficients, filters, energy } = frontEnd;
  const front = { features, sampleRate, style, coefficients, filters, energy };
  return { ...front, deltas, featureWidth, normalize, tokenizer, lowercase };
}

/** New weights of a network. */
export function newWeights(device: Device, network: NetworkConfig, seed: number): Promise<StateDict> {
  return new LayeredNetwork(device, network, { generator: new Generator(seed).fork(WEIGHTS) }).stateDict();
}

/** Weights in place of new ones: those of the other recogniser where layers have the same name. */
export function weightsOfModel(weights: StateDict, model: ModelFiles): StateDict {
  const trained = readSafetensors(model["model.safetensors"]);
  const taken = Object.entries(weights).map(([name, own]) => {
    const other = Object.hasOwn(trained, name) ? trained[name] : undefined;
    if (other && shapeText(other.shape) !== shapeText(own.shape))
      throw new UnrolledError("shape-mismatch", {
        call: "train",
        problem: `${name} is ${shapeText(own.shape)} by the settings, and ${shapeText(other.shape)} in the model to go on from`,
      });
    return [name, other ?? own] as const;
  });
  return Object.fromEntries(taken);
}
