// A recogniser that listens: samples in as they come, the text so far out.
import { FrontEnd } from "../../audio/front-end.ts";
import type { Transcript } from "../../decoding/spoken-words.ts";
import { UnrolledError } from "../../errors.ts";
import type { NetworkModel } from "../../models/network-model.ts";
import { steppedNetwork } from "./stepped-network.ts";
import { recogniserOf } from "./transcribe-recogniser.ts";
import type { TranscribeOptions } from "./transcribe-task.ts";
import { type TextSearch, textStreams } from "./transcribe-texts.ts";

/** How a recogniser listens. Beams are 32 texts wide if not given, of a transducer 8. */
export interface ListenOptions extends TextSearch {
  /** Samples a second of what is fed; those that the model has learned from if not given. */
  readonly sampleRateHz?: number | undefined;
}

/** What came of some samples: often nothing, because a step needs all of its samples. */
export interface HeardSteps {
  /** Frames of features [n, F], as the network reads them. */
  readonly features: Float32Array;
  /** What the network says of each step [m, V]; empty of a transducer, which says nothing without the labels before. */
  readonly logits: Float32Array;
}

/** A recogniser in the middle of a recording. */
export interface RecogniserSession {
  /** The text of each class, [V]; that of the blank is "". */
  readonly tokens: readonly string[];
  readonly blank: number;
  /** What each number of a frame is, [F]. */
  readonly featureNames: readonly string[];
  readonly framesPerStep: number;
  readonly secondsPerStep: number;
  /** Steps behind its own that a step waits for, because the network looks ahead. */
  readonly stepsAhead: number;
  /** Reads samples of one channel, and says what came of them. */
  feed(samples: Float32Array): HeardSteps;
  /** The text so far, whose last word may not be over. */
  text(): string;
  /** The text if nothing more follows, with its words' times and other texts. */
  transcript(): Transcript;
  /** Says that nothing more follows, and what that completes; nothing can be fed after it. */
  finish(): HeardSteps;
}

const CALL = "recogniserSession";

/**
 * A recogniser of the task "transcribe" that reads forwards alone, for sound that comes in pieces. It says what it says of a whole
 * recording.
 *
 * @throws UnrolledError "invalid-argument" for a model of another task, whose frames are normalised over an utterance, or that cannot be
 * streamed, and for options out of their range
 */
export function recogniserSession(model: NetworkModel, options: ListenOptions = {}): RecogniserSession {
  const { sampleRateHz, ...search } = options;
  const made = optionsOf(model);
  const recogniser = recogniserOf(model.network, made);
  const { batching } = recogniser;
  const { reader, secondsPerStep } = recogniser;
  const { tokens, blank } = reader;
  const frontEnd = new FrontEnd(reader.hearing.frontEnd);
  const frames = frontEnd.stream(sampleRateHz ?? frontEnd.options.sampleRateHz);
  const network = steppedNetwork(model, batching);
  const { framesPerStep, stepsAhead } = network;
  const text = textStreams(recogniser)(search);
  const read = (said: Float32Array): Float32Array => {
    text.push(said);
    return batching.loss === "ctc" ? said : new Float32Array(0);
  };
  const take = (values: Float32Array): HeardSteps => {
    const features = reader.normalized({ width: batching.width, values });
    return { features, logits: read(network.push(features)) };
  };
  let isOver = false;
  return {
    tokens,
    blank,
    featureNames: frontEnd.names,
    framesPerStep,
    stepsAhead,
    secondsPerStep,
    feed(samples) {
      if (isOver)
        throw new UnrolledError("invalid-argument", {
          call: "RecogniserSession.feed",
          problem: "the session is finished, needed a new one",
        });
      return take(frames.push(samples));
    },
    text: () => text.text(),
    transcript: () => text.transcript(),
    finish() {
      if (isOver) return { features: new Float32Array(0), logits: new Float32Array(0) };
      isOver = true;
      const last = take(frames.finish());
      const rest = read(network.finish());
      return { features: last.features, logits: Float32Array.from([...last.logits, ...rest]) };
    },
  };
}

function optionsOf(model: NetworkModel): TranscribeOptions {
  const refuse = (problem: string) => new UnrolledError("invalid-argument", { call: CALL, problem });
  const { madeBy } = model ?? {};
  if (madeBy?.task !== "transcribe") throw refuse("the model is no recogniser of the task transcribe");
  const options = madeBy.options as TranscribeOptions;
  if (options.reading.normalize === "utterance")
    throw refuse(
      'frames are normalised over a whole utterance; a recogniser trained with normalize: "training" can listen',
    );
  return options;
}
