// The vectors of an unrolled network as colours, on canvas: every node, and every arrow as a ribbon of what it carries.
import type { Trace } from "unrolled/inspect";
import { largest, lyingImage, type MatrixFigure, matrixImage } from "./matrix-image.ts";
import { colourOf, type Theme } from "./palette.ts";
import { quantitiesOf } from "./quantities.ts";
import {
  type Box,
  boxWidth,
  copyBoxes,
  isBackward,
  middleOf,
  type NetworkShape,
  opacityOf,
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
    /** What it reads. */
    readonly lyingX: HTMLCanvasElement;
  }[];
}

export function vectorImages(trace: Trace, shape: NetworkShape, theme: Theme): VectorImages {
  const { steps, embeddingSize, vocabularySize } = shape;
  const lying = (values: Float32Array, units: number) =>
    lyingImage({ values, steps, units, kind: "diverging", limit: largest(values) }, theme);
  const x = lying(trace.inputs, embeddingSize);
  return {
    x,
    logits: lying(trace.outputs, vocabularySize),
    layers: trace.layers.map((layer) => {
      const figures = quantitiesOf(layer).map(({ name, values, kind, limit, units }) => {
        const figure: MatrixFigure = { values, kind, limit, steps, units };
        return [name, figure] as const;
      });
      return {
        standing: new Map(figures.map(([name, figure]) => [name, matrixImage(figure, theme)])),
        lyingH: lyingImage(figures[0][1], theme),
        lyingX: shape.directions ? lying(layer.xs, layer.xs.length / steps) : x,
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
    const alpha = opacityOf(step, stage);
    context.globalAlpha = alpha;
    lying(images.x, step, boxes.x);
    lying(images.logits, step, boxes.logits);
    lying(images.x, step, shaft(boxes.arrowUp));
    boxes.layers.forEach(({ cell, gates, c, h, arrowUp }, layer) => {
      const { standing: vectors, lyingH } = images.layers[layer];
      for (const { name, box } of gates) standing(vectors.get(name)!, step, box);
      if (c) standing(vectors.get("c")!, step, c);
      standing(vectors.get("h")!, step, h);
      // Of a layer that reads both ways, both directions read the same.
      lying(isBackward(shape, layer + 1) ? images.layers[layer].lyingX : lyingH, step, shaft(arrowUp));
      if (step + 1 >= shape.steps) return;
      const to = middleOf(step + 1, stage) - boxWidth(step + 1, stage) / 2;
      const from = cell.x + cell.width;
      if (to - from < 1) return;
      context.globalAlpha = 0.75 * alpha;
      const carried = isBackward(shape, layer) ? step + 1 : step;
      if (c) standing(vectors.get("c")!, carried, { ...c, x: from, width: to - from });
      standing(vectors.get("h")!, carried, { ...h, x: from, width: to - from });
      context.globalAlpha = alpha;
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

/** Strokes of a loop, for h and for c each. */
const LOOP_STROKES = 18;

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
  context.lineWidth = 1.4;
  context.globalAlpha = 1 - stage.fold;
  copyBoxes(at, shape, stage).layers.forEach(({ cell, c, h }, layer) => {
    const carried = quantitiesOf(trace.layers[layer]);
    const states = [
      { quantity: carried.find(({ name }) => name === "c"), box: c },
      { quantity: carried[0], box: h },
    ].filter(({ box }) => box !== undefined);
    const count = states.length * LOOP_STROKES;
    for (let stroke = 0; stroke < count; stroke++) {
      const { quantity, box } = states[Math.floor(stroke / LOOP_STROKES)];
      const { values, limit, units } = quantity!;
      const share = ((stroke % LOOP_STROKES) + 0.5) / LOOP_STROKES;
      const value = values[at * units + Math.floor(share * units)];
      context.strokeStyle = colourOf(value, limit, "diverging", theme);
      strokeLoop(context, cell, box!.y + share * box!.height, stroke / count);
    }
  });
  context.globalAlpha = 1;
}

/** One line around a cell, from its right side at `y` over its top to its left side; the further out, the lower it begins. */
function strokeLoop(context: CanvasRenderingContext2D, cell: Box, y: number, share: number): void {
  const reach = 14 + 48 * share;
  const [left, right] = [cell.x - reach, cell.x + cell.width + reach];
  const top = cell.y - 4 - 24 * share;
  const round = Math.min(8 + 18 * share, reach, (y - top) / 2);
  context.beginPath();
  context.moveTo(cell.x + cell.width, y);
  context.arcTo(right, y, right, top, round);
  context.arcTo(right, top, left, top, round);
  context.arcTo(left, top, left, y, round);
  context.arcTo(left, y, cell.x, y, round);
  context.lineTo(cell.x, y);
  context.stroke();
}
