// The drawing over the vectors: boxes, arrowheads, tokens, and the weights that all copies share.
import { percentOf } from "./bars.tsx";
import { CellNames, Named } from "./names-in-copies.tsx";
import { shownPiece } from "./token-text.tsx";
import {
  type Box,
  boxWidth,
  copyBoxes,
  extraOf,
  isBackward,
  isBoxed,
  middleOf,
  type NetworkShape,
  opacityOf,
  pitchOf,
  type SharedWeights,
  type Stage,
  stageHeight,
  visibleSteps,
} from "./unrolled-geometry.ts";

export interface DiagramProps {
  readonly shape: NetworkShape;
  readonly stage: Stage;
  readonly pieces: readonly string[];
  /** The likeliest next token after each step. */
  readonly predicted: readonly { readonly piece: string; readonly probability: number }[];
  /** Weights that are shown in every copy. */
  readonly highlighted: SharedWeights | undefined;
}

/** Copies narrower than this have no text. */
const LEAST_WITH_TEXT = 13;
const LEAST_WITH_PROBABILITY = 44;

export function UnrolledDiagram({ shape, stage, pieces, predicted, highlighted }: DiagramProps) {
  const [first, last] = visibleSteps(stage, shape.steps);
  const steps = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  // Rolled up, all copies lie on top of each other: the one at the playhead is the last, on top.
  const drawn = stage.fold < 1 ? [...steps.filter((step) => step !== stage.at), stage.at] : steps;
  const height = stageHeight(shape);
  return (
    <svg
      class="diagram"
      width={stage.width}
      height={height}
      viewBox={`0 0 ${stage.width} ${height}`}
      aria-hidden="true"
    >
      {drawn.map((step) => (
        <Copy
          key={step}
          {...{ step, shape, stage, highlighted }}
          piece={pieces[step]}
          next={predicted[step]}
          opacity={opacityOf(step, stage)}
        />
      ))}
      {stage.fold < 1 && <LoopHeads shape={shape} stage={stage} highlighted={highlighted} />}
    </svg>
  );
}

interface CopyProps {
  readonly step: number;
  readonly shape: NetworkShape;
  readonly stage: Stage;
  readonly highlighted: SharedWeights | undefined;
  readonly piece: string;
  readonly next: DiagramProps["predicted"][number];
  readonly opacity: number;
}

function Copy({ step, shape, stage, highlighted, piece, next, opacity }: CopyProps) {
  const boxes = copyBoxes(step, shape, stage);
  const boxed = isBoxed(stage);
  const hasText = pitchOf(stage) >= LEAST_WITH_TEXT;
  const middle = middleOf(step, stage);
  const isAt = step === stage.at;
  const mark = (weights: SharedWeights) => (highlighted === weights ? "arrow-head same" : "arrow-head");
  return (
    <g opacity={opacity === 1 ? undefined : opacity} class={isAt ? "copy at" : "copy"}>
      {isAt && (
        <rect
          class="here"
          opacity={stage.fold}
          x={middle - (pitchOf(stage) + extraOf(stage) * stage.fold) / 2}
          y={1}
          width={pitchOf(stage) + extraOf(stage) * stage.fold}
          height={stageHeight(shape) - 2}
        />
      )}
      {boxed && (
        <>
          <rect class={highlighted === "embedding" ? "node same" : "node"} {...boxes.x} />
          <path class={mark("embedding")} d={headBelow(boxes.x)} />
          <path class="arrow-head" d={headAbove({ ...boxes.logits, y: boxes.logits.y - 8 })} />
          <path class={mark("W_ih")} d={headAbove(boxes.arrowUp)} />
          {boxes.layers.map(({ cell, gates, c, h, arrowUp }, layer) => (
            // A layer is its number.
            <g key={`layer ${layer}`}>
              <rect class="cell" {...cell} rx={5} />
              {isAt && <CellNames {...{ gates, c, h }} />}
              <path class={mark(layer === shape.numLayers - 1 ? "decoder" : "W_ih")} d={headAbove(arrowUp)} />
              {step + 1 < shape.steps && stage.fold === 1 && (
                <Across
                  {...{ cell, step, stage, highlighted }}
                  hasCellState={shape.hasCellState}
                  isBackward={isBackward(shape, layer)}
                />
              )}
            </g>
          ))}
          <rect class="node" {...boxes.logits} />
        </>
      )}
      {hasText && (
        <>
          <text class="token" x={middle} y={boxes.token.y + 19}>
            {fitting(signOf(piece), roomOf(step, stage))}
          </text>
          <text
            class="predicted"
            x={middle}
            y={boxes.predicted.y + (pitchOf(stage) >= LEAST_WITH_PROBABILITY ? 14 : 28)}
          >
            {fitting(signOf(next.piece), roomOf(step, stage))}
          </text>
        </>
      )}
      {pitchOf(stage) >= LEAST_WITH_PROBABILITY && !Number.isNaN(next.probability) && (
        <text class="probability" x={middle} y={boxes.predicted.y + 31}>
          {percentOf(next.probability)}
        </text>
      )}
      {highlighted !== undefined && boxed && pitchOf(stage) >= 60 && (
        <Named {...{ boxes, stage, highlighted, shape }} />
      )}
    </g>
  );
}

