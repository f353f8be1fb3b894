// The network as a loop, or unrolled over the reader's text, one copy for each token, to pan and zoom through.
import { useMemo, useRef, useState } from "preact/hooks";
import type { ModelSummary, Reading, TaskReading } from "../../engine/protocol.ts";
import { type ColourScale, Legend } from "../../figures/legend.tsx";
import { largest } from "../../figures/matrix-image.ts";
import { quantitiesOf } from "../../figures/quantities.ts";
import { RowNames } from "../../figures/row-names.tsx";
import { useMedia, useReducedMotion, useTheme } from "../../figures/theme.ts";
import { UnrolledDiagram } from "../../figures/unrolled-diagram.tsx";
import {
  fittingScale,
  leftToSee,
  type NetworkShape,
  type Pointed,
  pointedAt,
  type SharedWeights,
  type Stage,
  stageHeight,
} from "../../figures/unrolled-geometry.ts";
import { useWidth } from "../../figures/width.ts";
import { cellName } from "../../model-bar.tsx";
import type { Page } from "../../page.ts";
import { likeliestOf } from "../likeliest.ts";
import { sayPointed } from "../say-pointed.ts";
import { later } from "./later.tsx";
import { useReadingAloud } from "./reading-aloud.ts";
import "./unrolled.css";
import { Waiting } from "../waiting.tsx";
import { useFold, useVectors, useZoom } from "./unrolled-stage.ts";

const OpenStep = later(async () => (await import("../step-detail.tsx")).StepDetail);
const TaskAnswer = later(async () => (await import("../tasks/answer-of-task.tsx")).AnswerOfTask);
const UnrolledExport = later(async () => (await import("./unrolled-export.tsx")).UnrolledExport);
const WeightMatrix = later(async () => (await import("./weight-matrix.tsx")).WeightMatrix);

export function UnrolledView({ page }: { readonly page: Page }) {
  if (!page.reading || !page.model) return <Waiting page={page} />;
  return <Unrolled page={page} reading={page.reading} model={page.model} />;
}

interface UnrolledProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly model: ModelSummary;
}

