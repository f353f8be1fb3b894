// A training as the page knows it, kept while the reader looks at other views: what was reported, thinned to what a figure can show.
import type { Engine } from "./engine/engine.ts";
import type { GivenFile } from "./engine/protocol.ts";
import type { Flow, TrainingReport, TrainingSample, TrainingSetup } from "./engine/training-protocol.ts";
import { TASKS } from "./tasks/tasks.ts";
import { sayTraining } from "./training-signal.ts";

/** A stretch of training as one point of the curves: means over its steps, the largest norm in it. */
export interface CurvePoint {
  /** The last of its steps, and how many it stands for. */
  readonly step: number;
  readonly span: number;
  readonly loss: number;
  readonly norm: number;
}

/** A look at the network after a step. */
export interface Look {
  readonly step: number;
  /** Looks that it stands for. */
  readonly span: number;
  readonly accuracy: number;
  readonly bestLoss: number | undefined;
  readonly norm: number;
  readonly flow: Flow;
  readonly lastFlow: Flow;
}

export interface TrainingStory {
  readonly setup: TrainingSetup | undefined;
  readonly isPlaying: boolean;
  readonly parameters: number | undefined;
  readonly step: number;
  readonly curve: readonly CurvePoint[];
  readonly looks: readonly Look[];
  readonly symbolsPerSecond: number;
  readonly sample: TrainingSample | undefined;
  readonly hasDiverged: boolean;
  readonly problem: unknown;
}

const NOTHING: TrainingStory = {
  setup: undefined,
  isPlaying: false,
  parameters: undefined,
  step: 0,
  curve: [],
  looks: [],
  symbolsPerSecond: 0,
  sample: undefined,
  hasDiverged: false,
  problem: undefined,
};

/** How long the worker trains before it answers others. */
const ADVANCE_MS = 90;
/** Steps that are looked at one by one, since most happens in them. */
const FIRST_STEPS = 20;
const SAMPLE_EVERY_MS = 1000;
const MOST_POINTS = 600;
const MOST_LOOKS = 240;

export class TrainingSession {
  readonly #engine: Engine;
  readonly #listeners = new Set<() => void>();
  #story = NOTHING;
  /** Counts beginnings, so that what a training before this one still says is not heard. */
  #beginning = 0;
  #isOpen = false;
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get story(): TrainingStory {
    return this.#story;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets what was trained; the next step begins anew with this setup. */
  reset(setup: TrainingSetup): void {
    this.#beginning += 1;
    this.#isOpen = false;
    this.#sampledAt = Number.NEGATIVE_INFINITY;
    this.#tell({ ...NOTHING, setup });
  }

  /** Trains until `pause`; `text` gives what is learnt where that is a text. */
  async play(text: () => Promise<string>): Promise<void> {
    if (this.#story.isPlaying || this.#story.hasDiverged) return;
    this.#tell({ isPlaying: true });
    const beginning = this.#beginning;
    while (this.#story.isPlaying && beginning === this.#beginning)
      await this.#advance(text, ADVANCE_MS, this.#story.step < FIRST_STEPS ? 1 : Number.MAX_SAFE_INTEGER);
  }

  pause(): void {
    this.#tell({ isPlaying: false });
  }

  /** One step. */
  step(text: () => Promise<string>): Promise<void> {
    this.#sampledAt = Number.NEGATIVE_INFINITY;
    return this.#advance(text, 0, 1);
  }

  /** Whether what is trained reads numbers, which the other views do not show. */
  get readsNumbers(): boolean {
    return TASKS.some(({ name, kind }) => name === this.#story.setup?.task && kind === "numbers");
  }

  files(): Promise<readonly GivenFile[]> {
    return this.#engine.ask("trainFiles", { run: "train" });
  }

  archive(): Promise<GivenFile> {
    return this.#engine.ask("trainSave", { run: "train" });
  }

  async #advance(text: () => Promise<string>, milliseconds: number, mostSteps: number): Promise<void> {
    const beginning = this.#beginning;
    const { setup } = this.#story;
    if (!setup) return;
    try {
      if (!this.#isOpen) {
        const given = setup.task === "text" ? await text() : undefined;
        const { parameters } = await this.#engine.ask("trainOpen", { run: "train", setup, text: given });
        if (beginning !== this.#beginning) return;
        this.#isOpen = true;
        this.#tell({ parameters, problem: undefined });
      }
      const sample = performance.now() - this.#sampledAt > SAMPLE_EVERY_MS;
      const report = await this.#engine.ask("trainAdvance", {
        run: "train",
        milliseconds,
        mostSteps,
        sample,
      });
      if (report.sample) this.#sampledAt = performance.now();
      if (beginning === this.#beginning) this.#tell(this.#with(report));
    } catch (problem) {
      if (beginning === this.#beginning) this.#tell({ problem, isPlaying: false });
    }
  }

  #with(report: TrainingReport): Partial<TrainingStory> {
    const { losses, norms, step, hasDiverged } = report;
    const first = step - losses.length + (hasDiverged ? 2 : 1);
    const points = Array.from(losses, (loss, index) => ({
      step: first + index,
      span: 1,
      loss,
      norm: norms[index],
    }));
    const looks = report.look ? [{ step, span: 1, norm: norms[norms.length - 1], ...report.look }] : [];
    return {
      step,
      hasDiverged,
      isPlaying: this.#story.isPlaying && !hasDiverged,
      curve: thinned([...this.#story.curve, ...points], MOST_POINTS, meanOf),
      looks: thinned([...this.#story.looks, ...looks], MOST_LOOKS, newestOf),
      symbolsPerSecond: report.symbolsPerSecond,
      sample: report.sample ?? this.#story.sample,
    };
  }

  #tell(changes: Partial<TrainingStory>): void {
    this.#story = { ...this.#story, ...changes };
    sayTraining(this.#story.isPlaying ? this.#story.step : undefined);
    for (const listener of this.#listeners) listener();
  }
}

/**
 * At most so many entries: where there are more, neighbours are put together, so that all stand for stretches of about the same
 * length, the newest too.
 */
export function thinned<Entry extends { readonly span: number }>(
  entries: readonly Entry[],
  most: number,
  together: (earlier: Entry, later: Entry) => Entry,
): readonly Entry[] {
  const all = entries.reduce((sum, { span }) => sum + span, 0);
  // Powers of two, so that stretches that were put together once still fit together.
  const width = 2 ** Math.ceil(Math.log2((2 * all) / most));
  const left: Entry[] = [];
  for (const entry of entries) {
    const before = left[left.length - 1];
    if (before && before.span + entry.span <= width) left[left.length - 1] = together(before, entry);
    else left.push(entry);
  }
  return left;
}

function meanOf(earlier: CurvePoint, later: CurvePoint): CurvePoint {
  const span = earlier.span + later.span;
  return {
    step: later.step,
    span,
    loss: (earlier.span * earlier.loss + later.span * later.loss) / span,
    norm: Math.max(earlier.norm, later.norm),
  };
}

function newestOf(earlier: Look, later: Look): Look {
  return { ...later, span: earlier.span + later.span };
}

const sessions = new WeakMap<Engine, TrainingSession>();

/** The one training of an engine. */
export function trainingOf(engine: Engine): TrainingSession {
  let session = sessions.get(engine);
  if (!session) {
    session = new TrainingSession(engine);
    sessions.set(engine, session);
  }
  return session;
}
