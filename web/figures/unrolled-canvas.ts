// The vectors of an unrolled network as colours, on canvas: every node, and every arrow as a ribbon of what it carries.
import type { Trace } from "unrolled/inspect";
import { largest, lyingImage, type MatrixFigure, matrixImage } from "./matrix-image.ts";
import { colourOf, type Theme } from "./palette.ts";
import { quantitiesOf } from "./quantities.ts";
import {
  type Box,
  boxWidth,
  copyBoxes,
  middleOf,
  type NetworkShape,
  type Stage,
  visibleSteps,
} from "./unrolled-geometry.ts";

/** Pictures of all vectors of a trace, to take columns and rows from. */
export interface VectorImages {
  readonly x: HTMLCanvasElement;
  readonly logits: HTMLCanvasElement;
  readonly layers: readonly {
    /** By name, standing: units from the top. */
    readonly standing: ReadonlyMap<string, HTMLCanvasElement>;
    readonly lyingH: HTMLCanvasElement;
  }[];
}

export function vectorImages(trace: Trace, shape: NetworkShape, theme: Theme): VectorImages {
  const { steps, embeddingSize, vocabularySize, hiddenSize } = shape;
  const lying = (values: Float32Array, units: number) =>
    lyingImage({ values, steps, units, kind: "diverging", limit: largest(values) }, theme);
  return {
    x: lying(trace.inputs, embeddingSize),
    logits: lying(trace.logits, vocabularySize),
    layers: trace.layers.map((layer) => {
      const figures = quantitiesOf(layer).map(({ name, values, kind, limit }) => {
        const figure: MatrixFigure = { values, kind, limit, steps, units: hiddenSize };
        return [name, figure] as const;
      });
      return {
        standing: new Map(figures.map(([name, figure]) => [name, matrixImage(figure, theme)])),
        lyingH: lyingImage(figures[0][1], theme),
      };
    }),
  };
}

/** Draws all visible copies; the size of the context is the stage's. */
export function drawVectors(
  context: CanvasRenderingContext2D,
  images: VectorImages,
  shape: NetworkShape,
  stage: Stage,
): void {
  const [first, last] = visibleSteps(stage, shape.steps);
  context.imageSmoothingEnabled = false;
  const standing = (image: HTMLCanvasElement, step: number, { x, y, width, height }: Box) =>
    context.drawImage(image, step, 0, 1, image.height, x, y, width, height);
  const lying = (image: HTMLCanvasElement, step: number, { x, y, width, height }: Box) =>
    context.drawImage(image, 0, step, image.width, 1, x, y, width, height);
  const draw = (step: number) => {
    const boxes = copyBoxes(step, shape, stage);
    context.globalAlpha = step === stage.at ? 1 : stage.fold;
    lying(images.x, step, boxes.x);
    lying(images.logits, step, boxes.logits);
    lying(images.x, step, shaft(boxes.arrowUp));
    boxes.layers.forEach(({ cell, gates, c, h, arrowUp }, layer) => {
      const { standing: vectors, lyingH } = images.layers[layer];
      for (const { name, box } of gates) standing(vectors.get(name)!, step, box);
      if (c) standing(vectors.get("c")!, step, c);
      standing(vectors.get("h")!, step, h);
      lying(lyingH, step, shaft(arrowUp));
      if (step + 1 >= shape.steps) return;
      const to = middleOf(step + 1, stage) - boxWidth(stage) / 2;
      const from = cell.x + cell.width;
      if (to - from < 1) return;
      context.globalAlpha *= 0.75;
      if (c) standing(vectors.get("c")!, step, { ...c, x: from, width: to - from });
      standing(vectors.get("h")!, step, { ...h, x: from, width: to - from });
      context.globalAlpha = step === stage.at ? 1 : stage.fold;
    });
  };
  for (let step = first; step <= last; step++) if (step !== stage.at) draw(step);
  draw(stage.at);
  context.globalAlpha = 1;
}

/** An arrow without its head. */
function shaft(arrow: Box): Box {
  return { ...arrow, y: arrow.y + 7, height: arrow.height - 7 };
}

const LOOP_STROKES = 24;

/** The loop of a network that is rolled up: its state, leaving the box on the right and coming back on the left. */
export function drawLoops(
  context: CanvasRenderingContext2D,
  trace: Trace,
  shape: NetworkShape,
  stage: Stage,
  theme: Theme,
): void {
  if (stage.fold >= 1) return;
  const { at } = stage;
  context.lineWidth = 1.6;
  context.globalAlpha = 1 - stage.fold;
  copyBoxes(at, shape, stage).layers.forEach(({ cell, h }, layer) => {
    const { hiddenSize } = shape;
    const values = trace.layers[layer].h;
    const limit = Math.max(1, largest(values));
    for (let stroke = 0; stroke < LOOP_STROKES; stroke++) {
      const share = (stroke + 0.5) / LOOP_STROKES;
      const unit = Math.floor(share * hiddenSize);
      context.strokeStyle = colourOf(values[(at + 1) * hiddenSize + unit], limit, "diverging", theme);
      const y = h.y + share * h.height;
      const [left, right] = [cell.x - 14 - 1.7 * stroke, cell.x + cell.width + 14 + 1.7 * stroke];
      const top = cell.y - 5 - stroke;
      const round = 8 + 0.8 * stroke;
      context.beginPath();
      context.moveTo(cell.x + cell.width, y);
      context.arcTo(right, y, right, top, Math.min(round, right - cell.x - cell.width));
      context.arcTo(right, top, left, top, round);
      context.arcTo(left, top, left, y, round);
      context.arcTo(left, y, cell.x, y, Math.min(round, cell.x - left));
      context.lineTo(cell.x, y);
      context.stroke();
    }
  });
  context.globalAlpha = 1;
}
