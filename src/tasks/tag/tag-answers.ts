// What a trained tagger says: of one input, of many, of sound as it comes.
import type { Sound } from "../../audio/sound.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Session } from "../../session/session.ts";
import { likeliest } from "../classify/classify-measure.ts";
import { requireKind } from "../require-kind.ts";
import { framesOf, isHeard, type Samples } from "../sound/heard.ts";
import { type HeardFrame, type Listening, listening } from "../sound/listening.ts";
import type { Asked, Evaluated, TaskLook } from "../task.ts";
import { tagArrays } from "./tag-batch.ts";
import { decodedTags, tagShares } from "./tag-decode.ts";
import { TagReader } from "./tag-examples.ts";
import type { TagOptions } from "./tag-model.ts";
import type { TagSettings } from "./tag-options.ts";
import { isSentence, type ReadTagged, untaggedRecords } from "./tag-records.ts";
import { wordTokens } from "./word-tokens.ts";

/** Words and their tags; of numbers the tags alone. */
export interface Tagged {
  readonly tokens?: readonly string[];
  readonly tags: readonly string[];
}

/** A text, its words, numbers [T][F], or sound: samples are taken at the rate of the front end. */
export type TagInput = string | readonly string[] | readonly (readonly number[])[] | Sound | Samples;

/** The tags of an input: of its words, its steps, or its frames. */
export async function predict(model: LayeredNetwork, input: TagInput, options: TagOptions): Promise<Tagged> {
  const [answer] = await predictAll(model, [input], options);
  return answer;
}

/** The tags of each of many inputs. */
export async function predictAll(
  model: LayeredNetwork,
  inputs: readonly TagInput[],
  options: TagOptions,
): Promise<Tagged[]> {
  const records = inputs.map((input) => untagged(input, options));
  const tags = await tagsOf(model, records, options);
  return records.map((record, at) =>
    isSentence(record) ? { tokens: record.tokens, tags: tags[at] } : { tags: tags[at] },
  );
}

function untagged(input: TagInput, { columns, reading }: TagOptions): ReadTagged {
  if (isHeard(input)) return { values: framesOf(input, columns?.sound), tags: [] };
  requireKind(input, {
    isText: reading.words !== undefined,
    width: reading.features?.length ?? 0,
    hears: columns?.sound !== undefined,
  });
  if (typeof input === "string") return { tokens: wordTokens(input), tags: [] };
  if (Array.isArray(input[0])) return { values: (input as readonly (readonly number[])[]).flat(), tags: [] };
  return { tokens: input as readonly string[], tags: [] };
}

/** What a tagger that reads forwards alone says of each frame. */
export function listen(
  session: Session,
  { columns, reading }: TagOptions,
  { sampleRateHz }: { readonly sampleRateHz?: number | undefined },
): Listening<{ readonly tag: string } & HeardFrame> {
  return listening({
    ...{ session, sampleRateHz, reading: columns?.sound, scaler: reading.scaler },
    saidOf: (scores, at) => ({ tag: reading.tags[likeliest(scores)], ...at }),
  });
}

/** Of numbers nothing is typed. */
export function asksFiles({ reading }: TagOptions): boolean {
  return reading.words === undefined;
}

/** How likely each tag is at each step, with a CRF given all that is read, and the tags that are decided on. */
export async function look(
  model: LayeredNetwork,
  input: string | readonly string[] | readonly (readonly number[])[],
  options: TagOptions,
): Promise<TaskLook> {
  const { reading } = options;
  const isWords = reading.words !== undefined;
  const tokens = typeof input === "string" ? wordTokens(input) : (input as readonly string[]);
  const reader = new TagReader(reading);
  const rows = input as readonly (readonly number[])[];
  const [inputs] = reader.inputs(isWords ? { tokens } : { values: rows.flat() });
  const { steps } = inputs;
  const { tags, shares } = await tagShares(model, inputs, reading);
  return {
    pieces: isWords ? tokens.slice(0, steps) : rows.slice(0, steps).map((row) => row.join(" ")),
    inputs: tagArrays(model, [inputs]),
    names: reading.tags,
    said: shares,
    words: tags,
    answer: { ...(isWords ? { tokens } : {}), tags },
  };
}

/** The tags of each record; the windows of a recording are joined again. */
export async function tagsOf(
  model: LayeredNetwork,
  records: readonly ReadTagged[],
  { reading }: TagOptions,
): Promise<string[][]> {
  const reader = new TagReader(reading);
  const parts = records.map((record) => reader.inputs(record).filter(({ steps }) => steps > 0));
  const tags = await decodedTags(model, parts.flat(), reading);
  let first = 0;
  return parts.map(({ length }) => {
    first += length;
    return tags.slice(first - length, first).flat();
  });
}

/** An answer to each text, and to each sentence or recording of the sources. */
export async function* answers(
  { model, options, settings }: Evaluated<LayeredNetwork, TagOptions>,
  { texts, sources }: Asked,
): AsyncGenerator<object, void> {
  const read = await untaggedRecords(sources, settings as TagSettings, options.columns, wordTokens);
  const records = [...texts.map((text) => ({ tokens: wordTokens(text), tags: [] })), ...read];
  for (const [at, tags] of (await tagsOf(model, records, options)).entries()) {
    const record = records[at];
    if (isSentence(record)) yield { tokens: record.tokens, tags };
    else yield { series: record.group ?? null, tags, ...(record.hopMs ? { hopMs: record.hopMs } : {}) };
  }
}
