// A trained model and text: continue it, or say what comes next.
import { openingOf } from "../../../data/tokenizers/opening.ts";
import { type GenerationEvent, generateTokens } from "../../../decoding/generate.ts";
import { predictNext } from "../../../decoding/predict-next.ts";
import { predictWords, type WordPrediction } from "../../../decoding/predict-words.ts";
import type { SamplingOptions } from "../../../decoding/sampler.ts";
import { Generator } from "../../../random/philox.ts";
import type { GivenCondition } from "../condition/condition.ts";
import { conditionRow } from "../condition/condition-row.ts";
import { endOf } from "../condition/documents.ts";
import type { LanguageModel } from "./language-model.ts";
import { TokenReader } from "./token-reader.ts";

/** How a text is continued. The model's `generation` decides what is not given, or else the defaults below. */
export interface GenerateTextOptions extends Omit<SamplingOptions, "forbiddenIds"> {
  /** 500. */
  readonly maxNewTokens?: number | undefined;
  /** The continuation ends before the first of these. */
  readonly stop?: readonly string[] | undefined;
  readonly numSamples?: number | undefined;
  /** Of a model with a condition: the category or the numbers that the text is written for; unknown if not given. */
  readonly condition?: GivenCondition | undefined;
  /** Same seed, same text; 0 if not given. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Continues a prompt, piece by piece; an empty prompt is a line break, or where the vocabulary has none the end
 * of a document, or else `<unk>`. `<unk>` is never sampled. The text ends at the token that ends
 * documents, which is not shown, where the vocabulary has one. A model with a condition writes a text of its own: the prompt is its
 * beginning.
 *
 * @throws UnrolledError "invalid-argument" for a `condition` that the model has not learned, which names the nearest and all
 */
export async function* generate(
  model: LanguageModel,
  prompt: string,
  options: Omit<GenerateTextOptions, "numSamples"> = {},
): AsyncGenerator<string, void, undefined> {
  for await (const event of generateEvents(model, prompt, options))
    if (event.type === "text") yield event.text;
}

/** As `generate`, with the end of each sample and why it ended. */
export function generateEvents(
  model: LanguageModel,
  prompt: string,
  options: GenerateTextOptions = {},
): AsyncGenerator<GenerationEvent, void, undefined> {
  const { stop, numSamples, signal, seed = 0 } = options;
  const { generation = {}, tokenizer } = model;
  const { doSample = true, eosTokenId = tokenizer.endId ?? [] } = generation;
  const temperature = options.temperature ?? (doSample ? generation.temperature : 0);
  return generateTokens(readerOf("generate", model, options), promptIds(model, prompt), {
    temperature,
    topK: options.topK ?? generation.topK,
    topP: options.topP ?? generation.topP,
    minP: options.minP ?? generation.minP,
    repetitionPenalty: options.repetitionPenalty ?? generation.repetitionPenalty,
    maxNewTokens: options.maxNewTokens ?? generation.maxNewTokens ?? 500,
    endIds: [eosTokenId].flat(),
    stop,
    numSamples,
    signal,
    generator: new Generator(seed),
    stream: () => tokenizer.stream(),
    forbiddenIds: unknownIds(model),
  });
}

/** What comes next: the likeliest tokens, and but for models of words, whose tokens they are, the likeliest words. */
export interface Prediction {
  readonly tokens: readonly { readonly token: string; readonly probability: number }[];
  readonly words: readonly WordPrediction[];
}

/** How many of the likeliest are given. */
export interface PredictOptions {
  /** 10. */
  readonly top?: number | undefined;
  /** Of a model with a condition: the category or the numbers that the text is written for; unknown if not given. */
  readonly condition?: GivenCondition | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The likeliest next tokens and words after a prompt, likeliest first. */
export async function predictText(
  model: LanguageModel,
  prompt: string,
  options: PredictOptions = {},
): Promise<Prediction> {
  const session = readerOf("predict", model, options);
  const ids = promptIds(model, prompt);
  const shared = { ...options, forbiddenIds: unknownIds(model) };
  const tokens = await predictNext(session, ids, shared);
  const words =
    model.tokenizer.kind === "word" || model.tokenizer.kind === "whitespace"
      ? []
      : await predictWords(session, ids, {
          ...shared,
          // The end of a document is no part of a word: words are predicted given that the text goes on.
          forbiddenIds: [...shared.forbiddenIds, ...endIds(model)],
          stream: () => model.tokenizer.stream(),
        });
  return {
    tokens: tokens.map(({ tokenId, probability }) => ({
      token: model.tokenizer.token(tokenId),
      probability,
    })),
    words,
  };
}

/** Reads a model's tokens in a session of its own. */
function readerOf(
  call: string,
  model: LanguageModel,
  { condition }: { readonly condition?: GivenCondition | undefined },
): TokenReader {
  return new TokenReader(model.session(), conditionRow(call, model.config.condition, condition));
}

/**
 * Token ids of a prompt; of an empty one, those of what a text begins after. A model with a condition has read texts of their own, each
 * after the end of a document.
 */
export function promptIds(
  { tokenizer, config }: Pick<LanguageModel, "tokenizer" | "config">,
  prompt: string,
): Int32Array {
  const ids = tokenizer.encode(prompt);
  if (config.condition) return Int32Array.of(endOf("generate", tokenizer), ...ids);
  return ids.length > 0 ? ids : openingOf(tokenizer).ids;
}

function unknownIds({ tokenizer }: Pick<LanguageModel, "tokenizer">): number[] {
  return tokenizer.unknownId === null ? [] : [tokenizer.unknownId];
}

function endIds({ tokenizer }: Pick<LanguageModel, "tokenizer">): number[] {
  return tokenizer.endId === null ? [] : [tokenizer.endId];
}
