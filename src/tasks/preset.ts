/** Settings that go together under a name. */
export interface Preset {
  readonly description: string;
  /** The options of `unrolled train` that it stands for; what it does not name keeps its default. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** What it gave and took, where it has been run; missing where it has not. */
  readonly measured?: {
    /** On what is held out. */
    readonly result: string;
    readonly seconds: number;
    /** Text and machine. */
    readonly on: string;
    readonly command: string;
  };
}

/** Presets by name. */
export type Presets = Readonly<Record<string, Preset>>;
