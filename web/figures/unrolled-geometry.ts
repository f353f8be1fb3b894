// Where everything of an unrolled network stands on the stage: one copy for each step, from left to right; in a copy, from the bottom
// up, the token, its vector x, the layers, the logits, the likeliest next token. Pixels throughout.

/** A network as far as its picture goes. */
export interface NetworkShape {
  readonly steps: number;
  readonly numLayers: number;
  readonly hiddenSize: number;
  /** Of the h that goes out; `hiddenSize` if not given. */
  readonly outputSize?: number;
  readonly embeddingSize: number;
  readonly vocabularySize: number;
  readonly hasCellState: boolean;
  readonly gates: readonly string[];
  /** Which way each layer reads; all of them forward if not given. */
  readonly directions?: readonly ("forward" | "backward")[];
  /** What the rows at the top and at the bottom are: a name and words; those of a model that predicts tokens if not given. */
  readonly named?: Readonly<Record<"predicted" | "logits" | "token", readonly [name: string, words: string]>>;
}

/** Whether a layer reads from the last step to the first. */
export function isBackward({ directions }: NetworkShape, layer: number): boolean {
  return directions?.[layer] === "backward";
}

/** What part is seen, and how. */
export interface Stage {
  readonly width: number;
  /** Pixels per step once unrolled. */
  readonly scale: number;
  /** The step at the left edge, with a fraction. */
  readonly left: number;
  /** 0 rolled up, 1 unrolled. */
  readonly fold: number;
  /** The step that stays when the network is rolled up, and whose copy is drawn open: wide enough for its gates to be named. */
  readonly at: number;
  /** Whether what comes after the playhead has not been read yet, and is pale. */
  readonly isReading?: boolean;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 8;
const PREDICTED = 40;
const NODE = 14;
const ARROW = 30;
const CELL = 128;
const TOKEN = 28;
const ROLLED_SCALE = 170;
/** Of the copy under the playhead: its box, and what it may take of the width; both on a narrow stage, such as a phone's. */
const OPEN = { box: 132, pitch: 172 };
const OPEN_NARROW = { box: 100, pitch: 124 };
const NARROW_STAGE = 560;
/** Narrower copies are stripes without boxes and gaps. */
const LEAST_BOXED = 16;
/** From this many pixels per step on a copy is opened, and from this many on none needs to be: all of them show their gates. */
const [LEAST_OPENED, LEAST_OPEN] = [24, 120];
const LEAST_FITTING = 36;

/** Everything the weights of which are the same in every copy. */
export type SharedWeights = "embedding" | "W_ih" | "W_hh" | "decoder";

export function stageHeight({ numLayers }: NetworkShape): number {
  return 2 * MARGIN + PREDICTED + 2 * NODE + (numLayers + 1) * ARROW + numLayers * CELL + ARROW / 2 + TOKEN;
}

/** Rows from the top. */
export function rowsOf(shape: NetworkShape) {
  const predicted = MARGIN;
  const logits = predicted + PREDICTED;
  const cellTop = (layer: number) => logits + NODE + ARROW + (shape.numLayers - 1 - layer) * (CELL + ARROW);
  const x = cellTop(0) + CELL + ARROW;
  const token = x + NODE + ARROW / 2;
  return { predicted, logits, cellTop, cellHeight: CELL, x, token };
}

/** The middle of a step's copy. */
export function middleOf(step: number, { width, scale, left, fold, at }: Stage): number {
  const unrolled = (step + 0.5 - left) * scale + shiftOf(step, { scale, at, width });
  const rolled = width / 2;
  const eased = easeOf(fold);
  // The copy that stays is where it was; the others come out of it.
  return rolled + (unrolled - rolled) * eased;
}

/** What the open copy takes more than the others, once unrolled; nothing where copies are stripes. */
export function extraOf({ scale, width }: Pick<Stage, "scale" | "width">): number {
  return isOpened(scale) ? Math.max(0, openOn(width).pitch - scale) : 0;
}

function isOpened(scale: number): boolean {
  return scale >= LEAST_OPENED && scale < LEAST_OPEN;
}

function openOn(width: number): typeof OPEN {
  return width < NARROW_STAGE ? OPEN_NARROW : OPEN;
}

/** Most steps that are seen at once unless the reader zooms out. */
const MOST_SEEN = 12;

/** Pixels per step so that a dozen steps fit, one of them open, or all if they are fewer; on a narrow stage not so many. */
export function fittingScale(width: number, steps: number): number {
  const seen = Math.min(MOST_SEEN, Math.max(6, steps));
  const { pitch } = openOn(width);
  const beside = (width - pitch) / (seen - 1);
  return beside > pitch ? width / seen : Math.max(beside, LEAST_FITTING);
}

/** How far a copy stands to the right because one before it is open. */
function shiftOf(step: number, { at, ...stage }: Pick<Stage, "scale" | "at" | "width">): number {
  const extra = extraOf(stage);
  return step > at ? extra : step === at ? extra / 2 : 0;
}

/** The step at the left edge so that one of `steps` is seen; as it was if it is seen already, else with no copy cut there. */
export function leftToSee(step: number, steps: number, { width, scale, left }: Stage): number {
  const room = (width - extraOf({ scale, width })) / scale;
  if (step >= left && step + 1 <= left + room + 1e-6) return left;
  return Math.max(0, Math.min(Math.round(step + 0.5 - room / 2), Math.ceil(steps - room - 1e-6)));
}

/** Pixels that a copy may take. */
export function pitchOf({ scale, fold }: Stage): number {
  return ROLLED_SCALE + (scale - ROLLED_SCALE) * easeOf(fold);
}

export function isBoxed(stage: Stage): boolean {
  return pitchOf(stage) >= LEAST_BOXED;
}

/** Width of a copy's boxes. */
export function boxWidth(step: number, stage: Stage): number {
  const pitch = pitchOf(stage);
  if (step === stage.at && isOpened(stage.scale)) return openOn(stage.width).box;
  return isBoxed(stage) ? Math.min(96, Math.max(10, 0.6 * pitch)) : pitch;
}

/** How much of a copy is seen: rolled up, only the one at the playhead; while the network reads, little of what it has yet to read. */
export function opacityOf(step: number, { at, fold, isReading }: Stage): number {
  if (step === at) return 1;
  return isReading && step > at ? 0.16 * fold : fold;
}

/** Everything in one copy. */
export function copyBoxes(step: number, shape: NetworkShape, stage: Stage) {
  const rows = rowsOf(shape);
  const width = boxWidth(step, stage);
  const x = middleOf(step, stage) - width / 2;
  const row = (y: number, height: number): Box => ({ x, y, width, height });
  return {
    predicted: row(rows.predicted, PREDICTED),
    logits: row(rows.logits, NODE),
    layers: Array.from({ length: shape.numLayers }, (_, layer) => {
      const cell = row(rows.cellTop(layer), CELL);
      return { cell, ...cellBoxes(cell, shape, stage), arrowUp: arrowAbove(cell) };
    }),
    x: row(rows.x, NODE),
    arrowUp: arrowAbove(row(rows.x, NODE)),
    token: row(rows.token, TOKEN),
  };
}

function arrowAbove({ x, y, width }: Box): Box {
  const narrow = Math.min(width, Math.max(6, 0.7 * width));
  return { x: x + (width - narrow) / 2, y: y - ARROW, width: narrow, height: ARROW };
}

/** Inside a cell: the gates as columns on the left, on the right c above h. */
function cellBoxes(cell: Box, { gates, hasCellState }: NetworkShape, stage: Stage) {
  const inset = isBoxed(stage) ? 4 : 0;
  const inner = {
    x: cell.x + inset,
    y: cell.y + inset,
    width: cell.width - 2 * inset,
    height: cell.height - 2 * inset,
  };
  const showsGates = gates.length > 0 && inner.width >= 8 * gates.length;
  const gatesWidth = showsGates ? 0.55 * inner.width : 0;
  const column = gatesWidth / Math.max(1, gates.length);
  const rest = { ...inner, x: inner.x + gatesWidth, width: inner.width - gatesWidth };
  const half = hasCellState ? (inner.height - inset) / 2 : 0;
  return {
    gates: (showsGates ? gates : []).map((name, index) => ({
      name,
      box: { x: inner.x + index * column, y: inner.y, width: column - 1, height: inner.height },
    })),
    c: hasCellState ? { ...rest, height: half } : undefined,
    h: hasCellState ? { ...rest, y: inner.y + inner.height - half, height: half } : rest,
  };
}

/** The steps of which something is on the stage, first and last. */
export function visibleSteps({ width, scale, left, fold }: Stage, steps: number): readonly [number, number] {
  const reach = fold < 1 ? width / Math.max(1, scale) : 0;
  const first = Math.max(0, Math.floor(left - reach) - 1);
  const last = Math.min(steps - 1, Math.ceil(left + width / scale + reach));
  return [first, last];
}

/** Slow, fast, slow. */
function easeOf(share: number): number {
  return share * share * (3 - 2 * share);
}

/** What lies under a point of the stage. */
export interface Pointed {
  readonly step: number;
  readonly layer: number;
  /** "x", "logits", "h", "c", a gate's letter, or what has no vector. */
  readonly what: string;
  /** Which number of the vector. */
  readonly index: number;
  /** The arrow that the point is on, by the weights that it goes through. */
  readonly arrow: SharedWeights | undefined;
}

/** The step whose copy takes a place, once unrolled. */
function stepAt(x: number, { scale, left, at, width }: Stage): number {
  const extra = extraOf({ scale, width });
  const from = (at - left) * scale;
  if (x < from) return Math.floor(left + x / scale);
  return x < from + scale + extra ? at : Math.floor(left + (x - extra) / scale);
}

/** Finds what is under a point, once unrolled or rolled up. */
export function pointedAt(x: number, y: number, shape: NetworkShape, stage: Stage): Pointed | undefined {
  const step = stage.fold < 0.5 ? stage.at : stepAt(x, stage);
  if (step < 0 || step >= shape.steps) return undefined;
  const boxes = copyBoxes(step, shape, stage);
  const found = (what: string, layer: number, index: number, arrow?: SharedWeights): Pointed => ({
    step,
    layer,
    what,
    index,
    arrow,
  });
  const lies = ({ x: from, width }: Box, count: number) => entryAt(x - from, width, count);
  const stands = ({ y: from, height }: Box, count: number) => entryAt(y - from, height, count);
  const { numLayers, hiddenSize, embeddingSize, vocabularySize } = shape;
  const { outputSize = hiddenSize } = shape;
  if (isIn(boxes.logits, x, y)) return found("logits", numLayers - 1, lies(boxes.logits, vocabularySize));
  if (isIn(boxes.x, x, y)) return found("x", 0, lies(boxes.x, embeddingSize));
  if (isIn(boxes.arrowUp, x, y)) return found("x", 0, lies(boxes.arrowUp, embeddingSize), "W_ih");
  if (isIn(boxes.token, x, y)) return found("token", 0, 0, "embedding");
  if (isIn(boxes.predicted, x, y)) return found("predicted", numLayers - 1, 0);
  for (let layer = 0; layer < numLayers; layer++) {
    const { cell, gates, c, h, arrowUp } = boxes.layers[layer];
    const gate = gates.find(({ box }) => isIn(box, x, y));
    if (gate) return found(gate.name, layer, stands(gate.box, hiddenSize));
    if (isIn(arrowUp, x, y))
      return found("h", layer, lies(arrowUp, outputSize), layer === numLayers - 1 ? "decoder" : "W_ih");
    if (y < cell.y || y > cell.y + cell.height) continue;
    // Left of the box is what comes from the step before, right of it what goes to the next.
    const isBefore = x < cell.x;
    const isArrow = isBefore || x > cell.x + cell.width;
    // What an arrow carries is the state of the step that it comes from: one that reads backward has the later step's.
    const after = isBackward(shape, layer) ? Math.min(step + 1, shape.steps - 1) : step;
    const before = isBackward(shape, layer) ? step : step - 1;
    const of = {
      ...found("h", layer, stands(h, outputSize)),
      step: isArrow ? (isBefore ? before : after) : step,
    };
    if (c && y <= c.y + c.height) return { ...of, what: "c", index: stands(c, hiddenSize) };
    return { ...of, arrow: isArrow ? "W_hh" : undefined };
  }
  return undefined;
}

function entryAt(offset: number, length: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((offset / length) * count)));
}

function isIn(box: Box, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}
