import { Sampler, type SamplingOptions } from "../decoding/sampler.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { Generator } from "../random/philox.ts";
import { type Intervention, laterBy } from "./intervention.ts";
import { stateAfter, type TraceOptions, trace } from "./trace.ts";

/** How a text goes on. */
export interface ContinuationOptions extends TraceOptions {
  /** How tokens are drawn; temperature 0 if not given, which takes the likeliest. */
  readonly sampling?: SamplingOptions | undefined;
  /** 0 if not given. */
  readonly seed?: number | undefined;
}

/** A token that was drawn, and the logits [V] that it was drawn from. */
export interface ContinuationToken {
  readonly id: number;
  readonly logits: Float32Array;
}

/**
 * Goes on after ids, token by token and without end, under the same interventions, whose steps count on from the first of the ids.
 * Whoever reads it takes as many as it wants.
 *
 * @throws UnrolledError as `trace` does
 */
export function* continuation(
  model: LanguageModel,
  ids: ArrayLike<number>,
  options: ContinuationOptions = {},
): globalThis.Generator<ContinuationToken, never, void> {
  const { sampling = { temperature: 0 }, seed = 0, interventions = [], state } = options;
  const { vocabularySize } = model.config;
  const sampler = new Sampler(vocabularySize, sampling, "continuation");
  // As generation draws its first sample, so that the same seed gives the same text.
  const generator = new Generator(seed).fork(0);
  const history = Array.from(ids);
  let traced = trace(model, ids, { state, interventions });
  for (;;) {
    const logits = traced.logits.slice(-vocabularySize);
    const id = sampler.sample(logits, generator, history);
    history.push(id);
    yield { id, logits };
    const left: readonly Intervention[] = laterBy(interventions, history.length - 1);
    traced = trace(model, [id], { state: stateAfter(traced, traced.ids.length - 1), interventions: left });
  }
}
