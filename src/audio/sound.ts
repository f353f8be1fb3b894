import { UnrolledError } from "../errors.ts";

/** Recorded sound: each channel's samples, which lie within −1 and 1 unless they were recorded louder. Plain data. */
export interface Sound {
  /** Samples a second. */
  readonly sampleRateHz: number;
  /** One list for each channel, all of one length; at least one. */
  readonly channels: readonly Float32Array[];
}

/** Samples a second that a sound may have. */
const LEAST_RATE_HZ = 1;
const MOST_RATE_HZ = 4_000_000;

/** Whether a number can be a rate of samples. */
export function isSampleRate(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= LEAST_RATE_HZ && (value as number) <= MOST_RATE_HZ;
}

/** An error that names call and argument, unless a number can be a rate of samples. */
export function requireSampleRate(call: string, argument: string, value: unknown): void {
  if (isSampleRate(value)) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: argument,
    got: String(value),
    needed: `samples a second, from ${LEAST_RATE_HZ} to ${MOST_RATE_HZ}`,
  });
}

/**
 * One channel of a sound: the mean of all. A sound of one channel gives its own samples, not copied.
 *
 * @throws UnrolledError "invalid-argument" for a sound without channels, or with channels of different lengths
 */
export function monoOf({ channels }: Sound): Float32Array {
  const [first] = channels;
  if (!first || channels.some(({ length }) => length !== first.length))
    throw new UnrolledError("invalid-argument", {
      call: "monoOf",
      subject: "channels",
      got: `lengths ${channels.map(({ length }) => length).join(", ") || "none"}`,
      needed: "one or more lists of one length",
    });
  if (channels.length === 1) return first;
  const mean = new Float32Array(first.length);
  for (let at = 0; at < mean.length; at++) {
    let sum = 0;
    for (const channel of channels) sum += channel[at];
    mean[at] = sum / channels.length;
  }
  return mean;
}
