// Translators: what they write to a source, and what the encoder, attention and the decoder compute on the way.
import { UnrolledError } from "unrolled";
import { traceEncoderDecoder } from "unrolled/inspect";
import type { ModelSummary, Reading } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";
import type { TranslationReading } from "./writer-protocol.ts";
import { writerSummary } from "./writer-summary.ts";

/** Hypotheses that are followed at a time, of which as many are shown. */
const BEAM = 5;

/** The likeliest tokens that are told at a step. */
const LIKELIEST = 5;

/** As people read the end of a sequence. */
const END = "(end)";

/** What the task says of an answer, as far as it is shown. */
interface Answer {
  readonly target: string;
  readonly logProbability: number;
  readonly sourceTokens: readonly string[];
  readonly targetTokens: readonly string[];
  readonly alternatives: readonly { readonly target: string }[];
}

/** What the page is told of an open translator. */
export function translatorSummary(model: LookedModel): ModelSummary {
  return writerSummary(model, "translate");
}

/** A source as such a model has read and translated it. */
export async function readTranslation(model: LookedModel, text: string): Promise<Reading> {
  const source = text.trim();
  if (source === "")
    throw new UnrolledError("invalid-argument", { call: "explorer", problem: "the text is empty" });
  const look = await model.look({ source, beam: BEAM, nBest: BEAM });
  const { layers, attention } = traceEncoderDecoder(model.network, look.inputs);
  const { target, logProbability, sourceTokens, targetTokens, alternatives } = look.answer as Answer;
  const V = look.names.length;
  const steps = look.words.length;
  const hasEnded = targetTokens.at(-1) === sourceTokens.at(-1);
  const rows = Array.from({ length: steps }, (_, step) => look.said.subarray(step * V, (step + 1) * V));
  const translation: TranslationReading = {
    source: [...sourceTokens.slice(0, -1).map(visible), END],
    target: targetTokens.map((token, at) => (hasEnded && at === steps - 1 ? END : visible(token))),
    text: target,
    logProbability,
    encoder: layers.filter(({ name }) => name.startsWith("encoder.")),
    decoder: layers.filter(({ name }) => name.startsWith("decoder.")),
    heads: attention.flatMap(({ heads }) => heads),
    likeliest: rows.map((row) => likeliestOf(row, look.names, sourceTokens.at(-1)!)),
    probabilities: rows.map((row, step) => row[look.names.indexOf(targetTokens[step])]),
    alternatives: alternatives.map((other) => other.target),
  };
  return {
    text,
    pieces: translation.source,
    unknownSteps: [],
    charactersLeft: 0,
    trace: {
      steps: translation.source.length,
      ids: new Int32Array(),
      inputs: new Float32Array(),
      layers: translation.encoder.map((layer) => ({ ...layer, xs: new Float32Array() })),
      outputs: new Float32Array(),
      lossNats: new Float32Array(),
    },
    task: {
      ...{ name: "translate", names: [], words: [], answer: {} },
      directions: translation.encoder.map(({ direction }) => direction),
    },
    translation,
  };
}

function likeliestOf(row: Float32Array, names: readonly string[], end: string) {
  const ids = Array.from(row, (_, id) => id);
  ids.sort((left, right) => row[right] - row[left] || left - right);
  return ids
    .slice(0, LIKELIEST)
    .map((id) => ({ token: names[id] === end ? END : visible(names[id]), probability: row[id] }));
}

/** The space before a word is part of many tokens. */
function visible(token: string): string {
  return token.replaceAll(" ", "\u2423").replaceAll("\n", "¶");
}
