import { UnrolledError } from "../errors.ts";
import { swapAxes } from "../tensor/operations/shapes.ts";
import { ints } from "../tensor/tensor.ts";
import { givenNumbers } from "./given-numbers.ts";
import { ModelStream } from "./model-stream.ts";
import type {
  ModelInput,
  ModelOutput,
  ModelSession,
  ModelSessionOptions,
  ModelValue,
  OpenedModel,
  RunOptions,
} from "./opened-model.ts";
import { copyOf } from "./opened-network.ts";
import { LanguageModelSession } from "./session.ts";
import type { TrainedModel } from "./trained-model.ts";

/** A language model: token ids to logits of the tokens after them. */
export class OpenedLanguageModel implements OpenedModel {
  readonly format = "language-model";
  readonly inputs: readonly ModelValue[] = [{ name: "ids", axes: ["B", "T"], kind: "int" }];
  readonly outputs: readonly ModelValue[];
  /** The model with its tokenizer, for `generate` and `predict`. */
  readonly trained: TrainedModel;

  constructor(trained: TrainedModel) {
    this.trained = trained;
    const { vocabularySize } = trained.model.config;
    this.outputs = [{ name: "logits", axes: ["B", "T", vocabularySize], kind: "float" }];
  }

  async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (signal?.aborted) throw new UnrolledError("aborted", "run: aborted by its signal");
    if (lengths) {
      throw new UnrolledError(
        "invalid-argument",
        "run: lengths was given, but logits of a step depend on no later one; leave it out, and out of account what comes after",
      );
    }
    const { shape, data } = givenNumbers("run", this.inputs, inputs).get("ids")!;
    const { model } = this.trained;
    const { device } = model;
    const { vocabularySize } = model.config;
    for (let index = 0; index < data.length; index++) {
      if (data[index] >= 0 && data[index] < vocabularySize) continue;
      throw new UnrolledError(
        "invalid-argument",
        `run: token id is ${data[index]}, needed 0 to ${vocabularySize - 1}`,
      );
    }
    const [batch, steps] = shape;
    // The model reads [T, B].
    const byStep = Int32Array.from(
      data,
      (_, place) => data[(place % batch) * steps + Math.floor(place / batch)],
    );
    return device.withoutGradients(() =>
      device.scope(() => {
        const { logits } = model.forward(ints(device, byStep, [steps, batch]));
        return { logits: copyOf(swapAxes(logits)) };
      }),
    );
  }

  session({ batchSize = 1, states, carried }: ModelSessionOptions = {}): ModelSession {
    if (batchSize !== 1 || states || carried) {
      const given =
        states || carried ? `${states ? "states" : "carried"} was given` : `batchSize is ${batchSize}`;
      throw new UnrolledError(
        "invalid-argument",
        `session: ${given}, but a language model's session reads one text and keeps its own state; open one for each text, they share the weights`,
      );
    }
    return new LanguageModelStream(new LanguageModelSession(this.trained.model));
  }
}

class LanguageModelStream extends ModelStream<LanguageModelSession> {
  readonly inputs: readonly ModelValue[] = [{ name: "ids", axes: [1], kind: "int" }];
  readonly outputs: readonly ModelValue[];

  constructor(session: LanguageModelSession) {
    super(session);
    this.outputs = [{ name: "logits", axes: [1, session.vocabularySize], kind: "float" }];
  }

  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput> {
    const { data } = givenNumbers("step", this.inputs, inputs).get("ids")!;
    const logits = this.session.step(data[0]).slice();
    return { logits: { shape: [1, logits.length], data: logits } };
  }

  fork(): ModelSession {
    return new LanguageModelStream(this.session.fork());
  }
}
