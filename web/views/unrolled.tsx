// The network as a loop, or unrolled over the reader's text, one copy for each token, to pan and zoom through.
import { useMemo, useRef, useState } from "preact/hooks";
import type { ModelSummary, Reading } from "../engine/protocol.ts";
import { elementSource } from "../export/element-source.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { readingJson, traceCsv } from "../export/trace-table.ts";
import { Legend } from "../figures/legend.tsx";
import { useReducedMotion, useTheme } from "../figures/theme.ts";
import { UnrolledDiagram } from "../figures/unrolled-diagram.tsx";
import {
  type NetworkShape,
  type Pointed,
  pointedAt,
  type SharedWeights,
  type Stage,
  stageHeight,
} from "../figures/unrolled-geometry.ts";
import { useWidth } from "../figures/width.ts";
import { described } from "../model-bar.tsx";
import type { Page } from "../page.ts";
import { likeliestOf } from "./likeliest.ts";
import { sayPointed } from "./say-pointed.ts";
import { StepDetail } from "./step-detail.tsx";
import { useFold, useVectors, useZoom } from "./unrolled-stage.ts";
import { Waiting } from "./waiting.tsx";

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
  const predicted = useMemo(() => likeliestOf(reading, model.tokens), [reading, model]);
  const width = useWidth(area);
  const fold = useFold(state.isUnrolled, stillness);
  const fitting = Math.max(width / Math.max(8, steps), 36);
  const scale = state.scale === 0 ? fitting : state.scale;
  const stage: Stage = { width, scale, left: state.left, fold, at: Math.min(state.at, steps - 1) };
  const zoomBy = useZoom(area, stage, steps, ({ scale: pixels, left }) => set({ scale: pixels, left }));
  useVectors(canvas, { trace, shape, stage, theme });
  const highlighted = held ?? pointed?.arrow;

  const goTo = (at: number) => {
    const to = Math.min(steps - 1, Math.max(0, at));
    const isSeen = to >= stage.left && to + 1 <= stage.left + width / scale;
    set({ at: to, ...(isSeen ? {} : { left: to + 0.5 - width / scale / 2 }) });
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
      <div class="controls">
        <button type="button" aria-pressed={!state.isUnrolled} onClick={() => set({ isUnrolled: false })}>
          Rolled up
        </button>
        <button type="button" aria-pressed={state.isUnrolled} onClick={() => set({ isUnrolled: true })}>
          Unrolled
        </button>
        <span class="spacer" />
        <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / 1.5)}>
          −
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => zoomBy(1.5)}>
          +
        </button>
        <button type="button" onClick={() => set({ scale: width / steps, left: 0 })}>
          All {steps} steps
        </button>
      </div>
      <div
        ref={area}
        class="stage"
        role="slider"
        tabIndex={0}
        aria-label="The network at each step. Left and right arrows move, plus and minus zoom, Enter opens a step, Space rolls and unrolls"
        aria-valuemin={1}
        aria-valuemax={steps}
        aria-valuenow={stage.at + 1}
        aria-valuetext={`step ${stage.at + 1} of ${steps}, reads ${JSON.stringify(pieces[stage.at])}, expects ${JSON.stringify(predicted[stage.at].piece)}`}
        style={{ height: `${stageHeight(shape)}px` }}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setPointed(placeOf(event))}
        onPointerLeave={() => setPointed(undefined)}
        onClick={onClick}
      >
        <canvas ref={canvas} />
        <UnrolledDiagram {...{ shape, stage, pieces, predicted, highlighted }} />
      </div>
      <p class="readout" data-testid="pointed">
        {pointed
          ? sayPointed(pointed, reading, model.tokens)
          : `Step ${stage.at + 1} reads ${JSON.stringify(pieces[stage.at])} and expects ${JSON.stringify(predicted[stage.at].piece)}; point at a vector for its numbers, click for the equations`}
      </p>
      <div class="controls">
        <span class="quiet">The same weights in every copy:</span>
        {(["embedding", "W_ih", "W_hh", "decoder"] as const).map((weights) => (
          <button
            key={weights}
            type="button"
            aria-pressed={held === weights}
            onClick={() => setHeld(held === weights ? undefined : weights)}
          >
            {WEIGHT_NAMES[weights]}
          </button>
        ))}
        <Legend kinds={shape.gates.length > 0 ? ["diverging", "sequential"] : ["diverging"]} />
      </div>
      <ExportButtons
        name="unrolled"
        figure={elementSource(area, { title: "The network, unrolled", subtitle: described(model) })}
        csv={() => traceCsv(reading, Math.min(state.layer, shape.numLayers - 1))}
        json={() => readingJson(reading)}
        model={state.model}
      />
      {state.isOpen && <StepDetail page={page} reading={reading} onHighlight={setHeld} />}
    </section>
  );
}

const WEIGHT_NAMES: Readonly<Record<SharedWeights, string>> = {
  embedding: "embedding",
  W_ih: "W_ih",
  W_hh: "W_hh",
  decoder: "decoder W",
};

function shapeOf({ pieces, trace }: Reading, model: ModelSummary): NetworkShape {
  const [first] = trace.layers;
  return {
    steps: pieces.length,
    numLayers: trace.layers.length,
    hiddenSize: first.hiddenSize,
    outputSize: first.widths.h,
    embeddingSize: model.embeddingSize,
    vocabularySize: model.tokens.length,
    hasCellState: first.states.c !== undefined,
    gates: Object.keys(first.gates),
  };
}
