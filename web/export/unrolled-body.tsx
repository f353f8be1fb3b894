// The picture of an unrolled network anew, beside the page: whole copies alone, of the steps that are asked for, with the names of rows.
import { render } from "preact";
import type { Trace } from "unrolled/inspect";
import { RowNames } from "../figures/row-names.tsx";
import { drawLoops, drawVectors, vectorImages } from "../figures/unrolled-canvas.ts";
import { UnrolledDiagram } from "../figures/unrolled-diagram.tsx";
import {
  boxWidth,
  extraOf,
  middleOf,
  type NetworkShape,
  type Stage,
  stageHeight,
} from "../figures/unrolled-geometry.ts";
import { elementBody } from "./element-figure.ts";
import type { FigureLook } from "./figure-source.ts";
import { type FigureBody, type FigureScale, themeOn } from "./standalone-figure.ts";

export interface UnrolledPicture {
  readonly trace: Trace;
  readonly shape: NetworkShape;
  /** As the page shows it. */
  readonly stage: Stage;
  readonly pieces: readonly string[];
  readonly predicted: readonly { readonly piece: string; readonly probability: number }[];
  readonly scales: readonly FigureScale[];
}

/** Wider pictures are none that a browser can draw. */
const MOST_WIDTH = 7000;
/** Pixels to a pixel of the figure. */
const FINENESS = 2;

export function unrolledBody(picture: UnrolledPicture, { ground, extent, readTo }: FigureLook): FigureBody {
  const { trace, pieces, predicted, scales } = picture;
  const { shape, stage } = wholeCopies(picture, extent, readTo);
  const theme = themeOn(ground);
  const { width } = stage;
  const height = stageHeight(shape);
  const host = document.createElement("div");
  host.style.cssText = "position:absolute;left:-100000px;top:0";
  document.body.append(host);
  try {
    render(
      <div class="unrolled-figure" style={{ width: `${width + 160}px` }}>
        <RowNames shape={shape} isNarrow={false} />
        <div class="stage" style={{ width: `${width}px`, height: `${height}px`, flex: "none", border: 0 }}>
          <canvas
            width={Math.round(width * FINENESS)}
            height={height * FINENESS}
            style={{ width: `${width}px`, height: `${height}px` }}
          />
          <UnrolledDiagram {...{ shape, stage, pieces, predicted }} highlighted={undefined} />
        </div>
      </div>,
      host,
    );
    const context = host.querySelector("canvas")!.getContext("2d")!;
    context.setTransform(FINENESS, 0, 0, FINENESS, 0, 0);
    drawLoops(context, trace, shape, stage, theme);
    drawVectors(context, vectorImages(trace, shape, theme), shape, stage);
    return elementBody(host.querySelector<HTMLElement>(".unrolled-figure")!, ground, { scales });
  } finally {
    render(null, host);
    host.remove();
  }
}

/** The stage on which the steps that are asked for are seen whole, and nothing of others. */
function wholeCopies(
  { shape, stage }: UnrolledPicture,
  extent: FigureLook["extent"],
  readTo: number | undefined,
): { readonly shape: NetworkShape; readonly stage: Stage } {
  if (stage.fold < 1) return { shape, stage: { ...stage, isReading: false } };
  const [first, last] = extent === "all" ? [0, shape.steps - 1] : seenWhole(shape, stage);
  const count = last - first + 1;
  const scale = Math.min(stage.scale, MOST_WIDTH / count);
  const extra = extraOf({ scale, width: stage.width });
  const at = readTo === undefined ? stage.at : Math.min(last, Math.max(first, readTo));
  const isOpen = at >= first && at <= last;
  return {
    shape: { ...shape, steps: last + 1 },
    stage: {
      width: Math.ceil(count * scale + (isOpen ? extra : 0)),
      // An open copy before the first one moves all that are seen.
      left: at < first ? first + extra / scale : first,
      ...{ scale, at, fold: 1, isReading: readTo !== undefined },
    },
  };
}

/** First and last step whose copies are not cut at an edge. */
function seenWhole({ steps }: NetworkShape, stage: Stage): readonly [number, number] {
  const isWhole = (step: number) => {
    const half = boxWidth(step, stage) / 2;
    const middle = middleOf(step, stage);
    return middle - half >= 0 && middle + half <= stage.width;
  };
  let [first, last] = [-1, -1];
  for (let step = 0; step < steps; step++)
    if (isWhole(step)) {
      if (first < 0) first = step;
      last = step;
    }
  return first < 0 ? [stage.at, stage.at] : [first, last];
}
