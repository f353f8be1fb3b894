// A network learns in the page: its loss beside what is known of the task, its answers, and how far back the gradient reaches while it
// learns.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { TRAINED_CELL_NAMES } from "../engine/training-protocol.ts";
import { elementSource } from "../export/element-source.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { FlowMap } from "../figures/flow-map.tsx";
import { useWidth } from "../figures/use-width.ts";
import { inWords, type Page } from "../page.ts";
import { TASKS } from "../tasks/tasks.ts";
import { type TrainingStory, trainingOf } from "../training-session.ts";
import "./train.css";
import { TrainCurves } from "./train-curves.tsx";
import { SampleShown } from "./train-sample.tsx";
import { setupOf, TrainSettings } from "./train-settings.tsx";
import { storyCsv, storyJson } from "./train-story.ts";

/** The text that is learnt unless the reader has brought one. */
async function declarations(): Promise<string> {
  return (await import("virtual:declarations")).declarations;
}

/** Of a reader's file as much is learnt. */
const OWN_CHARACTERS = 5_000_000;

export function TrainView({ page }: { readonly page: Page }) {
  const { state, set, engine } = page;
  const session = trainingOf(engine);
  const [story, setStory] = useState(session.story);
  const own = useOwnText();
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure, 760);
  const setup = useMemo(() => setupOf(state), [JSON.stringify(setupOf(state))]);
  const text = useCallback(async () => own.file?.text ?? declarations(), [own.file]);

  useEffect(() => session.subscribe(() => setStory(session.story)), [session]);
  useEffect(() => {
    if (JSON.stringify(session.story.setup) !== JSON.stringify(setup)) session.reset(setup);
  }, [session, setup]);

  const task = TASKS.find(({ name }) => name === state.trainTask);
  const [layer, setLayer] = useState(0);
  const lookInside = async () => {
    const files = await session.files();
    const { sample } = session.story;
    const read = sample?.kind === "symbols" ? sample.inputs : sample?.kind === "text" ? sample.text : "";
    set({ view: "unrolled", ...(read === "" ? {} : { text: read }), at: 0 });
    page.openFiles(files);
  };
  return (
    <section class="train" aria-label="Train">
      <TrainSettings
        {...{ state, set }}
        ownText={own.file?.name}
        onOwnText={async (file) => {
          await own.open(file);
          set({ trainTask: "text" });
          session.reset({ ...setup, task: "text" });
        }}
      />
      <p class="about">
        {task?.about ??
          "Predict each character of a text from those before it. The state is carried on from one sequence to the next."}
      </p>
      <div class="controls train-buttons">
        <button
          type="button"
          aria-pressed={story.isPlaying}
          disabled={story.hasDiverged}
          onClick={() => (story.isPlaying ? session.pause() : void session.play(text))}
        >
          {story.isPlaying ? "Pause" : "Play"}
        </button>
        <button
          type="button"
          disabled={story.isPlaying || story.hasDiverged}
          onClick={() => void session.step(text)}
        >
          One step
        </button>
        <button type="button" onClick={() => session.reset(setup)}>
          Start again
        </button>
        <button type="button" onClick={() => set({ trainSeed: state.trainSeed + 1 })}>
          Other random numbers
        </button>
        <span class="spacer" />
        <button
          type="button"
          disabled={story.parameters === undefined || task?.kind === "numbers"}
          onClick={lookInside}
        >
          Look inside it
        </button>
        {task?.kind === "numbers" && (
          <span class="quiet">The other views read text, and this network reads numbers.</span>
        )}
        <button
          type="button"
          disabled={story.parameters === undefined}
          onClick={async () => {
            const { name, bytes } = await session.archive();
            saveBytes(name, bytes);
          }}
        >
          Save the model
        </button>
      </div>
      <Status
        story={story}
        counts={task?.counts ?? "characters predicted"}
        what={task?.kind === "numbers" ? "steps of sequences" : "characters"}
      />
      <div ref={figure} class="train-figures">
        <TrainCurves story={story} task={task} clip={setup.clip} width={width} />
        <div class="card">
          <div class="controls">
            <label>
              Gradient
              <select
                value={state.trainFlow}
                onChange={({ currentTarget }) =>
                  set({ trainFlow: currentTarget.value as typeof state.trainFlow })
                }
              >
                <option value="last">of each sequence's last answer, beside the last step's</option>
                <option value="before">of all answers, before clipping</option>
                <option value="after">of all answers, as clipped</option>
              </select>
            </label>
            {setup.layers > 1 && (
              <label>
                Layer
                <select
                  value={Math.min(layer, setup.layers - 1)}
                  onChange={({ currentTarget }) => setLayer(Number(currentTarget.value))}
                >
                  {Array.from({ length: setup.layers }, (_, index) => (
                    <option key={`layer ${index + 1}`} value={index}>
                      {index + 1}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </div>
          <Flow
            story={story}
            which={state.trainFlow}
            layer={Math.min(layer, setup.layers - 1)}
            clip={setup.clip}
          />
        </div>
        <SampleShown sample={story.sample} width={width} />
      </div>
      <ExportButtons
        name={`training-${state.trainTask}`}
        figure={elementSource(figure, {
          title: `Learning ${task?.title ?? "a text"}`,
          subtitle: `${TRAINED_CELL_NAMES[setup.cell]}, ${setup.layers} × ${setup.hidden} units, ${setup.steps} steps, batch ${setup.batch}, ${setup.optimiser} at ${setup.learningRate}; the charts run over updates`,
          scales: [{ name: "|∂L/∂h| of a step in powers of ten", kind: "diverging", limit: 6 }],
          keys: ({ accent, warm }) => [
            { name: "measured, as used", colour: accent },
            { name: "before clipping", colour: warm },
          ],
        })}
        csv={() => storyCsv(story)}
        json={() => storyJson(story)}
        model={state.model}
      />
    </section>
  );
}

function Status({
  story,
  counts,
  what,
}: {
  readonly story: TrainingStory;
  readonly counts: string;
  readonly what: string;
}) {
  const { step, parameters, symbolsPerSecond, looks, hasDiverged, problem } = story;
  const newest = looks[looks.length - 1];
  const words =
    parameters === undefined
      ? "Nothing has been learnt yet: press Play."
      : [
          `${step.toLocaleString("en")} updates of ${parameters.toLocaleString("en")} weights`,
          `${Math.round(symbolsPerSecond).toLocaleString("en")} ${what} a second`,
          newest && Number.isFinite(newest.accuracy)
            ? `${(100 * newest.accuracy).toFixed(1)} % of ${counts}`
            : undefined,
        ]
          .filter((part) => part !== undefined)
          .join(" · ");
  return (
    <div>
      <p class="readout" data-testid="training">
        {words}
      </p>
      {hasDiverged && (
        <p class="problem" role="alert">
          The gradients have exploded: the loss is not a number any more, and nothing more can be learnt.
          Begin again with a smaller learning rate, or clip the norm.
        </p>
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {inWords(problem)}
        </p>
      )}
    </div>
  );
}

interface FlowProps {
  readonly story: TrainingStory;
  readonly which: "last" | "before" | "after";
  readonly layer: number;
  readonly clip: number;
}

function Flow({ story, which, layer, clip }: FlowProps) {
  const columns = useMemo(
    () =>
      story.looks.flatMap(({ step, flow, lastFlow, norm }) => {
        const norms = (which === "last" ? lastFlow : flow).h[layer];
        if (norms === undefined) return [];
        const scale = which === "after" && clip > 0 && norm > clip ? clip / norm : 1;
        return [{ at: step, norms: scale === 1 ? norms : norms.map((each) => each * scale) }];
      }),
    [story.looks, which, layer, clip],
  );
  return (
    <FlowMap
      title="|∂L/∂h| by step of the sequence, while it learns"
      columns={columns}
      isRelative={which === "last"}
      until={story.step}
      heightPx={180}
    />
  );
}

interface OwnText {
  readonly name: string;
  readonly text: string;
}

/** The reader's own file, kept while the page is open. */
let kept: OwnText | undefined;

function useOwnText() {
  const [file, setFile] = useState(kept);
  return {
    file,
    async open(given: File) {
      kept = { name: given.name, text: await given.slice(0, OWN_CHARACTERS).text() };
      setFile(kept);
    },
  };
}

function saveBytes(name: string, bytes: Uint8Array): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
