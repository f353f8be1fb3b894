import { Sampler, type SamplingOptions } from "../decoding/sampler.ts";
import type { Network } from "../networks/network.ts";
import { Generator } from "../random/philox.ts";
import { inspected } from "./inspected-network.ts";
import { type Intervention, laterBy } from "./intervention.ts";
import { vocabularyOf } from "./sequence.ts";
import { stateAfter, type TraceOptions, trace } from "./trace.ts";

/** How a text is continued. */
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
 * It never ends: stop reading when it is enough.
 *
 * @throws UnrolledError as `trace` does
 */
export function* continuation(
  network: Network,
  ids: ArrayLike<number>,
  options: ContinuationOptions = {},
): globalThis.Generator<ContinuationToken, never, void> {
  const { sampling = { temperature: 0 }, seed = 0, interventions = [], state } = options;
  const vocabularySize = vocabularyOf("continuation", inspected("continuation", network));
  const sampler = new Sampler(vocabularySize, sampling, "continuation");
  // As generation draws its first sample, so that the same seed gives the same text.
  const generator = new Generator(seed).fork(0);
  const history = Array.from(ids);
  let traced = trace(network, ids, { state, interventions });
  for (;;) {
    const logits = traced.outputs.slice(-vocabularySize);
    const id = sampler.sample(logits, generator, history);
    history.push(id);
    yield { id, logits };
    const left: readonly Intervention[] = laterBy(interventions, history.length - 1);
    traced = trace(network, [id], { state: stateAfter(traced, traced.steps - 1), interventions: left });
  }
}
