// Files of sound and of features, as frames.
import { openFile } from "#platform";
import { Differences } from "../../audio/differences.ts";
import { type Frames, frameCount } from "../../audio/frames.ts";
import { FrontEnd } from "../../audio/front-end.ts";
import { type FrontEndOptions, resolveFrontEnd } from "../../audio/front-end-options.ts";
import { readHtkFeatures } from "../../audio/read-htk-features.ts";
import { readSphinxFeatures } from "../../audio/read-sphinx-features.ts";
import { readWav } from "../../audio/read-wav.ts";
import type { Sound } from "../../audio/sound.ts";
import { type DataSource, endingOf } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";

/** How files become frames. Plain data. */
export interface Hearing {
  readonly frontEnd: FrontEndOptions;
  /** Numbers a frame of .mfc files. */
  readonly featureWidth: number;
  /** Differences over time of files of features. */
  readonly deltas: 0 | 1 | 2;
}

const FEATURES = ["mfc", "htk", "fea"];

/** Whether a source is a sound, or features of one, by its ending. */
export function isSoundFile(source: DataSource): boolean {
  return typeof source === "string" && ["wav", ...FEATURES].includes(endingOf(source));
}

/** Reads sounds and features as frames. */
export class Ear {
  readonly #hearing: Hearing;
  readonly #frontEnd: FrontEnd;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
    this.#frontEnd = new FrontEnd(hearing.frontEnd);
  }

  /** @throws UnrolledError that names the file, for one that is not there or is damaged */
  async read(file: string): Promise<Frames> {
    const opened = openFile("read", file);
    const bytes = new Uint8Array(opened.size);
    opened.read(0, bytes);
    try {
      if (endingOf(file) === "wav") return this.hear(readWav(bytes));
      const frames =
        endingOf(file) === "mfc"
          ? readSphinxFeatures(bytes, this.#hearing.featureWidth)
          : readHtkFeatures(bytes);
      return this.#withDifferences(frames);
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      throw error.within({ call: "read", place: file });
    }
  }

  /** The frames of a sound. */
  hear(sound: Sound): Frames {
    return this.#frontEnd.frames(sound);
  }

  /** Seconds from frame to frame. */
  get hopSeconds(): number {
    return 1 / this.#frontEnd.framesPerSecond;
  }

  #withDifferences(frames: Frames): Frames {
    const { deltas } = this.#hearing;
    if (deltas === 0) return frames;
    const differences = new Differences({ ...resolveFrontEnd(this.#hearing.frontEnd), deltas });
    const { width } = frames;
    const all = width * (deltas + 1);
    const values = new Float32Array(frameCount(frames) * all);
    let at = 0;
    const take = (rows: readonly Float64Array[]) => {
      for (const row of rows) {
        values.set(row, at);
        at += all;
      }
    };
    for (let t = 0; t < frameCount(frames); t++)
      take(differences.push(Float64Array.from(frames.values.subarray(t * width, (t + 1) * width))));
    take(differences.finish());
    return { width: all, values };
  }
}
