// What a trained translator says: of one source, of many, step by step.
import { linesOf, titleOf } from "../../data/tables/data-source.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import { UnrolledError } from "../../errors.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { type GivenFor, valuesOf } from "../../options/option.ts";
import { answeredAlike } from "../answered-alike.ts";
import type { Asked, Evaluated, PredictEvent, TaskLook } from "../task.ts";
import { steppedLook, writtenIds } from "./stepped-look.ts";
import type { TranslateLoss } from "./translate-batch.ts";
import { type DecodeOptions, decodedTargets, targetEvents } from "./translate-decode.ts";
import { TRANSLATE_ANSWER_OPTIONS } from "./translate-options.ts";
import { TranslateReader, type TranslateReading } from "./translate-reading.ts";

/** What a translator is made from. Plain data. */
export interface TranslateOptions {
  readonly network: NetworkConfig;
  readonly reading: TranslateReading;
  readonly loss: TranslateLoss;
}

/** Characters of a source that an error shows. */
const SHOWN = 60;

/** A target, and how likely it is. */
export interface TranslatedTo {
  readonly target: string;
  /** What targets are compared by: `logProbability` with the penalties of the search. */
  readonly score: number;
  /** Sum of the log probabilities of its tokens and of its end, in nats. */
  readonly logProbability: number;
  /** Its tokens, with its end where it has ended by itself. */
  readonly targetTokens: readonly string[];
  /** The share that each of the source's tokens had for each of its own [U][T]; none without attention. */
  readonly alignment: readonly (readonly number[])[];
}

/** A source and what it was made into. */
export interface Translation extends TranslatedTo {
  readonly source: string;
  /** Tokens of the source, with its end. */
  readonly sourceTokens: readonly string[];
  /** Parts of the source that the model has never seen and reads as `<unk>`, where there are any. */
  readonly unknown?: readonly string[];
  /** The targets that came behind it, where more than one was asked for. */
  readonly alternatives: readonly TranslatedTo[];
}

/** A source with how to translate it; what is not given is as `TRANSLATE_ANSWER_OPTIONS` has it. */
export type TranslateInput =
  | string
  | ({ readonly source: string } & GivenFor<typeof TRANSLATE_ANSWER_OPTIONS>);

/**
 * The target of a source, by beam search or drawn.
 *
 * @throws UnrolledError "invalid-argument" for a source of more tokens than `maxLength` of the training, and for options that do not fit
 */
export async function predict(
  model: LayeredNetwork,
  input: TranslateInput,
  options: TranslateOptions,
): Promise<Translation> {
  const [found] = await predictAll(model, [input], options);
  return found;
}

/** The target of each of many sources. What is drawn is drawn for each by itself, so that it is the same beside any. */
export async function predictAll(
  model: LayeredNetwork,
  inputs: readonly TranslateInput[],
  options: TranslateOptions,
): Promise<Translation[]> {
  return answeredAlike(
    inputs.map(askedFor),
    ({ how }) => (how.temperature === null ? JSON.stringify(how) : undefined),
    (alike) =>
      translationsOf(
        model,
        alike.map(({ source }) => source),
        options,
        alike[0].how,
      ),
  );
}

/** As `predict`, and tells the target piece by piece, as soon as each is settled. */
export async function* predictEvents(
  model: LayeredNetwork,
  input: TranslateInput,
  options: TranslateOptions,
): AsyncGenerator<PredictEvent<Translation>, void> {
  const { source, how } = askedFor(input);
  const reader = new TranslateReader(options.reading);
  const ids = requireShort(reader, source);
  const stream = reader.target.stream();
  if (isNothing(ids)) {
    yield { type: "end", answer: translationOf(reader, source, ids, NOTHING) };
    return;
  }
  for await (const event of targetEvents(model, [ids], reader, how)) {
    const isOver = event.type === "end";
    const text = isOver ? stream.end() : Array.from(event.tokens, (id) => stream.push(id)).join("");
    if (text !== "") yield { type: "text", text };
    if (isOver) yield { type: "end", answer: translationOf(reader, source, ids, event.hypotheses) };
  }
}

