import {
  activationRegularization,
  requirePenalty,
  temporalActivationRegularization,
} from "../../../losses/activation-regularization.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import type { LayeredNetwork, NetworkState } from "../../../networks/layered-network.ts";
import { add, scaled } from "../../../tensor/operations/arithmetic.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** Penalties on what the last recurrent layer puts out (Merity, McCann & Socher 2017). */
export interface Penalties {
  /** α, of large outputs; 0 if not given. */
  readonly activationRegularization?: number;
  /** β, of outputs that change from step to step; 0 if not given. */
  readonly temporalActivationRegularization?: number;
}

/** The loss of a sequence. */
export interface LanguageModelLoss {
  /** The cross-entropy with the penalties, shape [1], to be walked back. */
  readonly loss: Tensor;
  /** The cross-entropy alone, the mean over the targets, shape [1]. */
  readonly lossNats: Tensor;
  /** After the last step. */
  readonly state: NetworkState;
}

/** Token ids [T, B], and for a model with a condition the ids of categories [T, B], or its numbers [T, B, N + 1]. */
export interface LanguageModelInputs {
  readonly ids: Tensor;
  readonly condition?: Tensor;
}

/**
 * The loss of predicting targets [T, B], of which −100 counts for nothing, from ids and a state, for a network that `languageModel`
 * describes.
 */
export function languageLoss(
  network: LayeredNetwork,
  given: Tensor | LanguageModelInputs,
  targets: Tensor,
  before?: NetworkState,
  penalties: Penalties = {},
): LanguageModelLoss {
  const { activationRegularization: alpha = 0, temporalActivationRegularization: beta = 0 } = penalties;
  requirePenalty("activationRegularization", alpha);
  requirePenalty("temporalActivationRegularization", beta);
  const inputs = "ids" in given ? given : { ids: given };
  const { outputs, values, state } = network.forward({ ...inputs }, { state: before });
  const lossNats = crossEntropy(outputs.logits, targets);
  let loss = lossNats;
  if (alpha > 0) loss = add(loss, scaled(activationRegularization(values.get("dropAfter")!), alpha));
  const last = values.get("last") ?? values.get("rnn")!;
  if (beta > 0) loss = add(loss, scaled(temporalActivationRegularization(last), beta));
  return { loss, lossNats, state };
}
