import type { Tokenizer } from "../../data/tokenizer.ts";
import { type Tokens, tokensOf } from "../../data/tokens.ts";
import { UnrolledError } from "../../errors.ts";
import { crossEntropy } from "../../losses/cross-entropy.ts";
import { carry, clearState, zeroState } from "../../networks/carried-state.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { ints } from "../../tensor/tensor.ts";
import type { Evaluation } from "./evaluation.ts";
import type { LanguageModel } from "./language-model.ts";
import { evaluationOf, LossSummary } from "./loss-summary.ts";
import { type ScoredText, scoredText } from "./scored-text.ts";

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
  const { training } = network;
  network.eval();
  try {
    for (const { ids } of texts)
      for await (const part of streamLosses(network, tokenizer, ids, 1, ids.length, options.signal))
        summary.add(part);
  } finally {
    if (training) network.train();
  }
  const characters = texts.reduce((sum, text) => sum + text.characters, 0);
  return evaluationOf(summary, characters, tokenizer, texts);
}

/**
 * A quick estimate for use while training: up to 64 parallel streams spread over the text, each from state zero and up to 1,000
 * predictions long. Starting anew makes each stream's first few predictions worse.
 */
export async function estimate(
  network: LayeredNetwork,
  tokenizer: Tokenizer,
  text: ScoredText,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const streams = Math.max(1, Math.min(64, Math.floor(text.ids.length / 500)));
  const { training } = network;
  network.eval();
  const predictions = streams * Math.min(ESTIMATE_STEPS, Math.floor((text.ids.length - 1) / streams));
  const summary = new LossSummary(predictions);
  try {
    for await (const part of streamLosses(
      network,
      tokenizer,
      text.ids,
      streams,
      ESTIMATE_STEPS,
      options.signal,
    ))
      summary.add(part);
  } finally {
    if (training) network.train();
  }
  const characters = (text.characters * predictions) / (text.ids.length - 1);
  return evaluationOf(summary, characters, tokenizer, [text]);
}

/** Losses in nats of `batch` streams spread over the tokens, each up to `longest` long, chunk by chunk, [T, B] each. */
async function* streamLosses(
  network: LayeredNetwork,
  { vocabularySize }: Tokenizer,
  ids: Int32Array | Tokens,
  batch: number,
  longest: number,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array> {
  const { device } = network;
  const source = tokensOf(ids);
  const spacing = Math.floor((ids.length - 1) / batch);
  const length = Math.min(spacing, longest);
  const state = zeroState(network, batch);
  clearState(state);
  // What a chunk keeps grows with its tokens, its logits with the vocabulary too.
  const tokens = Math.min(CHUNK_TOKENS, Math.floor(4_000_000 / vocabularySize));
  const chunk = Math.max(1, Math.min(CHUNK_STEPS, Math.floor(tokens / batch)));
  let pause = performance.now() + 20;
  for (let start = 0; start < length; start += chunk) {
    const steps = Math.min(chunk, length - start);
    const [inputs, targets] = [new Int32Array(steps * batch), new Int32Array(steps * batch)];
    const row = new Int32Array(steps + 1);
    for (let stream = 0; stream < batch; stream++) {
      source.read(stream * spacing + start, row);
      for (let t = 0; t < steps; t++) {
        inputs[t * batch + stream] = row[t];
        targets[t * batch + stream] = row[t + 1];
      }
    }
    yield device.withoutGradients(() =>
      device.scope(() => {
        const { outputs, state: next } = network.forward(
          { ids: ints(device, inputs, [steps, batch]) },
          { state },
        );
        carry(state, next);
        const losses = crossEntropy(outputs.logits, ints(device, targets, [steps, batch]), {
          reduction: "none",
        });
        return Float32Array.from(device.heap.floats().subarray(losses.offset, losses.offset + losses.size));
      }),
    );
    if (performance.now() > pause) {
      await new Promise((resume) => setTimeout(resume, 0));
      if (signal?.aborted) throw new UnrolledError("aborted", { call: "evaluate", problem: "aborted" });
      pause = performance.now() + 20;
    }
  }
}
