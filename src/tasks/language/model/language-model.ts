import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { RunOptions } from "../../../models/model.ts";
import type { ModelFiles } from "../../../models/model-files.ts";
import { NetworkModel, runNetwork } from "../../../models/network-model.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import type { Network } from "../../../networks/network.ts";
import { givenNumbers } from "../../../session/given-numbers.ts";
import type { ModelInput, ModelOutput, ModelValue } from "../../../session/model-value.ts";
import { shapeText } from "../../../tensor/tensor.ts";
import { conditionInputs, type GivenCondition, isOfNumbers } from "../condition/condition.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { GenerationConfig } from "../folder/generation-config.ts";
import type { Prediction, PredictOptions } from "./generate-text.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";

/** A language model with everything that its folder holds. */
export interface LanguageModelParts<Net extends LayeredNetwork = Network> {
  /** What `languageModel` describes: token ids [T, B], and those of categories, to logits of the tokens after them [T, B, V]. */
  readonly network: Net;
  readonly config: LanguageModelConfig;
  readonly tokenizer: Tokenizer;
  /** The settings it was trained with, if the folder tells. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  /** Measured on the held-out text, if there was one. */
  readonly evaluation?: Evaluation | undefined;
  /** How its texts are continued where a call says nothing else. */
  readonly generation?: GenerationConfig | undefined;
}

/**
 * A language model: token ids [B, T] to logits of the tokens after them [B, T, V]. One with a condition reads the ids of categories [B, T]
 * as `condition`: k + 1 for category k of `config.condition.categories`, 0 for an unknown one. One with a condition of N numbers reads them
 * [B, T, N + 1], each less its mean and over its deviation, and a 1 behind them; zeros for an unknown one. Throws as `Model` does.
 */
export class LanguageModel extends NetworkModel<"language-model"> implements LanguageModelParts {
  readonly config: LanguageModelConfig;
  readonly tokenizer: Tokenizer;
  readonly training: LanguageModelParts["training"];
  readonly evaluation: LanguageModelParts["evaluation"];
  readonly generation: LanguageModelParts["generation"];
  override readonly inputs: readonly ModelValue[];
  override readonly outputs: readonly ModelValue[];

  constructor({ network, config, tokenizer, training, evaluation, generation }: LanguageModelParts) {
    super(network, { format: "language-model" });
    this.config = config;
    this.tokenizer = tokenizer;
    this.training = training;
    this.evaluation = evaluation;
    this.generation = generation;
    this.inputs = network.config.inputs.map(({ name, axes: [, , ...rest], kind }) => {
      return { name, axes: ["B", "T", ...rest], kind };
    });
    this.outputs = [{ name: "logits", axes: ["B", "T", config.vocabularySize], kind: "float" }];
  }

  override get task(): "language" {
    return "language";
  }

  protected override get owner(): string {
    return `language model V ${this.config.vocabularySize}`;
  }

  override async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (signal?.aborted)
      throw new UnrolledError("aborted", { call: "run", problem: "aborted by its signal" });
    if (lengths) {
      throw new UnrolledError("invalid-argument", {
        call: "run",
        problem:
          "lengths was given, but logits of a step depend on no later one; leave it out, and out of account what comes after",
      });
    }
    const given = givenNumbers("run", this.inputs, inputs);
    const { vocabularySize, condition } = this.config;
    requireIds("token id", given.get("ids")!.data, vocabularySize);
    const [batch, steps] = given.get("ids")!.shape;
    const areNumbers = condition !== undefined && isOfNumbers(condition);
    const width = areNumbers ? [conditionInputs(condition)] : [];
    if (condition && !areNumbers)
      requireIds("condition", given.get("condition")!.data, conditionInputs(condition));
    requireSteps(given.get("condition")?.shape, [batch, steps, ...width]);
    // The network reads [T, B].
    const read = [...given].map(([name, { data }]) => {
      const isFloat = areNumbers && name === "condition";
      const rest = isFloat ? width : [];
      const room = isFloat ? new Float32Array(data.length) : new Int32Array(data.length);
      const numbers = swapped(data, [batch, steps], rest[0] ?? 1, room);
      return [name, { shape: [steps, batch, ...rest], data: numbers }] as const;
    });
    const { logits } = runNetwork(this.network, new Map(read));
    const room = new Float32Array(logits.data.length);
    const numbers = swapped(logits.data, [steps, batch], vocabularySize, room);
    return { logits: { shape: [batch, steps, vocabularySize], data: numbers } };
  }

  override async files(): Promise<ModelFiles> {
    const { modelFiles } = await import("../folder/language-folder.ts");
    return modelFiles(this);
  }

  /**
   * Of a model with a condition: the model under one category or some numbers, or under an unknown condition if none is given, as a language
   * model that reads tokens alone and can be inspected, streamed and written as any other. Needs weights in 32 bits (`weights: "float32"`).
   *
   * @throws UnrolledError "invalid-argument" for a category that the model has not learned, numbers that are not as many as the condition's,
   * or any condition where the model has none
   */
  async conditionedOn(condition?: GivenCondition): Promise<LanguageModel> {
    const { conditionedOn } = await import("../condition/conditioned-on.ts");
    return conditionedOn(this, condition);
  }

  /** The likeliest next tokens and words after a prompt, `top` (10) of each, likeliest first. */
  async predict(prompt: string, options: PredictOptions = {}): Promise<Prediction> {
    const { predictText } = await import("./generate-text.ts");
    return predictText(this, prompt, options);
  }
}

/** A condition for each token. */
function requireSteps(shape: readonly number[] | undefined, needed: readonly number[]): void {
  if (shape === undefined || shapeText(shape) === shapeText(needed)) return;
  throw new UnrolledError("shape-mismatch", {
    call: "run",
    problem: `condition is ${shapeText(shape)}, needed ${shapeText(needed)} as ids are`,
  });
}

function requireIds(what: string, ids: ArrayLike<number>, count: number): void {
  for (let index = 0; index < ids.length; index++) {
    if (ids[index] >= 0 && ids[index] < count) continue;
    throw new UnrolledError("invalid-argument", {
      call: "run",
      problem: `${what} is ${ids[index]}, needed 0 to ${count - 1}`,
    });
  }
}

/** Entries [m, n, width] as [n, m, width]. */
function swapped<Numbers extends Int32Array | Float32Array>(
  from: ArrayLike<number>,
  [m, n]: readonly number[],
  width: number,
  into: Numbers,
): Numbers {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < width; k++) into[(j * m + i) * width + k] = from[(i * n + j) * width + k];
  return into;
}
