// Dynamic evaluation (Mikolov et al. 2010; Krause, Kahembwe, Murray & Renals 2018): a model goes on learning from the text that it
// is measured on. Segment by segment, the predictions are scored first, and only then is a step made on their gradient g:
//   square ← α·square + (1−α)·g²    w ← w − rate·g/(√(square/(1−αᵗ)) + ε)    w ← w + decay·(w₀ − w)
// with w₀ the weights as they were trained. Krause et al. gather the squares over the training text; here they are gathered on
// the way, since a saved model comes without that text. Without `rms` the step is rate·g.
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { Network } from "../../../networks/network.ts";
import { requireAtLeastZero } from "../../../optimisers/optimiser.ts";
import { type Tensor, zeros } from "../../../tensor/tensor.ts";
import type { LanguageModel } from "../model/language-model.ts";
import { DYNAMIC_DEFAULTS } from "./dynamic-defaults.ts";
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

/** α: the squares reach some 2,000 segments back. */
const KEEP = 0.9995;
/** ε, so large that weights whose gradients are next to nothing hardly move. */
const EPSILON = 1e-4;

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
  const learner = new Learner(network, options);
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
  const learn = (losses: Float32Array) => {
    requireFinite(losses, predicted);
    predicted += losses.length;
    learner.step();
  };
  const walk = { call: "evaluateDynamically", steps: segmentLength, learn, signal };
  try {
    await undropped(network, async () => {
      for (const { ids } of texts) {
        learner.forget();
        for await (const part of walkText(network, ids, { ...walk, longest: ids.length })) summary.add(part);
      }
    });
  } finally {
    learner.forget();
  }
  const characters = texts.reduce((sum, text) => sum + text.characters, 0);
  return evaluationOf(summary, characters, tokenizer, texts);
}

/** Steps away from a model's weights, and the way back to them. */
class Learner {
  readonly #parameters: readonly Tensor[];
  readonly #trained: readonly Tensor[];
  readonly #squares: readonly Tensor[];
  readonly #rate: number;
  readonly #decay: number;
  /** αᵗ. */
  #remaining = 1;

  constructor(network: Network, { rms = true, rate, decay }: DynamicEvaluationOptions) {
    this.#rate = rate ?? (rms ? DYNAMIC_DEFAULTS.rate : DYNAMIC_DEFAULTS.sgdRate);
    this.#decay = decay ?? DYNAMIC_DEFAULTS.decay;
    requireAtLeastZero("evaluateDynamically", "rate", this.#rate);
    requireAtLeastZero("evaluateDynamically", "decay", this.#decay);
    this.#parameters = network.trainableParameters();
    if (this.#parameters.length === 0 || this.#decay > 1) {
      throw new UnrolledError("invalid-argument", {
        call: "evaluateDynamically",
        problem:
          this.#decay > 1
            ? `decay is ${this.#decay}, needed at most 1`
            : "all parameters are frozen, so there is nothing to learn with",
      });
    }
    const beside = () =>
      this.#parameters.map(({ device, shape }) => device.lasting(() => zeros(device, shape)));
    this.#trained = beside();
    for (const [index, trained] of this.#trained.entries()) trained.assign(this.#parameters[index]);
    this.#squares = rms ? beside() : [];
  }

  /** One step on the gradients that backward() has left, which are forgotten then. */
  step(): void {
    this.#remaining *= KEEP;
    this.#parameters.forEach((parameter, index) => {
      const { device, offset, size } = parameter;
      const { kernels } = device;
      const gradient = parameter.arrivedGradient();
      const square = this.#squares[index];
      if (gradient && square) {
        // The kernel divides by √square: the correction stands in rate and ε instead.
        const correction = Math.sqrt(1 - this.#remaining);
        const [rate, epsilon] = [this.#rate * correction, EPSILON * correction];
        kernels.rmsprop({
          w: offset,
          g: gradient,
          square: square.offset,
          learningRate: rate,
          alpha: KEEP,
          epsilon,
          n: size,
        });
      } else if (gradient) kernels.sgd({ w: offset, g: gradient, learningRate: this.#rate, n: size });
      if (this.#decay > 0) kernels.approach(this.#trained[index].offset, this.#decay, offset, size);
      parameter.changed();
      parameter.zeroGrad();
    });
  }

  /** Puts the trained weights back, and forgets all that was learnt and gathered. */
  forget(): void {
    this.#remaining = 1;
    this.#parameters.forEach((parameter, index) => {
      parameter.assign(this.#trained[index]);
      parameter.zeroGrad();
    });
    for (const square of this.#squares) square.device.kernels.fill(square.offset, 0, square.size);
  }
}

function requireFinite(losses: Float32Array, before: number): void {
  const at = losses.findIndex((loss) => !Number.isFinite(loss));
  if (at < 0) return;
  throw new UnrolledError("not-finite", {
    call: "evaluateDynamically",
    problem: `the loss of prediction ${before + at + 1} is ${losses[at]}; lower the rate`,
  });
}
