/** Recorded sound: samples a second, and each channel's samples, from −1 to 1. */
export interface Sound {
  readonly sampleRateHz: number;
  readonly channels: readonly Float32Array[];
}

/** Where a frame stands: its number, from 0, and when it begins. */
export interface HeardFrame {
  readonly frame: number;
  readonly seconds: number;
}

/** Listens to sound that comes in pieces, such as a microphone's. */
export interface Listening<Heard> {
  /** What is said of the frames that these samples complete, oldest first; often nothing. */
  push(samples: Float32Array): Heard[];
  /** What is left when no more samples come; after it, listening begins anew. */
  finish(): Heard[];
  /** Forgets what was heard. */
  reset(): void;
}
