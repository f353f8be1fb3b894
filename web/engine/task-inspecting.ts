// Answers about what the model of a task has read: what its units follow, what it rests on, how far back it reaches.
import {
  outputGradients,
  respondingUnits,
  type TextFeature,
  textFeatures,
  traceNetwork,
  type UnitResponses,
} from "unrolled/inspect";
import { type Answers, breathe } from "./answers.ts";
import type { SaidReach, Slot } from "./protocol.ts";
import { columnsOf, type LookedAt, lookedAt } from "./task-models.ts";
import { saidThings, unitOfSaid } from "./task-questions.ts";

/** Things said that are walked back from; of more, the last ones. */
const MOST_ROWS = 120;
/** How far what is said may be from what all steps say, and still count as the same. */
const TOLERANCE = 0.05;

/** What the units follow as the newest text, or the newest numbers, are read. */
export async function unitsOfReading(slot: Slot, what: string, signal: AbortSignal): Promise<UnitResponses> {
  const looked = lookedAt(slot);
  const { trace, pieces } = looked.reading;
  const layers = trace.layers.map(({ states, widths }) => ({
    states: Object.fromEntries(
      Object.entries(states).map(([name, values]) => [name, values.slice(widths[name])]),
    ) as UnitResponses["layers"][number]["states"],
    widths: structuredClone(widths),
  }));
  const texts = [...pieces];
  const features = featuresOf(looked);
  return {
    ids: new Int32Array(trace.steps),
    ...{ texts, features, layers },
    units: await respondingUnits(layers, texts, features, { what, signal, surroundings: 8 }),
  };
}

/** What can be seen in a text, or in numbers, at each step; and what the model says there. */
function featuresOf({ model, reading, look }: LookedAt): TextFeature[] {
  const { steps } = reading.trace;
  const columns = columnsOf(model)?.names;
  const feature = (name: string, valueAt: (step: number) => number): TextFeature => {
    const values = Float32Array.from({ length: steps }, (_, step) => valueAt(step));
    // A step that has no number counts as 0.
    return { name, kind: "number", values: values.map((value) => (Number.isFinite(value) ? value : 0)) };
  };
  const K = look.names.length;
  const says =
    model.task === "forecast"
      ? []
      : look.names.map((name, at) => feature(`says ${name}`, (step) => look.said[step * K + at]));
  if (!columns) return [...textFeatures(reading.pieces), ...says];
  const rows = reading.pieces.map((piece) => (piece === "" ? [] : piece.split(" ").map(Number)));
  const seen = columns.flatMap((name, column) => {
    const value = (step: number) => rows[step]?.[column] ?? 0;
    return [
      feature(name, value),
      feature(`change of ${name}`, (step) => (step === 0 ? 0 : value(step) - value(step - 1))),
    ];
  });
  return [...seen, ...says];
}

export const taskAnswers: Answers<"saidGradients" | "saidReach"> = {
  async saidGradients({ slot }, { signal, tell }) {
    const looked = lookedAt(slot);
    const { model, reading } = looked;
    const { steps, layers } = reading.trace;
    const things = saidThings(looked).slice(-MOST_ROWS);
    const matrix = () => new Float64Array(things.length * steps);
    const [inputs, signed] = [matrix(), matrix()];
    const ofLayers = layers.map(matrix);
    const [{ name: output }] = model.network.config.outputs;
    for (const [row, thing] of things.entries()) {
      const said = traceNetwork(model.network, thing.inputs).outputs[output].data as Float32Array;
      const found = outputGradients(model.network, thing.inputs, { [output]: thing.weightsOf(said) });
      const parts: Part[] = [{ values: found.xs, slopes: found.dxs }, ...lagsOf(thing.inputs, found.inputs)];
      for (let step = 0; step < found.steps; step++) {
        const place = row * steps + step;
        for (const { values, slopes } of parts) {
          const width = values.length / found.steps;
          for (let at = step * width; at < (step + 1) * width; at++) {
            inputs[place] += slopes[at] ** 2;
            signed[place] += values[at] * slopes[at];
          }
        }
        inputs[place] = Math.sqrt(inputs[place]);
        for (const [layer, to] of ofLayers.entries()) to[place] = found.layers[layer].states.h[step];
      }
      tell((row + 1) / things.length);
      await breathe();
      signal.throwIfAborted();
    }
    const rows = things.map(({ name, at }) => ({ name, at }));
    return { rows, steps, unit: unitOfSaid(looked), inputs, signed, layers: ofLayers };
  },

  async saidReach({ slot }, { signal, tell }) {
    const looked = lookedAt(slot);
    const { steps } = looked.reading.trace;
    const { what, apartWith } = comparing(looked);
    const contexts = contextsUpTo(steps);
    const apart: number[] = [];
    for (const context of contexts) {
      apart.push(context === steps ? 0 : await apartWith(context, signal));
      tell(apart.length / contexts.length);
    }
    let reach = contexts.length - 1;
    while (reach > 0 && apart[reach - 1] <= TOLERANCE) reach--;
    return { contexts, apart, what, reachSteps: contexts[reach], tolerance: TOLERANCE };
  },
};