/** How likely each token of the target is at each of its steps, which reads the token before. */
export async function look(
  model: LayeredNetwork,
  input: TranslateInput,
  options: TranslateOptions,
): Promise<TaskLook> {
  const { source, how } = askedFor(input);
  const reader = new TranslateReader(options.reading);
  const ids = requireShort(reader, source);
  const [hypotheses] = await decodedTargets(model, [ids], reader, how);
  const { end, target: tokenizer } = reader;
  const said = writtenIds(end, hypotheses[0]);
  const given = { source: { shape: [1, ids.length], data: ids } };
  return {
    ...steppedLook(model, given, said, { end, tokenizer }),
    answer: translationOf(reader, source, ids, hypotheses),
  };
}

function askedFor(input: TranslateInput) {
  const { source, ...given } = typeof input === "string" ? { source: input } : Object(input);
  if (typeof source !== "string")
    throw new UnrolledError("invalid-argument", {
      call: "predict",
      problem: "this is nothing to translate, needed a text, or { source } with a text",
    });
  const { alignment: _, plotFile: __, ...how } = valuesOf("predict", TRANSLATE_ANSWER_OPTIONS, given);
  return { source, how };
}

/** @param placeOf where a text stands, for errors, where it is one of a file */
async function translationsOf(
  model: LayeredNetwork,
  texts: readonly string[],
  { reading }: TranslateOptions,
  how: DecodeOptions,
  placeOf: (at: number) => string | undefined = () => undefined,
): Promise<Translation[]> {
  const reader = new TranslateReader(reading);
  const sources = texts.map((text, at) => requireShort(reader, text, placeOf(at)));
  const found = await decodedTargets(
    model,
    sources.filter((ids) => !isNothing(ids)),
    reader,
    how,
  );
  const rest = found.values();
  return sources.map((ids, at) =>
    translationOf(reader, texts[at], ids, isNothing(ids) ? NOTHING : rest.next().value!),
  );
}

/** Whether a source has no token but its end. */
function isNothing({ length }: Int32Array): boolean {
  return length === 1;
}

/** What a source of nothing becomes. */
const NOTHING: readonly Hypothesis[] = [
  { tokens: new Int32Array(), logProbability: 0, score: 0, finishReason: "length" },
];

function translationOf(
  reader: TranslateReader,
  source: string,
  ids: Int32Array,
  hypotheses: readonly Hypothesis[],
): Translation {
  const [best, ...alternatives] = hypotheses.map((each) => translatedTo(reader, each));
  const unknown = reader.unknownIn(source);
  return {
    source,
    ...best,
    sourceTokens: Array.from(ids, (id) => reader.source.token(id)),
    ...(unknown.length > 0 ? { unknown } : {}),
    alternatives,
  };
}

function translatedTo(reader: TranslateReader, hypothesis: Hypothesis): TranslatedTo {
  const { tokens, score, logProbability, attention = [] } = hypothesis;
  const ids = writtenIds(reader.end, hypothesis);
  return {
    target: reader.text(tokens),
    score,
    logProbability,
    targetTokens: ids.map((id) => reader.target.token(id)),
    alignment: attention.slice(0, ids.length).map((row) => Array.from(row)),
  };
}

function requireShort(reader: TranslateReader, text: string, place = "a source"): Int32Array {
  const ids = reader.sourceIds(text);
  if (ids.length - 1 <= reader.maxLength) return ids;
  const begins = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    problem: `${place} has ${ids.length - 1} tokens, needed at most ${reader.maxLength} (maxLength of the training): ${begins}`,
  });
}

/** A translation of each text, and of each line of the sources. */
export async function* answers(
  { model, options }: Evaluated<LayeredNetwork, TranslateOptions>,
  { texts, sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const all: { readonly text: string; readonly place?: string }[] = texts.map((text) => ({ text }));
  // A line of nothing has an answer too, so that those of a file stand in its lines.
  for (const source of sources)
    for await (const { text, line } of linesOf(source))
      all.push({ text: text.trim(), place: `${titleOf(source)}, line ${line}` });
  yield* await translationsOf(
    model,
    all.map(({ text }) => text),
    options,
    askedFor({ ...given, source: "" }).how,
    (at) => all[at].place,
  );
}
