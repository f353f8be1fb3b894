// What a trained recogniser says of recordings.
import type { Frames } from "../../audio/frames.ts";
import { frameCount } from "../../audio/frames.ts";
import { requireSound, type Sound } from "../../audio/sound.ts";
import { titleOf } from "../../data/tables/data-source.ts";
import type { Transcript } from "../../decoding/spoken-words.ts";
import { UnrolledError } from "../../errors.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { isRecord } from "../../options/field-checks.ts";
import { valuesOf } from "../../options/option.ts";
import type { TaskData } from "../examples/sources.ts";
import { Ear } from "../sound/ear.ts";
import { isRecording } from "../sound/read-recording.ts";
import type { Asked, Evaluated } from "../task.ts";
import type { Sounding } from "./transcribe-batch.ts";
import { type Recogniser, transcripts } from "./transcribe-decode.ts";
import { type ErrorRates, foundBy, type TranscribeFound } from "./transcribe-measure.ts";
import { TRANSCRIBE_ANSWER_OPTIONS, TRANSCRIBE_EVALUATE_OPTIONS } from "./transcribe-options.ts";
import { heard } from "./transcribe-reading.ts";
import { recogniserOf } from "./transcribe-recogniser.ts";
import { type Utterance, utterancesOf } from "./transcribe-records.ts";
import { BEST_PATH, knowsWords, searchOf } from "./transcribe-search.ts";
import type { TranscribeOptions, TranscribeTrainingSettings } from "./transcribe-task.ts";

/** What was said in a file. */
export interface TranscribeAnswer {
  readonly file: string;
  readonly text: string;
  /** ln of its probability, with what is known of words. */
  readonly score: number;
  /** In seconds. */
  readonly words: readonly { readonly word: string; readonly start: number; readonly end: number }[];
  readonly alternatives: readonly { readonly text: string; readonly score: number }[];
}

/** Figures on other recordings. */
export interface TranscribeEvaluation extends TranscribeFound {
  /** With the language model, the lexicon and the hot words that were said; null without any. */
  readonly withLanguageModel: ErrorRates | null;
  /** Seconds of work for a second of sound. */
  readonly realTimeFactor: number;
}

/** The text of a sound, or of frames of its features as files hold them. */
export async function predict(
  model: LayeredNetwork,
  input: Sound | Frames,
  options: TranscribeOptions,
): Promise<Omit<TranscribeAnswer, "file">> {
  const [answer] = await predictAll(model, [input], options);
  return answer;
}

/** The text of each of many. */
export async function predictAll(
  model: LayeredNetwork,
  inputs: readonly (Sound | Frames)[],
  options: TranscribeOptions,
): Promise<Omit<TranscribeAnswer, "file">[]> {
  const recogniser = recogniserOf(model, options);
  const ear = new Ear(options.reading.hearing);
  const sounds = inputs.map((input) =>
    soundingOf(recogniser, isFrames(input) ? input : ear.frames(ear.recorded(input))),
  );
  return (await transcripts(recogniser, sounds, [BEST_PATH])).map(([said]) => answerOf(said));
}

/** Whether an input is frames, after an error unless it is these or a sound. */
function isFrames(input: Sound | Frames): input is Frames {
  if (isRecord(input) && input.values instanceof Float32Array) return true;
  requireSound("predict", input);
  return false;
}

function soundingOf({ reader }: Recogniser, frames: Frames): Sounding {
  return { frames: reader.normalized(frames), steps: frameCount(frames) };
}

function answerOf({ text, score, words, alternatives }: Transcript): Omit<TranscribeAnswer, "file"> {
  return {
    text,
    score,
    words: words.map(({ word, start, end }) => ({ word, start, end })),
    alternatives,
  };
}

/** A text for each sound of the sources. */
export async function* answers(
  { model, options }: Evaluated<LayeredNetwork, TranscribeOptions>,
  { sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const values = valuesOf("predict", TRANSCRIBE_ANSWER_OPTIONS, given);
  const recogniser = recogniserOf(model, options);
  const ear = new Ear(options.reading.hearing);
  const search = await searchOf(values, recogniser.reader, model.device, values.alternatives + 1);
  const files = sources.filter(isRecording);
  if (files.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "predict",
      problem: `no sound was given (${sources.map(titleOf).join(", ")}), needed files of .wav, .flac, .mp3, .ogg, .mfc or .htk`,
    });
  for (const file of files) {
    const sounding = soundingOf(recogniser, ear.frames(await ear.read(file)));
    const [[said]] = await transcripts(recogniser, [sounding], [search]);
    yield { file, ...answerOf(said) };
  }
}

/** The figures of a trained recogniser on other recordings. */
export async function evaluate(
  { model, options, settings }: Evaluated<LayeredNetwork, TranscribeOptions>,
  data: Pick<TaskData<Utterance>, "train">,
  given: Readonly<Record<string, unknown>>,
): Promise<TranscribeEvaluation> {
  const { bootstrap, confusions, ...decoding } = valuesOf("eval", TRANSCRIBE_EVALUATE_OPTIONS, given);
  const utterances = await utterancesOf(data.train, settings as TranscribeTrainingSettings);
  const recogniser = recogniserOf(model, options);
  const { reader } = recogniser;
  const plain = { ...decoding, lm: null, lexicon: null, hotWords: [], wordBonus: 0 };
  const searches = [
    await searchOf({ ...plain, beam: knowsWords(decoding) ? 0 : decoding.beam }, reader, model.device),
  ];
  if (knowsWords(decoding)) searches.push(await searchOf(decoding, reader, model.device));
  const begun = performance.now();
  const all = await heard(utterances, options.reading.hearing);
  const examples = all.map((each) => reader.example(each));
  const [found, withWords] = await foundBy(recogniser, examples, searches, {
    bootstrap,
    confusions,
  });
  const seconds = examples.reduce((sum, { steps }) => sum + steps, 0) * reader.hopSeconds;
  return {
    ...found,
    withLanguageModel: withWords ? ratesOf(withWords) : null,
    realTimeFactor: (performance.now() - begun) / 1000 / seconds,
  };
}

/** The rates of a search, with what is told beside them. */
function ratesOf({ wer, cer, intervals, confusions }: ErrorRates): ErrorRates {
  return { wer, cer, ...(intervals ? { intervals } : {}), ...(confusions ? { confusions } : {}) };
}
