import { UnrolledError } from "../errors.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { lossGradients } from "./loss-gradients.ts";
import { checkIds } from "./trace.ts";

/** What a prediction rests on, one number for each of the ids 0 to t. */
export interface Attribution {
  /** The token whose log-probability is accounted for. */
  readonly target: number;
  /** Σ x·∂log p/∂x over the entries of each embedding: above 0 where a token made the target likelier. In nats, to first order. */
  readonly signed: Float64Array;
  /** Σ |x·∂log p/∂x|: how much a token matters, in either direction. */
  readonly absolute: Float64Array;
}

/**
 * How much each id up to position t matters for the prediction made there, by gradient × input (Shrikumar et al. 2016; Denil et al.
 * 2014). The prediction is that of `target`, or else of the id that does come next.
 *
 * @throws UnrolledError "invalid-argument" for a t outside of the ids, or the last one without a target
 */
export function attribution(
  model: LanguageModel,
  ids: ArrayLike<number>,
  t: number,
  target: number = ids[t + 1],
): Attribution {
  const { vocabularySize, embeddingSize } = model.config;
  checkIds("attribution", ids, vocabularySize);
  if (!(Number.isInteger(t) && t >= 0 && t < ids.length))
    throw new UnrolledError("invalid-argument", `attribution: t is ${t}, needed 0 to ${ids.length - 1}`);
  if (!(Number.isInteger(target) && target >= 0 && target < vocabularySize))
    throw new UnrolledError(
      "invalid-argument",
      `attribution: target is ${target}, needed 0 to ${vocabularySize - 1}${t === ids.length - 1 ? " where no id follows t" : ""}`,
    );
  const read = Int32Array.from({ length: t + 1 }, (_, index) => ids[index]);
  const { xs, dxs } = lossGradients(model, { ids: read, batch: 1, asked: [{ t, target }] });
  const signed = new Float64Array(t + 1);
  const absolute = new Float64Array(t + 1);
  for (let place = 0; place < xs.length; place++) {
    // The loss is −log p.
    const part = -xs[place] * dxs[place];
    const s = Math.floor(place / embeddingSize);
    signed[s] += part;
    absolute[s] += Math.abs(part);
  }
  return { target, signed, absolute };
}
