// A recogniser that listens: samples in as they come, the text so far out.
import { FrontEnd } from "../../audio/front-end.ts";
import { type CtcDecoderOptions, ctcDecoder } from "../../decoding/ctc/ctc-decoder.ts";
import type { Transcript } from "../../decoding/spoken-words.ts";
import { UnrolledError } from "../../errors.ts";
import type { NetworkModel } from "../../models/network-model.ts";
import { steppedNetwork } from "./stepped-network.ts";
import { TranscribeReader } from "./transcribe-reading.ts";
import type { TranscribeOptions } from "./transcribe-task.ts";

/** How a recogniser listens. */
export interface ListenOptions
  extends Pick<CtcDecoderOptions, "beamWidth" | "nBest" | "leastProbability" | "scorers"> {
  /** Samples a second of what is fed; those that the model has learned from if not given. */
  readonly sampleRateHz?: number | undefined;
}

/** What came of some samples: often nothing, because a step needs all of its samples. */
export interface HeardSteps {
  /** Frames of features [n, F], as the network reads them. */
  readonly features: Float32Array;
  /** What the network says of each step [m, V]. */
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
  /** Says that nothing more follows, and what that completes. */
  finish(): HeardSteps;
}

const CALL = "recogniserSession";

/**
 * A recogniser of the task "transcribe" that reads forwards alone and was trained with CTC, for sound that comes in pieces. It says what it
 * says of a whole recording.
 *
 * @throws UnrolledError "invalid-argument" for a model of another task, with a transducer, whose frames are normalised over an utterance, or
 * that cannot be streamed, and for options out of their range
 */
export function recogniserSession(model: NetworkModel, options: ListenOptions = {}): RecogniserSession {
  const { reading, batching } = optionsOf(model);
  const reader = new TranscribeReader(reading);
  const frontEnd = new FrontEnd(reading.hearing.frontEnd);
  const { sampleRateHz = frontEnd.options.sampleRateHz, ...search } = options;
  const { tokens, blank } = reader;
  const frames = frontEnd.stream(sampleRateHz);
  const network = steppedNetwork(model, batching);
  const { framesPerStep, stepsAhead } = network;
  const secondsPerStep = reader.hopSeconds * framesPerStep;
  const text = ctcDecoder({ ...search, tokens, blank, secondsPerStep }).stream();
  const read = (logits: Float32Array): Float32Array => {
    text.push(logits);
    return logits;
  };
  const take = (values: Float32Array): HeardSteps => {
    const features = reader.normalized({ width: batching.width, values });
    return { features, logits: read(network.push(features)) };
  };
  return {
    tokens,
    blank,
    featureNames: frontEnd.names,
    framesPerStep,
    stepsAhead,
    secondsPerStep,
    feed: (samples) => take(frames.push(samples)),
    text: () => text.text(),
    transcript: () => text.transcript(),
    finish() {
      const last = take(frames.finish());
      const rest = read(network.finish());
      return { features: last.features, logits: Float32Array.from([...last.logits, ...rest]) };
    },
  };
}

function optionsOf({ madeBy }: NetworkModel): TranscribeOptions {
  const refuse = (problem: string) => new UnrolledError("invalid-argument", { call: CALL, problem });
  if (madeBy?.task !== "transcribe") throw refuse("the model is no recogniser of the task transcribe");
  const options = madeBy.options as TranscribeOptions;
  if (options.batching.loss !== "ctc")
    throw refuse("the recogniser is a transducer; one that was trained with CTC can listen");
  if (options.reading.normalize === "utterance")
    throw refuse(
      'frames are normalised over a whole utterance; a recogniser trained with normalize: "training" can listen',
    );
  return options;
}
