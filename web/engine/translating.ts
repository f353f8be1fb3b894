// Translators: what they write to a source, and what the encoder, attention and the decoder compute on the way.
import { UnrolledError } from "unrolled";
import { traceEncoderDecoder } from "unrolled/inspect";
import type { ModelSummary, Reading } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";
import { writerSummary } from "./writer-summary.ts";
import { END, writtenReading } from "./written.ts";

/** Hypotheses that are followed at a time, of which as many are shown. */
const BEAM = 5;

/** What the task says of an answer, as far as it is shown. */
interface Answer {
  readonly target: string;
  readonly logProbability: number;
  readonly sourceTokens: readonly string[];
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
  const trace = traceEncoderDecoder(model.network, look.inputs);
  const { target, logProbability, sourceTokens, alternatives } = look.answer as Answer;
  const encoder = trace.layers.filter(({ name }) => name.startsWith("encoder."));
  const sides = {
    source: [...sourceTokens.slice(0, -1).map(visible), END],
    encoder,
    decoder: trace.layers.filter(({ name }) => name.startsWith("decoder.")),
    ...{ text: target, logProbability, alternatives: alternatives.map((other) => other.target) },
  };
  const translation = writtenReading(look, trace, sides, visible);
  return {
    text,
    pieces: translation.source,
    unknownSteps: [],
    charactersLeft: 0,
    trace: {
      steps: translation.source.length,
      ids: new Int32Array(),
      inputs: new Float32Array(),
      layers: encoder.map((layer) => ({ ...layer, xs: new Float32Array() })),
      outputs: new Float32Array(),
      lossNats: new Float32Array(),
    },
    task: {
      ...{ name: "translate", names: [], words: [], answer: {} },
      directions: encoder.map(({ direction }) => direction),
    },
    translation,
  };
}

/** The space before a word is part of many tokens. */
function visible(token: string): string {
  return token.replaceAll(" ", "\u2423").replaceAll("\n", "¶");
}
