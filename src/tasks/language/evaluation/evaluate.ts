import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import type { Tokens } from "../../../data/tokens.ts";
import { UnrolledError } from "../../../errors.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import type { LanguageModel } from "../model/language-model.ts";
import type { Evaluation } from "./evaluation.ts";
import { evaluationOf, LossSummary } from "./loss-summary.ts";
import { type ScoredText, scoredText } from "./scored-text.ts";
import { undropped, walkText } from "./walk-text.ts";

const CHUNK_STEPS = 512;
const CHUNK_TOKENS = 4096;
const ESTIMATE_STEPS = 1000;

export { type ScoredText, scoredText };

/**
 * How well a model predicts texts: each is one stream from state zero with its first token given, results pooled. The procedure
 * behind every figure of quality in this project. Bytes are for models of bytes.
 */
export async function evaluate(
  { network, tokenizer }: Pick<LanguageModel, "network" | "tokenizer">,
  texts: readonly (string | Uint8Array)[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const scored = texts.map((text) => scoredText(tokenizer, text));
  return score(network, tokenizer, scored, options);
}

/** As `evaluate`, of texts that are tokens already. Gives way to other tasks now and then; throws "aborted" once `signal` is. */
export async function score(
  network: LayeredNetwork,
  tokenizer: Tokenizer,
  texts: readonly ScoredText[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const predictions = texts.reduce((sum, { ids }) => sum + Math.max(0, ids.length - 1), 0);
  if (predictions === 0)
    throw new UnrolledError("text-too-short", {
      call: "evaluate",
      problem: "the text has fewer than 2 tokens, so there is nothing to predict",
    });
  const summary = new LossSummary(predictions);
  await undropped(network, async () => {
    for (const { ids } of texts)
      for await (const part of walk(network, tokenizer, ids, 1, ids.length, options)) summary.add(part);
  });
  const characters = texts.reduce((sum, text) => sum + text.characters, 0);
  return evaluationOf(summary, characters, tokenizer, texts);
}

/**
 * A quick estimate for use while training: up to 64 parallel streams spread over the text, each from state zero and up to 1,000
 * predictions long. Starting without a state makes each stream's first few predictions worse.
 */
export async function estimate(
  network: LayeredNetwork,
  tokenizer: Tokenizer,
  text: ScoredText,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const streams = Math.max(1, Math.min(64, Math.floor(text.ids.length / 500)));
  const predictions = streams * Math.min(ESTIMATE_STEPS, Math.floor((text.ids.length - 1) / streams));
  const summary = new LossSummary(predictions);
  await undropped(network, async () => {
    const parts = walk(network, tokenizer, text.ids, streams, ESTIMATE_STEPS, options);
    for await (const part of parts) summary.add(part);
  });
  const characters = (text.characters * predictions) / (text.ids.length - 1);
  return evaluationOf(summary, characters, tokenizer, [text]);
}

/** What is kept of a part grows with its tokens, its logits with the vocabulary too. */
function walk(
  network: LayeredNetwork,
  { vocabularySize }: Tokenizer,
  ids: Int32Array | Tokens,
  batch: number,
  longest: number,
  { signal }: { readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Float32Array> {
  const tokens = Math.min(CHUNK_TOKENS, Math.floor(4_000_000 / vocabularySize));
  const steps = Math.max(1, Math.min(CHUNK_STEPS, Math.floor(tokens / batch)));
  return walkText(network, ids, { call: "evaluate", batch, longest, steps, signal });
}
