import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { RunOptions } from "../../../models/model.ts";
import type { ModelFiles } from "../../../models/model-files.ts";
import { NetworkModel, runNetwork } from "../../../models/network-model.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import type { Network } from "../../../networks/network.ts";
import { givenNumbers } from "../../../session/given-numbers.ts";
import type { ModelInput, ModelOutput, ModelValue } from "../../../session/model-value.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { GenerationConfig } from "../folder/generation-config.ts";
import type { Prediction, PredictOptions } from "./generate-text.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";

/** A language model with everything that its folder holds. */
export interface LanguageModelParts<Net extends LayeredNetwork = Network> {
  /** What `languageModel` describes: token ids [T, B] to logits of the tokens after them [T, B, V]. */
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

/** A language model: token ids [B, T] to logits of the tokens after them [B, T, V]. Throws as `Model` does. */
export class LanguageModel extends NetworkModel<"language-model"> implements LanguageModelParts {
  readonly config: LanguageModelConfig;
  readonly tokenizer: Tokenizer;
  readonly training: LanguageModelParts["training"];
  readonly evaluation: LanguageModelParts["evaluation"];
  readonly generation: LanguageModelParts["generation"];
  override readonly inputs: readonly ModelValue[] = [{ name: "ids", axes: ["B", "T"], kind: "int" }];
  override readonly outputs: readonly ModelValue[];

  constructor({ network, config, tokenizer, training, evaluation, generation }: LanguageModelParts) {
    super(network, { format: "language-model" });
    this.config = config;
    this.tokenizer = tokenizer;
    this.training = training;
    this.evaluation = evaluation;
    this.generation = generation;
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
    const { shape, data } = givenNumbers("run", this.inputs, inputs).get("ids")!;
    const { vocabularySize } = this.config;
    for (let index = 0; index < data.length; index++) {
      if (data[index] >= 0 && data[index] < vocabularySize) continue;
      throw new UnrolledError("invalid-argument", {
        call: "run",
        problem: `token id is ${data[index]}, needed 0 to ${vocabularySize - 1}`,
      });
    }
    const [batch, steps] = shape;
    // The network reads [T, B].
    const ids = {
      shape: [steps, batch],
      data: swapped(data, [batch, steps], 1, new Int32Array(data.length)),
    };
    const { logits } = runNetwork(this.network, new Map([["ids", ids]]));
    const room = new Float32Array(logits.data.length);
    const numbers = swapped(logits.data, [steps, batch], vocabularySize, room);
    return { logits: { shape: [batch, steps, vocabularySize], data: numbers } };
  }

  override async files(): Promise<ModelFiles> {
    const { modelFiles } = await import("../folder/language-folder.ts");
    return modelFiles(this);
  }

  /** The likeliest next tokens and words after a prompt, `top` (10) of each, likeliest first. */
  async predict(prompt: string, options: PredictOptions = {}): Promise<Prediction> {
    const { predictText } = await import("./generate-text.ts");
    return predictText(this, prompt, options);
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
