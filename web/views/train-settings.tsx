// What is trained, on what, and how: all of it in the URL.
import { useState } from "preact/hooks";
import { TRAINED_CELL_NAMES, TRAINED_CELLS, type TrainingSetup } from "../engine/training-protocol.ts";
import type { PageState } from "../state.ts";
import { TASKS } from "../tasks/tasks.ts";

export function setupOf(state: PageState): TrainingSetup {
  return {
    task: state.trainTask,
    cell: state.trainCell,
    layers: state.trainLayers,
    hidden: state.trainHidden,
    optimiser: state.trainOptimiser,
    learningRate: state.trainRate,
    clip: state.trainClip,
    steps: state.trainSteps,
    batch: state.trainBatch,
    seed: state.trainSeed,
    radius: state.trainRadius,
  };
}

export interface TrainSettingsProps {
  readonly state: PageState;
  set(changes: Partial<PageState>): void;
  /** The name of the reader's own file, if there is one. */
  readonly ownText: string | undefined;
  onOwnText(file: File): void;
}

export function TrainSettings({ state, set, ownText, onOwnText }: TrainSettingsProps) {
  const count = (name: "trainLayers" | "trainHidden" | "trainSteps" | "trainBatch", most: number) => ({
    value: state[name],
    least: 1,
    most,
    step: 1,
    onValue: (value: number) => set({ [name]: Math.round(value) }),
  });
  return (
    <fieldset class="card train-settings" aria-label="What is trained, and how">
      <label>
        <span>Task</span>
        <select
          value={state.trainTask}
          onChange={({ currentTarget }) => {
            const task = TASKS.find(({ name }) => name === currentTarget.value);
            const steps = task ? Math.max(state.trainSteps, task.leastSteps) : state.trainSteps;
            set({ trainTask: currentTarget.value, trainSteps: steps });
          }}
        >
          {TASKS.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
          <option value="text">A text: {ownText ?? "TypeScript's declarations of the browser"}</option>
        </select>
      </label>
      <label>
        <span>Cell</span>
        <select
          value={state.trainCell}
          onChange={({ currentTarget }) => set({ trainCell: currentTarget.value as PageState["trainCell"] })}
        >
          {TRAINED_CELLS.map((cell) => (
            <option key={cell} value={cell}>
              {TRAINED_CELL_NAMES[cell]}
            </option>
          ))}
        </select>
      </label>
      <Count label="Layers" {...count("trainLayers", 8)} />
      <Count label="Units" {...count("trainHidden", 1024)} />
      <Count label="Sequence" {...count("trainSteps", 2000)} />
      <Count label="Batch" {...count("trainBatch", 512)} />
      <label>
        <span>Optimiser</span>
        <select
          value={state.trainOptimiser}
          onChange={({ currentTarget }) =>
            set({ trainOptimiser: currentTarget.value as PageState["trainOptimiser"] })
          }
        >
          <option value="adam">Adam</option>
          <option value="sgd">SGD</option>
        </select>
      </label>
      <Count
        label="Learning rate"
        value={state.trainRate}
        least={0}
        most={100}
        step="any"
        onValue={(trainRate) => set({ trainRate })}
      />
      <Count
        label="Clip norm (0: off)"
        value={state.trainClip}
        least={0}
        most={1000}
        step="any"
        onValue={(trainClip) => set({ trainClip })}
      />
      <Count
        label="Radius of W_hh (0: as drawn)"
        value={state.trainRadius}
        least={0}
        most={10}
        step="any"
        onValue={(trainRadius) => set({ trainRadius })}
      />
      <label class="button">
        Learn a text file …
        <input
          type="file"
          accept="text/*,.txt,.md"
          aria-label="Learn a text file of your own"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) onOwnText(file);
            currentTarget.value = "";
          }}
        />
      </label>
    </fieldset>
  );
}

interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number | "any";
  onValue(value: number): void;
}

/** A number that is taken over when the reader is done with it. */
function Count({ label, value, least, most, step, onValue }: CountProps) {
  // What is being typed stays, however often the page is drawn meanwhile.
  const [typed, setTyped] = useState<string>();
  return (
    <label>
      <span>{label}</span>
      <input
        type="number"
        value={typed ?? value}
        min={least}
        max={most}
        step={step}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
        onChange={({ currentTarget }) => {
          const given = currentTarget.valueAsNumber;
          setTyped(undefined);
          if (Number.isFinite(given)) onValue(Math.min(most, Math.max(least, given)));
          else currentTarget.value = String(value);
        }}
      />
    </label>
  );
}
