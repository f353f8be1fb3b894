// What a trained classifier says: of one input, of many, of sound as it comes.
import type { Sound } from "../../audio/sound.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Session } from "../../session/session.ts";
import { requireKind } from "../require-kind.ts";
import { framesOf, isHeard, type Samples } from "../sound/heard.ts";
import { type HeardFrame, type Listening, listening } from "../sound/listening.ts";
import type { Asked, Evaluated, TaskLook } from "../task.ts";
import { ClassifyReader } from "./classify-examples.ts";
import { likeliest, logitsOf, probabilities } from "./classify-measure.ts";
import type { ClassifyOptions } from "./classify-model.ts";
import type { ClassifySettings } from "./classify-options.ts";
import { unlabelledRecords } from "./classify-records.ts";

/** What a classifier says of an input: the likeliest label, or with several labels all that are likelier than not. */
export interface Classified {
  readonly label: string | readonly string[];
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A text, numbers [T][F], or sound: samples are taken at the rate of the front end. */
export type ClassifyInput = string | readonly (readonly number[])[] | Sound | Samples;

/** What a classifier says of an input. */
export async function predict(
  model: LayeredNetwork,
  input: ClassifyInput,
  options: ClassifyOptions,
): Promise<Classified> {
  const [answer] = await predictAll(model, [input], options);
  return answer;
}

/** What it says of each of many. */
export async function predictAll(
  model: LayeredNetwork,
  inputs: readonly ClassifyInput[],
  options: ClassifyOptions,
): Promise<Classified[]> {
  const reader = new ClassifyReader(options.reading);
  const read = (input: ClassifyInput) => {
    if (isHeard(input)) return reader.scale(framesOf(input, options.columns?.sound));
    requireKind(input, {
      isText: reader.tokenizer !== undefined,
      width: options.reading.features?.length ?? 0,
      hears: options.columns?.sound !== undefined,
    });
    return typeof input === "string" ? reader.encode(input) : reader.scale(input.flat());
  };
  const logits = await logitsOf(model, inputs.map(read));
  return logits.map((own) => answerOf(own, options));
}

/** How likely each class is after each step, if the text or the numbers ended there. */
export async function look(
  model: LayeredNetwork,
  input: string | readonly (readonly number[])[],
  options: ClassifyOptions,
): Promise<TaskLook> {
  const reader = new ClassifyReader(options.reading);
  const width = reader.tokenizer ? 1 : options.reading.features!.length;
  const inputs = typeof input === "string" ? reader.encode(input) : reader.scale(input.flat());
  const steps = inputs.length / width;
  const logits = await logitsOf(
    model,
    Array.from({ length: steps }, (_, step) => inputs.subarray(0, (step + 1) * width)),
  );
  const each = logits.map((own) => answerOf(own, options));
  const { labels } = options.reading;
  return {
    pieces:
      typeof input === "string"
        ? reader.pieces(input, inputs as Int32Array)
        : input.map((row) => row.join(" ")),
    inputs: {
      [model.config.inputs[0].name]: {
        shape: reader.tokenizer ? [1, steps] : [1, steps, width],
        data: inputs,
      },
    },
    names: labels,
    said: Float32Array.from(each.flatMap(({ probabilities }) => labels.map((label) => probabilities[label]))),
    words: each.map(({ label }) => [label].flat().join(", ")),
    answer: each[steps - 1],
  };
}

/** What a classifier that reads forwards alone says after each frame of all that it has heard. */
export function listen(
  session: Session,
  options: ClassifyOptions,
  { sampleRateHz }: { readonly sampleRateHz?: number | undefined },
): Listening<Classified & HeardFrame> {
  const { columns, reading } = options;
  return listening({
    ...{ session, sampleRateHz, reading: columns?.sound, scaler: reading.scaler },
    saidOf: (logits, at) => ({ ...answerOf(logits, options), ...at }),
  });
}

/** Of numbers nothing is typed. */
export function asksFiles({ reading }: ClassifyOptions): boolean {
  return reading.tokenizer === undefined;
}

function answerOf(
  logits: Float32Array,
  { reading: { labels, isMultiLabel }, temperature }: ClassifyOptions,
): Classified {
  const shares = isMultiLabel
    ? Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)))
    : probabilities(logits, temperature);
  const named = Object.fromEntries(labels.map((label, at) => [label, shares[at]]));
  if (isMultiLabel) return { label: labels.filter((_, at) => shares[at] > 0.5), probabilities: named };
  return { label: labels[likeliest(shares)], probabilities: named };
}

/** An answer to each text, and to each text or window of the sources. */
export async function* answers(
  { model, options, settings }: Evaluated<LayeredNetwork, ClassifyOptions>,
  { texts, sources }: Asked,
  { top }: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const reader = new ClassifyReader(options.reading);
  const { features } = options.reading;
  const columns = options.columns ?? (features && { features });
  const records = await unlabelledRecords(sources, settings as ClassifySettings, columns);
  const asked = [...texts.map((text) => ({ text })), ...records];
  const inputs = asked.flatMap((record) => reader.inputs(record));
  const logits = await logitsOf(
    model,
    inputs.map((each) => each.inputs),
  );
  for (const [at, { place }] of inputs.entries()) {
    const { label, probabilities } = answerOf(logits[at], options);
    const likely = Object.entries(probabilities)
      .toSorted(([, left], [, right]) => right - left)
      .slice(0, (top as number | null) ?? undefined);
    yield { label, probabilities: Object.fromEntries(likely), ...place };
  }
}
