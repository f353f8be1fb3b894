import type { TokenStream } from "../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../errors.ts";
import { Pacer } from "../parallel/pacer.ts";
import type { Generator } from "../random/philox.ts";
import { requireInteger, requireTokenId } from "./arguments.ts";
import type { NextToken } from "./next-token.ts";
import { readPrompt } from "./prompt.ts";
import { Sampler, type SamplingOptions } from "./sampler.ts";
import { StopStrings } from "./stop-strings.ts";

const CALL = "generateTokens";

export interface GenerateOptions extends SamplingOptions {
  /** Sample i draws from `generator.fork(i)`, so it is the same however many samples are asked for. */
  readonly generator: Generator;
  /** Opens a stream that turns one sample's tokens into text. */
  readonly stream: () => TokenStream;
  /** How many tokens a sample may have. */
  readonly maxNewTokens: number;
  /** A sample ends before the first of these. Default none. */
  readonly stop?: readonly string[] | undefined;
  /** A sample ends at the first of these tokens, which is not shown. Default none. */
  readonly endIds?: readonly number[] | undefined;
  /** How many samples follow one another. Default 1. */
  readonly numSamples?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `text` carries the next piece of a sample, never empty; `end` closes it with its whole text. */
export type GenerationEvent =
  | { readonly type: "text"; readonly sample: number; readonly text: string }
  | {
      readonly type: "end";
      readonly sample: number;
      /** All pieces together, without the prompt and the stop string. */
      readonly text: string;
      /** Tokens drawn, those of the stop string and the one at the end included. */
      readonly tokens: number;
      readonly finishReason: "length" | "stop";
    };

/**
 * Continues a prompt (at least one token id), token by token. Half a character and half a stop string are held back
 * until it is clear what they are. The prompt is read once for all samples. The model is in use until the iteration
 * ends; the loop gives way to other tasks several times in a tenth of a second.
 * Throws `invalid-argument`, `not-finite` for logits that are, and `aborted` once `signal` is.
 */
export async function* generateTokens(
  model: NextToken,
  promptIds: ArrayLike<number>,
  options: GenerateOptions,
): AsyncGenerator<GenerationEvent, void, undefined> {
  const { generator, maxNewTokens, stop = [], endIds = [], numSamples = 1 } = options;
  requireInteger(CALL, "maxNewTokens", maxNewTokens, 1);
  requireInteger(CALL, "numSamples", numSamples, 1);
  if (stop.includes("")) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      problem: "a stop string is empty, needed at least one character",
    });
  }
  for (const id of endIds) requireTokenId(CALL, "endIds", id, model.vocabularySize);
  const sampler = new Sampler(model.vocabularySize, options, CALL);
  const pacer = new Pacer(CALL, options.signal);
  const promptLogits = Float32Array.from(await readPrompt(CALL, model, promptIds, pacer));
  const promptState = numSamples > 1 ? model.state() : undefined;

  for (let sample = 0; sample < numSamples; sample++) {
    if (sample > 0) model.restore(promptState);
    const draws = generator.fork(sample);
    const seen = new Set(Array.from(promptIds));
    const stream = options.stream();
    // What a token looks like can depend on those before it, so the stream reads the prompt, which is not shown.
    for (let i = 0; i < promptIds.length; i++) stream.push(promptIds[i]);
    const stops = new StopStrings(stop);
    let logits: Float32Array = promptLogits;
    let text = "";
    let tokens = 0;
    let atEnd = false;
    while (!stops.found && !atEnd && tokens < maxNewTokens) {
      if (pacer.isDue()) await pacer.pause();
      const id = sampler.sample(logits, draws, seen);
      seen.add(id);
      tokens++;
      atEnd = endIds.includes(id);
      let piece = atEnd ? "" : stops.push(stream.push(id));
      if (!stops.found && (atEnd || tokens === maxNewTokens)) {
        piece += stops.push(stream.end());
        piece += stops.end();
      }
      if (piece !== "") {
        text += piece;
        yield { type: "text", sample, text: piece };
      }
      if (!stops.found && !atEnd && tokens < maxNewTokens) logits = model.step(id);
    }
    yield { type: "end", sample, text, tokens, finishReason: stops.found || atEnd ? "stop" : "length" };
  }
}
