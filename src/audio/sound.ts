import { UnrolledError } from "../errors.ts";

/** Recorded sound: each channel's samples, which lie within −1 and 1 unless they were recorded louder. Plain data. */
export interface Sound {
  /** Samples a second. */
  readonly sampleRateHz: number;
  /** One list for each channel, all of one length; at least one. */
  readonly channels: readonly Float32Array[];
}

/** Samples a second that a sound may have. */
export const LEAST_RATE_HZ = 1;
export const MOST_RATE_HZ = 4_000_000;

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

/** An error that names the call, unless these are samples. */
export function requireSamples(call: string, samples: unknown): void {
  if (samples instanceof Float32Array) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "samples",
    got: Array.isArray(samples) ? "an array" : typeof samples,
    needed: "a Float32Array",
  });
}

/** An error that names the call, unless this is a sound. */
export function requireSound(call: string, sound: unknown): void {
  if (typeof sound === "object" && sound !== null && "channels" in sound) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "sound",
    got: kindOf(sound),
    needed: "an object { sampleRateHz, channels }",
  });
}

/** An error that names the call, unless these are the bytes of a file. */
export function requireBytes(call: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "bytes",
    got: kindOf(bytes),
    needed: "a Uint8Array of what the file holds",
  });
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor?.name ?? "an object";
}

/** An error that names the call, unless a sound has one or more channels of one length. */
export function requireChannels(call: string, channels: unknown): void {
  if (Array.isArray(channels) && channels.length > 0) {
    for (const channel of channels) requireSamples(call, channel);
    if (channels.every(({ length }) => length === channels[0].length)) return;
  }
  const lengths = Array.isArray(channels) && channels.map(({ length }) => length).join(", ");
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "channels",
    got: `lengths ${lengths || "none"}`,
    needed: "one or more lists of one length",
  });
}

/**
 * One channel of a sound: the mean of all. A sound of one channel gives its own samples, not copied.
 *
 * @throws UnrolledError "invalid-argument" for a sound without channels, or with channels of different lengths
 */
export function monoOf(sound: Sound): Float32Array {
  requireSound("monoOf", sound);
  const { channels } = sound;
  requireChannels("monoOf", channels);
  const [first] = channels;
  if (channels.length === 1) return first;
  const mean = new Float32Array(first.length);
  for (let at = 0; at < mean.length; at++) {
    let sum = 0;
    for (const channel of channels) sum += channel[at];
    mean[at] = sum / channels.length;
  }
  return mean;
}
