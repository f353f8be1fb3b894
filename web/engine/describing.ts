// Models that say what is in a picture: what they say, and at which of its places each word looked.
import { UnrolledError } from "unrolled";
import { type AttentionTrace, traceEncoderDecoder } from "unrolled/inspect";
import type { Answers } from "./answers.ts";
import { anyModelIn } from "./models.ts";
import type { ModelSummary, Reading } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";
import type { SideTrace } from "./writer-protocol.ts";
import { writerSummary } from "./writer-summary.ts";
import { writtenReading } from "./written.ts";

/** Hypotheses that are followed at a time, of which as many are shown. */
const BEAM = 5;

/** What the task says of a picture, as far as it is shown. */
interface Answer {
  readonly text: string;
  readonly logProbability: number;
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
    const look = await model.look({ picture, beam: BEAM, nBest: BEAM });
    const trace = traceEncoderDecoder(model.network, look.inputs);
    const { text, logProbability, attention, grid, alternatives } = look.answer as Answer;
    const others = alternatives.map((other) => other.text);
    const [, columns] = grid;
    const sides = {
      source: Array.from({ length: grid[0] * columns }, (_, at) => placeName(at, columns)),
      encoder: trace.attention.slice(0, 1).map(placesTrace),
      decoder: trace.layers,
      ...{ text, logProbability, alternatives: others },
    };
    const written = writtenReading(look, trace, sides, (token) => token.trim());
    return {
      ...{ text, logProbability, grid, alternatives: others, written },
      tokens: written.target,
      attention: Float32Array.from(attention.flat()),
    };
  },
};

/** Row and column of a place, from 1. */
function placeName(at: number, columns: number): string {
  return `${Math.floor(at / columns) + 1}:${(at % columns) + 1}`;
}

/** The places of a picture as a layer whose states they are. */
function placesTrace({ memory, entries }: AttentionTrace): SideTrace {
  const width = memory.length / entries;
  // Row 0 is the state before the first step, of which there is none here.
  const h = new Float32Array(memory.length + width);
  h.set(memory, width);
  return {
    ...{ name: "places", cell: "rnn", hiddenSize: width, steps: entries },
    ...{ states: { h }, widths: { h: width }, gates: {}, activations: {} },
  };
}