function Unrolled({ page, reading, model }: UnrolledProps) {
  const { state, set } = page;
  const { pieces, trace } = reading;
  const steps = pieces.length;
  const theme = useTheme();
  const stillness = useReducedMotion();
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<Pointed>();
  const [held, setHeld] = useState<SharedWeights>();
  const shape = useMemo(() => shapeOf(reading, model), [reading, model]);
  const predicted = useMemo(() => likeliestOf(reading, namesIn(reading, model)), [reading, model]);
  const scales = useMemo(() => scalesOf(reading), [reading]);
  const width = useWidth(area);
  const isNarrow = useMedia("(max-width: 640px)");
  const fold = useFold(state.isUnrolled, stillness);
  const scale = state.scale === 0 ? fittingScale(width, steps) : state.scale;
  const at = Math.min(state.at, steps - 1);
  const playback = useReadingAloud({ page, steps, width, scale, at, isStill: stillness });
  const stage: Stage = { width, scale, left: state.left, fold, at, isReading: playback.isPlaying };
  const zoomBy = useZoom(area, stage, steps, ({ scale: pixels, left }) => set({ scale: pixels, left }));
  useVectors(canvas, { trace, shape, stage, theme });
  const highlighted = held ?? pointed?.arrow;

  const goTo = (wanted: number) => {
    playback.pause();
    const to = Math.min(steps - 1, Math.max(0, wanted));
    set({ at: to, left: leftToSee(to, steps, stage) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      ArrowRight: () => goTo(stage.at + 1),
      ArrowLeft: () => goTo(stage.at - 1),
      Home: () => goTo(0),
      End: () => goTo(steps - 1),
      "+": () => zoomBy(1.3),
      "-": () => zoomBy(1 / 1.3),
      Enter: () => set({ isOpen: !state.isOpen }),
      Escape: () => set({ isOpen: false }),
      " ": () => set({ isUnrolled: !state.isUnrolled }),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  };
  const placeOf = (event: MouseEvent) => {
    const box = area.current!.getBoundingClientRect();
    const { clientLeft, clientTop } = area.current!;
    return pointedAt(
      event.clientX - box.left - clientLeft,
      event.clientY - box.top - clientTop,
      shape,
      stage,
    );
  };
  const onClick = (event: MouseEvent) => {
    const place = placeOf(event);
    if (!place) return;
    setPointed(place);
    playback.pause();
    const isUnit = ["h", "c", ...shape.gates].includes(place.what);
    set({
      at: Math.max(0, place.step),
      layer: place.layer,
      isOpen: true,
      ...(isUnit ? { unit: place.index } : {}),
    });
  };

  return (
    <section aria-label={`Unrolled${page.side}`}>
      <p class="seen">
        {reading.task ? whatTaskSays(reading.task, model) : whatIsSeen(model, shape, state.isUnrolled)}
      </p>
      {reading.task && <TaskAnswer {...{ page, reading, task: reading.task }} />}
      <div class="controls unrolled-buttons">
        <button type="button" class="primary" onClick={playback.toggle}>
          {playback.isPlaying ? "Pause" : at >= steps - 1 ? "Read again" : "Read on"}
        </button>
        <button type="button" aria-pressed={!state.isUnrolled} onClick={() => set({ isUnrolled: false })}>
          Rolled up
        </button>
        <button type="button" aria-pressed={state.isUnrolled} onClick={() => set({ isUnrolled: true })}>
          Unrolled
        </button>
        <span class="spacer" />
        <span class="together">
          <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / 1.5)}>
            −
          </button>
          <button type="button" aria-label="Zoom in" onClick={() => zoomBy(1.5)}>
            +
          </button>
          <button type="button" onClick={() => set({ scale: width / steps, left: 0 })}>
            All {steps} steps
          </button>
        </span>
      </div>
      <div class="unrolled-figure">
        <RowNames shape={shape} isNarrow={isNarrow} />
        <div
          ref={area}
          class="stage"
          role="slider"
          tabIndex={0}
          aria-label="The network at each step. Left and right arrows move, plus and minus zoom, Enter opens a step, Space rolls and unrolls"
          aria-valuemin={1}
          aria-valuemax={steps}
          aria-valuenow={stage.at + 1}
          aria-valuetext={`step ${stage.at + 1} of ${steps}, ${readsAndSays(reading, stage.at, predicted[stage.at].piece)}`}
          style={{ height: `${stageHeight(shape)}px` }}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setPointed(placeOf(event))}
          onPointerLeave={() => setPointed(undefined)}
          onClick={onClick}
        >
          <canvas ref={canvas} />
          <UnrolledDiagram {...{ shape, stage, pieces, predicted, highlighted }} />
        </div>
      </div>
      <p class="readout" data-testid="pointed">
        {pointed
          ? sayPointed(pointed, reading, namesIn(reading, model))
          : `Step ${stage.at + 1} ${readsAndSays(reading, stage.at, predicted[stage.at].piece)}; point at a vector for its numbers${reading.task ? "" : ", click for the equations"}`}
      </p>
      <div class="controls same-weights">
        <span class="quiet">The same weights in every copy:</span>
        {WEIGHTS.filter((weights) => weights !== "embedding" || !model.task?.columns).map((weights) => (
          <button
            key={weights}
            type="button"
            aria-pressed={held === weights}
            onClick={() => setHeld(held === weights ? undefined : weights)}
          >
            {WEIGHT_NAMES[weights]}
          </button>
        ))}
      </div>
      {held && <WeightMatrix page={page} reading={reading} which={held} />}
      <Legend scales={scales} />
      <UnrolledExport {...{ page, reading, model, shape, stage, predicted, scales }} />
      {state.isOpen && !reading.task && <OpenStep page={page} reading={reading} onHighlight={setHeld} />}
    </section>
  );
}

const WEIGHTS = ["embedding", "W_ih", "W_hh", "decoder"] as const;

