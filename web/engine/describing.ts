// Models that say what is in a picture: what they say, and at which of its places each word looked.
import { UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import { anyModelIn } from "./models.ts";
import type { ModelSummary, Reading } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";
import { writerSummary } from "./writer-summary.ts";

/** Hypotheses that are followed at a time, of which as many are shown. */
const BEAM = 5;

/** What the task says of a picture, as far as it is shown. */
interface Answer {
  readonly text: string;
  readonly logProbability: number;
  readonly tokens: readonly string[];
  readonly attention: readonly (readonly number[])[];
  readonly grid: readonly [number, number];
  readonly alternatives: readonly { readonly text: string }[];
}

/** What the page is told of an open model. */
export function describerSummary(model: LookedModel): ModelSummary {
  return writerSummary(model, "caption");
}

/** Such a model reads no text. */
export function nothingRead(text: string): Reading {
  const nothing = new Float32Array();
  return {
    ...{ text, pieces: [], unknownSteps: [], charactersLeft: 0 },
    trace: {
      ...{ steps: 0, ids: new Int32Array(), inputs: nothing, layers: [], outputs: nothing },
      lossNats: nothing,
    },
    task: { name: "caption", names: [], words: [], directions: [], answer: {} },
  };
}

export const describingAnswers: Answers<"describe"> = {
  async describe({ slot, picture }) {
    const model = anyModelIn(slot);
    if (!("predict" in model) || !("task" in model) || model.task !== "caption")
      throw new UnrolledError("invalid-argument", {
        call: "explorer",
        problem: "this needs a model that describes pictures",
      });
    const found = (await model.predict({ picture, beam: BEAM, nBest: BEAM } as never)) as Answer;
    const { text, logProbability, tokens, attention, grid, alternatives } = found;
    return {
      ...{ text, logProbability, grid },
      // The last one is the end, where the text has ended by itself.
      tokens: tokens.map((token, at) =>
        at === tokens.length - 1 && !text.endsWith(token.trim()) ? "(end)" : token.trim(),
      ),
      attention: Float32Array.from(attention.flat()),
      alternatives: alternatives.map((other) => other.text),
    };
  },
};
