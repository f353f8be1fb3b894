// Dynamic evaluation (Mikolov et al. 2010; Krause, Kahembwe, Murray & Renals 2018): a model goes on learning from the text that it
// is measured on. Segment by segment, the predictions are scored first, and only then is a step made on their gradient
// (`dynamic-optimiser.ts`).
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { Network } from "../../../networks/network.ts";
import { requireAtLeastZero } from "../../../optimisers/optimiser.ts";
import { type ReadLoss, trainingStep } from "../../../optimisers/training-step.ts";
import type { LanguageModel } from "../model/language-model.ts";
import { DYNAMIC_DEFAULTS } from "./dynamic-defaults.ts";
import { DynamicOptimiser } from "./dynamic-optimiser.ts";
import type { Evaluation } from "./evaluation.ts";
import { evaluationOf, LossSummary } from "./loss-summary.ts";
import { type ScoredText, scoredText } from "./scored-text.ts";
import { undropped, walkText } from "./walk-text.ts";

/** Options of dynamic evaluation. */
export interface DynamicEvaluationOptions {
  /** Step size; 0.0015 if not given, 0.5 without `rms`. */
  readonly rate?: number | undefined;
  /** Share of the way back to the trained weights after each step; 0.002 if not given. */
  readonly decay?: number | undefined;
  /** Tokens that are scored before each step; 20 if not given. */
  readonly segmentLength?: number | undefined;
  /** Whether each weight's gradient is divided by its running root mean square; true if not given. */
  readonly rms?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * As `evaluate`, but the model learns from each segment of a text after it has been scored on it. Every text begins with the
 * state zero and with the weights as they were trained, and these are put back at the end in any case. Until then the model is not
 * to be used for anything else: it gives way to other tasks now and then. Gradients that were there before are forgotten.
 *
 * @throws UnrolledError "text-too-short", "invalid-argument", "not-finite" where the rate is too large, "aborted"
 */
export async function evaluateDynamically(
  { network, tokenizer }: Pick<LanguageModel, "network" | "tokenizer">,
  texts: readonly (string | Uint8Array)[],
  options: DynamicEvaluationOptions = {},
): Promise<Evaluation> {
  const scored = texts.map((text) => scoredText(tokenizer, text));
  return scoreDynamically(network, tokenizer, scored, options);
}

/** As `evaluateDynamically`, of texts that are tokens already. */
export async function scoreDynamically(
  network: Network,
  tokenizer: Tokenizer,
  texts: readonly ScoredText[],
  options: DynamicEvaluationOptions = {},
): Promise<Evaluation> {
  const optimiser = optimiserOf(network, options);
  const { segmentLength = DYNAMIC_DEFAULTS.segmentLength, signal } = options;
  if (!Number.isInteger(segmentLength) || segmentLength < 1) {
    throw new UnrolledError("invalid-argument", {
      call: "evaluateDynamically",
      subject: "segmentLength",
      got: `${segmentLength}`,
      needed: "a whole number of at least 1",
    });
  }
  const predictions = texts.reduce((sum, { ids }) => sum + Math.max(0, ids.length - 1), 0);
  if (predictions === 0) {
    throw new UnrolledError("text-too-short", {
      call: "evaluateDynamically",
      problem: "the text has fewer than 2 tokens, so there is nothing to predict",
    });
  }
  const summary = new LossSummary(predictions);
  let predicted = 0;
  const accepts = (losses: Float32Array) => {
    requireFinite(losses, predicted);
    predicted += losses.length;
    return true;
  };
  const learn = (read: () => ReadLoss<Float32Array>) => trainingStep(optimiser, read, { accepts }).found;
  const walk = { call: "evaluateDynamically", steps: segmentLength, learn, signal };
  try {
    await undropped(network, async () => {
      for (const { ids } of texts) {
        optimiser.forget();
        for await (const part of walkText(network, ids, { ...walk, longest: ids.length })) summary.add(part);
      }
    });
  } finally {
    optimiser.forget();
  }
  const characters = texts.reduce((sum, text) => sum + text.characters, 0);
  return evaluationOf(summary, characters, tokenizer, texts);
}

/** The optimiser of a network's parameters that may learn. */
function optimiserOf(network: Network, options: DynamicEvaluationOptions): DynamicOptimiser {
  const { rms = true, decay = DYNAMIC_DEFAULTS.decay } = options;
  const { rate = rms ? DYNAMIC_DEFAULTS.rate : DYNAMIC_DEFAULTS.sgdRate } = options;
  requireAtLeastZero("evaluateDynamically", "rate", rate);
  requireAtLeastZero("evaluateDynamically", "decay", decay);
  const parameters = network.trainableParameters();
  if (parameters.length === 0 || decay > 1) {
    throw new UnrolledError("invalid-argument", {
      call: "evaluateDynamically",
      problem:
        decay > 1
          ? `decay is ${decay}, needed at most 1`
          : "all parameters are frozen, so there is nothing to learn with",
    });
  }
  return new DynamicOptimiser(parameters, { rate, decay, rms });
}

function requireFinite(losses: Float32Array, before: number): void {
  const at = losses.findIndex((loss) => !Number.isFinite(loss));
  if (at < 0) return;
  throw new UnrolledError("not-finite", {
    call: "evaluateDynamically",
    problem: `the loss of prediction ${before + at + 1} is ${losses[at]}; lower the rate`,
  });
}