const WEIGHT_NAMES: Readonly<Record<SharedWeights, string>> = {
  embedding: "embedding",
  W_ih: "W_ih",
  W_hh: "W_hh",
  decoder: "decoder W",
};

/** What can be said at a step. */
function namesIn({ task }: Reading, { tokens }: ModelSummary): readonly string[] {
  return task?.names ?? tokens;
}

function readsAndSays({ pieces, task }: Reading, step: number, piece: string): string {
  const reads = `reads ${JSON.stringify(pieces[step])}`;
  if (!task) return `${reads} and expects ${JSON.stringify(piece)}`;
  return `${reads} and says ${piece === "" ? "nothing yet" : piece}`;
}

/** What a task's model shows, in a sentence. */
function whatTaskSays({ name, directions }: TaskReading, { cell }: ModelSummary): string {
  const both = directions.includes("backward")
    ? "One row of copies reads from left to right, the other from right to left"
    : `Each copy of the ${cellName(cell)} takes a step from below and its memory from the left`;
  if (name === "tag") return `${both}; at the top stands the tag of each step, with its probability.`;
  if (name === "forecast")
    return `${both}; after the last step the network says at the top how the series goes on.`;
  return `${both}; at the top stands what the network would say if the text ended there.`;
}

/** The names of a task's rows. */
function rowsOfTask({ name }: TaskReading): NonNullable<NetworkShape["named"]> {
  if (name === "forecast")
    return {
      predicted: ["says", "the next step"],
      logits: ["ahead", "each step ahead"],
      token: ["read", "the series"],
    };
  return {
    predicted: ["says", name === "tag" ? "its tag" : "so far"],
    logits: ["shares", name === "tag" ? "of every tag" : "of every class"],
    token: ["read", "what is read"],
  };
}

/** What the picture shows, in a sentence. */
function whatIsSeen({ cell }: ModelSummary, { hasCellState }: NetworkShape, isUnrolled: boolean): string {
  const memory = hasCellState ? "its memory, c and h," : "its memory h";
  const name = cellName(cell);
  const article = /^[AEIOLM]/.test(name) && !/^Min/.test(name) ? "An" : "A";
  return isUnrolled
    ? `${article} ${name} reads from left to right: each copy takes a letter from below and ${memory} from the left, and says at the top what it expects next.`
    : `${article} ${name} is a loop: it takes a letter from below and ${memory} from its own last step, and says at the top what it expects next.`;
}

/** The scales of all that is drawn: every quantity has its own. */
function scalesOf({ trace: { inputs, outputs, layers }, task }: Reading): ColourScale[] {
  const ofLayers = layers.flatMap((layer, index) =>
    quantitiesOf(layer).map(({ name, kind, limit }) => ({
      name: layers.length > 1 && limit !== 1 ? `${name} ${whichLayer(index, task)}` : name,
      kind,
      limit,
    })),
  );
  const seen = new Map(ofLayers.map((scale) => [`${scale.name} ${scale.limit}`, scale]));
  return [
    { name: "x", kind: "diverging", limit: largest(inputs) },
    ...seen.values(),
    { name: task ? "what is said" : "scores", kind: "diverging", limit: largest(outputs) },
  ];
}

function whichLayer(index: number, task: TaskReading | undefined): string {
  return task?.directions.includes("backward") ? task.directions[index] : `of layer ${index + 1}`;
}

function shapeOf(reading: Reading, model: ModelSummary): NetworkShape {
  const { pieces, trace, task } = reading;
  const [first] = trace.layers;
  return {
    steps: pieces.length,
    numLayers: trace.layers.length,
    hiddenSize: first.hiddenSize,
    outputSize: first.widths.h,
    embeddingSize: trace.inputs.length / trace.steps,
    vocabularySize: namesIn(reading, model).length,
    hasCellState: first.states.c !== undefined,
    gates: Object.keys(first.gates),
    ...(task ? { directions: task.directions, named: rowsOfTask(task) } : {}),
  };
}
