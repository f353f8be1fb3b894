// What can be asked about of all that a task's model says: the numbers of which it is made, as weights of the network's outputs.
import type { LookedAt } from "./task-models.ts";

/** One thing that is said. */
export interface SaidThing {
  readonly name: string;
  /** The step at which it is said. */
  readonly at: number;
  /** The network's inputs up to where it is said. */
  readonly inputs: LookedAt["look"]["inputs"];
  /** Of the network's one output: the gradient of what is asked about. */
  weightsOf(output: Float32Array): Float32Array;
}

interface Options {
  readonly reading?: { readonly isMultiLabel?: boolean };
  readonly temperature?: number;
  readonly quantiles?: readonly number[];
  readonly distribution?: string;
}

/** What it is measured in. */
export function unitOfSaid({ model }: LookedAt): string {
  return model.task === "forecast" ? "of the series’ scale" : "nats";
}

/** All that was said of the newest reading, the first step's first. */
export function saidThings(looked: LookedAt): SaidThing[] {
  const { task, madeBy } = looked.model;
  const options = (madeBy?.options ?? {}) as Options;
  if (task === "forecast") return forecasts(looked, options);
  return task === "tag" ? tags(looked) : classes(looked, options);
}

/** At each step the likeliest class so far, if the text ended there: log p of it. */
function classes({ look, reading }: LookedAt, { reading: read, temperature = 1 }: Options): SaidThing[] {
  const { names, said } = look;
  const K = names.length;
  return Array.from({ length: reading.trace.steps }, (_, at) => {
    const likeliest = largestAt(said.subarray(at * K, (at + 1) * K));
    return {
      ...{ name: names[likeliest], at, inputs: upTo(look.inputs, at + 1) },
      weightsOf: (logits) =>
        read?.isMultiLabel
          ? logits.map((logit, at) => (at === likeliest ? 1 - 1 / (1 + Math.exp(-logit)) : 0))
          : slopesOfLog(logits, likeliest, temperature),
    };
  });
}

/** At each step the tag that was decided on: log p of it by the step's own scores, before tags are decided together. */
function tags({ look, reading }: LookedAt): SaidThing[] {
  const { names, words, inputs } = look;
  const K = names.length;
  return Array.from({ length: reading.trace.steps }, (_, at) => ({
    ...{ name: words[at], at, inputs },
    weightsOf(emissions) {
      const weights = new Float32Array(emissions.length);
      weights.set(slopesOfLog(emissions.subarray(at * K, (at + 1) * K), names.indexOf(words[at]), 1), at * K);
      return weights;
    },
  }));
}

/** Behind the last step each step ahead: its median where quantiles are said, else the middle of the next step's distribution. */
function forecasts({ look, reading }: LookedAt, { quantiles = [], distribution }: Options): SaidThing[] {
  const at = reading.trace.steps - 1;
  const weight = (place: (length: number) => number) => (output: Float32Array) => {
    const weights = new Float32Array(output.length);
    weights[place(output.length)] = 1;
    return weights;
  };
  const given = { at, inputs: look.inputs };
  if (distribution !== "quantiles")
    return [
      { ...given, name: look.names[0], weightsOf: weight((length) => length - length / reading.trace.steps) },
    ];
  const apart = quantiles.map((q) => Math.abs(q - 0.5));
  const median = apart.indexOf(Math.min(...apart));
  return look.names.map((name, each) => ({
    ...{ ...given, name },
    weightsOf: weight(() => each * quantiles.length + median),
  }));
}

/** The gradient of log softmax(logits / temperature) at one place. */
function slopesOfLog(logits: Float32Array, place: number, temperature: number): Float32Array {
  const most = logits.reduce((so, logit) => Math.max(so, logit), -Infinity);
  const shares = logits.map((logit) => Math.exp((logit - most) / temperature));
  const sum = shares.reduce((so, share) => so + share, 0);
  return shares.map((share, at) => (Number(at === place) - share / sum) / temperature);
}

function largestAt(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

/** The first steps of inputs [1, T, …]. */
function upTo(inputs: LookedAt["look"]["inputs"], steps: number): LookedAt["look"]["inputs"] {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const { shape, data } = value as { shape: readonly number[]; data: Float32Array };
      const width = data.length / shape[1];
      return [name, { shape: [1, steps, ...shape.slice(2)], data: data.subarray(0, steps * width) }];
    }),
  );
}
