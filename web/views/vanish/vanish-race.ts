// An Elman network and an LSTM that learn the same sequences in step with one another.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Engine, isAborted } from "../../engine/engine.ts";
import type { TrainingReport, TrainingSample, TrainingSetup } from "../../engine/training-protocol.ts";

/** The two, by the name of their training. */
export const RACERS = [
  { run: "left", cell: "elman" },
  { run: "right", cell: "lstm" },
] as const;

export interface Racer {
  readonly step: number;
  readonly sample: Extract<TrainingSample, { readonly kind: "symbols" }> | undefined;
  /** |∂L/∂h_t|, or of the LSTM |∂L/∂c_t|, of each sequence's last answer. */
  readonly norms: ArrayLike<number> | undefined;
  readonly accuracy: number;
}

export interface Race {
  readonly racers: readonly Racer[];
  readonly isOn: boolean;
  readonly problem: unknown;
  toggle(): void;
  restart(): void;
}

/** Both rest after so many updates. */
export const MOST_UPDATES = 300;

const LEARNING = {
  task: "first",
  layers: 1,
  hidden: 32,
  optimiser: "adam",
  learningRate: 0.01,
  clip: 1,
  batch: 32,
  seed: 1,
} as const;

const NOTHING: Racer = { step: 0, sample: undefined, norms: undefined, accuracy: Number.NaN };

export function useRace(engine: Engine, steps: number, begins: boolean): Race {
  const [racers, setRacers] = useState<readonly Racer[]>([NOTHING, NOTHING]);
  const [isOn, setOn] = useState(begins);
  const [problem, setProblem] = useState<unknown>();
  const [round, setRound] = useState(0);
  const opened = useRef("");
  const newest = useRef(racers);

  useEffect(() => {
    if (!isOn) return;
    const controller = new AbortController();
    const { signal } = controller;
    const race = async () => {
      const wanted = `${steps} ${round}`;
      if (opened.current !== wanted) {
        newest.current = [NOTHING, NOTHING];
        for (const { run, cell } of RACERS)
          await engine.ask("trainOpen", { run, setup: setupOf(cell, steps) }, { signal });
        opened.current = wanted;
      }
      while (newest.current[0].step < MOST_UPDATES) {
        const next: Racer[] = [];
        for (const [index, { run }] of RACERS.entries()) {
          const question = { run, milliseconds: 0, mostSteps: 1, sample: true };
          next.push(after(newest.current[index], await engine.ask("trainAdvance", question)));
        }
        newest.current = next;
        if (signal.aborted) return;
        setRacers(next);
      }
      setOn(false);
    };
    race().catch((error) => {
      if (isAborted(error)) return;
      setProblem(error);
      setOn(false);
    });
    return () => controller.abort();
  }, [engine, steps, isOn, round]);

  const restart = useCallback(() => {
    setRound((before) => before + 1);
    setOn(true);
  }, []);
  const toggle = useCallback(() => {
    if (newest.current[0].step >= MOST_UPDATES) restart();
    else setOn((before) => !before);
  }, [restart]);
  return { racers, isOn, problem, toggle, restart };
}

function setupOf(cell: "elman" | "lstm", steps: number): TrainingSetup {
  return { ...LEARNING, cell, steps };
}

function after(before: Racer, { step, look, sample }: TrainingReport): Racer {
  const { h, c } = look?.lastFlow ?? {};
  return {
    step,
    sample: sample?.kind === "symbols" ? sample : before.sample,
    norms: c?.[0] ?? h?.[0] ?? before.norms,
    accuracy: look ? look.accuracy : before.accuracy,
  };
}