function Across({
  cell,
  step,
  stage,
  highlighted,
  hasCellState,
  isBackward,
}: {
  cell: Box;
  step: number;
  stage: Stage;
  highlighted: SharedWeights | undefined;
  hasCellState: boolean;
  isBackward: boolean;
}) {
  const to = middleOf(step + 1, stage) - boxWidth(step + 1, stage) / 2;
  const gap = to - cell.x - cell.width;
  if (gap < 6) return null;
  const size = Math.min(7, gap / 2);
  const rows = hasCellState ? [0.26, 0.74] : [0.5];
  return (
    <>
      {rows.map((row, index) => {
        const isH = index === rows.length - 1;
        const y = cell.y + row * cell.height;
        return (
          <path
            key={row}
            class={highlighted === "W_hh" && isH ? "arrow-head same" : "arrow-head"}
            d={
              isBackward
                ? `M${cell.x + cell.width},${y}l${size},${-size}v${2 * size}z`
                : `M${to},${y}l${-size},${-size}v${2 * size}z`
            }
          />
        );
      })}
      {highlighted === "W_hh" && (
        <rect
          class="same-ribbon"
          x={cell.x + cell.width}
          y={cell.y + (hasCellState ? cell.height / 2 + 2 : 4)}
          width={gap}
          height={hasCellState ? cell.height / 2 - 6 : cell.height - 8}
        />
      )}
    </>
  );
}

function headAbove({ x, y, width }: Box): string {
  const middle = x + width / 2;
  const size = Math.min(7, Math.max(3, width / 2));
  return `M${middle},${y}l${size},7h${-2 * size}z`;
}

/** The tip of an arrow that ends at a box's lower side. */
function headBelow({ x, y, width, height }: Box): string {
  return headAbove({ x, y: y + height + 1, width, height });
}

/** Where the loop comes back. */
function LoopHeads({
  shape,
  stage,
  highlighted,
}: {
  shape: NetworkShape;
  stage: Stage;
  highlighted: SharedWeights | undefined;
}) {
  return (
    <g opacity={1 - stage.fold}>
      {copyBoxes(stage.at, shape, stage).layers.map(({ cell, h }) => (
        <path
          key={cell.y}
          class={highlighted === "W_hh" ? "arrow-head same" : "arrow-head"}
          d={`M${cell.x},${h.y + h.height / 2}l-9,-8v16z`}
        />
      ))}
    </g>
  );
}

/** Pixels of a letter. */
const LETTER = 8.5;

/** Pixels that the words of a step have. */
function roomOf(step: number, stage: Stage): number {
  return pitchOf(stage) + (step === stage.at ? extraOf(stage) * stage.fold : 0);
}

/** As much of a word as there is room for. */
function fitting(word: string, room: number): string {
  const letters = Array.from(word);
  const most = Math.max(1, Math.floor(room / LETTER));
  return letters.length <= most ? word : `${letters.slice(0, Math.max(1, most - 1)).join("")}…`;
}

/** A token by itself: a space alone would not be seen. */
function signOf(piece: string): string {
  return shownPiece(piece).replaceAll(" ", "·");
}