/** Numbers of steps one after the other, and what each is worth. */
interface Part {
  readonly values: ArrayLike<number>;
  readonly slopes: Float32Array;
}

/** The straight way from the values of a forecaster's window to what it says, beside its recurrent layers. */
function lagsOf(given: LookedAt["look"]["inputs"], slopes: Readonly<Record<string, Float32Array>>): Part[] {
  if (!slopes.lags) return [];
  return [{ values: (given.lags as { readonly data: ArrayLike<number> }).data, slopes: slopes.lags }];
}

interface Comparing {
  readonly what: string;
  /** How far from what all steps say, with so many of them. */
  apartWith(context: number, signal: AbortSignal): Promise<number>;
}

function comparing(looked: LookedAt): Comparing {
  const { task } = looked.model;
  if (task === "forecast") return comparingForecasts(looked);
  return task === "tag" ? comparingTags(looked) : comparingClasses(looked);
}

/** Half of the sum of what the probabilities of all classes differ by, given the last steps alone. */
function comparingClasses({ model, input, look, reading }: LookedAt): Comparing {
  const K = look.names.length;
  const { steps } = reading.trace;
  const whole = look.said.subarray((steps - 1) * K);
  return {
    what: "half the sum of all differences of probabilities",
    async apartWith(context) {
      const given = typeof input === "string" ? lastPieces(reading.pieces, context) : lastOf(input, context);
      const found = await model.look(given);
      const said = found.said.subarray(-K);
      await breathe();
      return said.reduce((sum, share, at) => sum + Math.abs(share - whole[at]), 0) / 2;
    },
  };
}

/** The share of steps that have another tag, if only so many steps around each are given. */
function comparingTags({ model, input, look, reading }: LookedAt): Comparing {
  const { steps } = reading.trace;
  const rows = (
    typeof input === "string" ? (look.answer as { tokens: readonly unknown[] }).tokens : input
  ) as readonly unknown[];
  return {
    what: "share of steps with another tag",
    async apartWith(context, signal) {
      let other = 0;
      const before = Math.floor(context / 2);
      for (let step = 0; step < steps; step++) {
        const from = Math.max(0, Math.min(step - before, steps - context));
        const { words } = await model.look(rows.slice(from, from + context));
        other += Number(words[step - from] !== look.words[step]);
        await breathe();
        signal.throwIfAborted();
      }
      return other / steps;
    },
  };
}

/** What the forecasts differ by on average, as a share of what the series varies by. */
function comparingForecasts({ model, input, look }: LookedAt): Comparing {
  const answer = look.answer as { readonly mean: readonly unknown[]; readonly history: readonly unknown[] };
  const whole = answer.mean.flat() as number[];
  const values = answer.history.flat() as number[];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return {
    what: "mean difference of the forecasts, as a share of the series’ standard deviation",
    async apartWith(context) {
      const given = Array.isArray(input)
        ? input.slice(-context)
        : { values: (input as { values: readonly unknown[] }).values.slice(-context) };
      const { mean: said } = (await model.predict(given)) as typeof answer;
      await breathe();
      const differences = (said.flat() as number[]).map((value, at) => Math.abs(value - whole[at]));
      return differences.reduce((sum, each) => sum + each, 0) / differences.length / (spread || 1);
    },
  };
}

function lastPieces(pieces: readonly string[], context: number): string {
  return pieces.slice(-context).join("");
}

function lastOf(rows: unknown, context: number): readonly unknown[] {
  return (rows as readonly unknown[]).slice(-context);
}

/** 1, 2, 3, 4, 6, 8, 12, … and all. */
function contextsUpTo(steps: number): SaidReach["contexts"] {
  const found: number[] = [];
  for (let context = 1; context < steps; context *= 2) {
    found.push(context);
    if (Number.isInteger(1.5 * context) && 1.5 * context < steps) found.push(1.5 * context);
  }
  return [...found, steps];
}
