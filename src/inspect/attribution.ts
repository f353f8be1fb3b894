import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { inspected } from "./inspected-network.ts";
import { lossGradients } from "./loss-gradients.ts";
import { checkSequence, vocabularyOf } from "./sequence.ts";

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
 * @throws UnrolledError "invalid-argument" for a t outside of the ids, or the last one without a target, and for a network that does not
 * predict token ids
 */
export function attribution(
  network: Network,
  ids: ArrayLike<number>,
  t: number,
  target: number = ids[t + 1],
): Attribution {
  const looked = inspected("attribution", network);
  const vocabularySize = vocabularyOf("attribution", looked);
  checkSequence("attribution", looked, ids);
  if (!(Number.isInteger(t) && t >= 0 && t < ids.length))
    throw new UnrolledError("invalid-argument", {
      call: "attribution",
      subject: "t",
      got: `${t}`,
      needed: `0 to ${ids.length - 1}`,
    });
  if (!(Number.isInteger(target) && target >= 0 && target < vocabularySize))
    throw new UnrolledError("invalid-argument", {
      call: "attribution",
      subject: "target",
      got: `${target}`,
      needed: `0 to ${vocabularySize - 1}${t === ids.length - 1 ? " where no id follows t" : ""}`,
    });
  const asked = { sequence: ids, steps: t + 1, stepOf: (s: number) => s, at: [t], targets: [target] };
  const { xs, dxs } = lossGradients(looked, asked);
  const signed = new Float64Array(t + 1);
  const absolute = new Float64Array(t + 1);
  for (let place = 0; place < xs.length; place++) {
    // The loss is −log p.
    const part = -xs[place] * dxs[place];
    const s = Math.floor(place / looked.inputSize);
    signed[s] += part;
    absolute[s] += Math.abs(part);
  }
  return { target, signed, absolute };
}
