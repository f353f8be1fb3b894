import { Scaler, type ScalerState } from "../../data/tables/scaler.ts";
import { UnrolledError } from "../../errors.ts";
import type { Session } from "../../session/session.ts";
import { SoundReader, type SoundReading } from "./sound-reader.ts";

/** Listens to sound that comes in pieces, and says something of each frame as soon as it is known. */
export interface Listening<Heard> {
  /** What is said of the frames that these samples complete, oldest first; often nothing. */
  push(samples: Float32Array): Heard[];
  /** What is left when no more samples come; after it, listening begins anew. */
  finish(): Heard[];
  /** Forgets what was heard. */
  reset(): void;
}

/** Where a frame stands. */
export interface HeardFrame {
  /** Its number, from 0. */
  readonly frame: number;
  /** When it begins. */
  readonly seconds: number;
}

/** How a model listens. */
export interface ListeningParts<Heard> {
  readonly session: Session;
  readonly reading: SoundReading | undefined;
  readonly scaler: ScalerState | undefined;
  /** Samples a second of what comes. */
  readonly sampleRateHz: number | undefined;
  /** What is said of a frame's outputs. */
  saidOf(output: Float32Array, at: HeardFrame): Heard;
}

/**
 * A network's steps over frames of sound.
 *
 * @throws UnrolledError "invalid-argument" for a model that reads no sound or features of it, or that normalises over whole recordings
 */
export function listening<Heard>(parts: ListeningParts<Heard>): Listening<Heard> {
  const { session, reading, scaler, sampleRateHz, saidOf } = parts;
  if (!reading || !scaler)
    throw new UnrolledError("invalid-argument", { call: "listen", problem: "the model reads no sound" });
  if (reading.featureWidth !== undefined)
    throw new UnrolledError("invalid-argument", {
      call: "listen",
      problem: `the model reads features of ${reading.featureWidth} numbers a frame, which other programs have made of sound`,
    });
  if (reading.isByUtterance)
    throw new UnrolledError("invalid-argument", {
      call: "listen",
      problem:
        "the model normalises over whole recordings, which are not there yet; needed normalize: training",
    });
  const { frontEnd } = new SoundReader(reading);
  const { width, framesPerSecond } = frontEnd;
  const scale = new Scaler(scaler);
  const [{ name: input }] = session.inputs;
  const [{ name: output }] = session.outputs;
  let stream = frontEnd.stream(sampleRateHz);
  let frame = 0;
  const heard = (frames: Float32Array) => {
    const said: Heard[] = [];
    const scaled = scale.apply(frames);
    for (let at = 0; at < scaled.length; at += width) {
      const { data } = session.step({ [input]: scaled.subarray(at, at + width) })[output];
      said.push(saidOf(Float32Array.from(data), { frame, seconds: frame / framesPerSecond }));
      frame += 1;
    }
    return said;
  };
  const reset = () => {
    session.reset();
    stream = frontEnd.stream(sampleRateHz);
    frame = 0;
  };
  return {
    push: (samples) => heard(stream.push(samples)),
    finish() {
      const said = heard(stream.finish());
      reset();
      return said;
    },
    reset,
  };
}
