// What a recogniser hears and says, over time: filter banks, the lattice of probabilities, the path's letters that fall and become one where
// they repeat, and the words. A function of the recording and the playhead: a letter has fallen some steps after its own.
import { matrixImage } from "../figures/matrix-image.ts";
import type { Theme } from "../figures/palette.ts";
import type { Recording } from "./recording.ts";

/** Pixels of the figure's parts. */
const FILTERS_HEIGHT = 84;
const ROW_HEIGHT = 13;
const GUTTER = 44;
const GAP = 12;
const PATH_HEIGHT = 22;
const FALL_HEIGHT = 34;
const WORDS_HEIGHT = 34;
/** Steps that a letter falls for. */
const FALL_STEPS = 9;

/** How features become colours: they are normalised, so that most lie within 2 of 0. */
const FEATURES_FROM = -1.5;
export const FEATURES_SPAN = 4;

/** Colours of the page, as CSS writes them. */
export interface Inks {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly warm: string;
}

/** Where and how to draw. */
export interface Stage {
  readonly width: number;
  readonly stepWidth: number;
  /** The newest step that is shown, from 0; −1 before the first. */
  readonly at: number;
  /** Whether all letters have fallen, whatever the playhead. */
  readonly isAtRest: boolean;
  readonly theme: Theme;
  readonly inks: Inks;
  /** Whether the rows' names are drawn; yes if not given. */
  readonly hasNames?: boolean;
}

/** The figure's height for so many classes. */
export function figureHeight(classes: number): number {
  return FILTERS_HEIGHT + GAP + classes * ROW_HEIGHT + GAP + PATH_HEIGHT + FALL_HEIGHT + WORDS_HEIGHT;
}

/** A class as a row's name: the blank is ∅, the space ␣. */
export function className(token: string, isBlank: boolean): string {
  if (isBlank) return "∅";
  return token.trim() === "" ? "␣" : token;
}

/** Draws on a context whose size is the figure's. */
export function drawListening(context: CanvasRenderingContext2D, recording: Recording, stage: Stage): void {
  const { width, stepWidth, at, inks } = stage;
  const { tokens } = recording.listener;
  context.clearRect(0, 0, width, figureHeight(tokens.length));
  context.imageSmoothingEnabled = false;
  context.textBaseline = "middle";
  const shown = Math.max(1, Math.floor((width - GUTTER) / stepWidth));
  const first = Math.max(0, at + 1 - shown);
  const last = Math.min(at + 1, recording.steps);
  const x = (step: number) => GUTTER + (step - first) * stepWidth;
  drawFilters(context, recording, stage, { first, last, shown });
  const top = FILTERS_HEIGHT + GAP;
  drawLattice(context, recording, stage, { first, last, top, x });
  const pathTop = top + tokens.length * ROW_HEIGHT + GAP;
  if (stage.hasNames !== false) drawNames(context, recording, inks);
  drawCollapse(context, recording, stage, { first, last, top: pathTop, x });
}

export interface RowName {
  readonly name: string;
  /** The middle of the row. */
  readonly y: number;
  readonly isBlank: boolean;
  /** Whether it is a class. */
  readonly isClass: boolean;
}

/** What the rows of the figure are, each name ending at `NAMES_END`. */
export function rowNames({ listener: { tokens, blank } }: Pick<Recording, "listener">): RowName[] {
  const top = FILTERS_HEIGHT + GAP;
  const pathTop = top + tokens.length * ROW_HEIGHT + GAP;
  const other = { isBlank: false, isClass: false };
  return [
    { name: "sound", y: FILTERS_HEIGHT / 2, ...other },
    ...tokens.map((token, id) => ({
      name: className(token, id === blank),
      y: top + (rowOf(id, blank) + 0.5) * ROW_HEIGHT,
      ...{ isBlank: id === blank, isClass: true },
    })),
    { name: "path", y: pathTop + PATH_HEIGHT / 2, ...other },
    { name: "text", y: pathTop + PATH_HEIGHT + FALL_HEIGHT - 8, ...other },
  ];
}

/** Pixels left of the steps, and where names end there. */
export const STEPS_BEGIN = GUTTER;
export const NAMES_END = GUTTER - 8;

function drawNames(context: CanvasRenderingContext2D, recording: Recording, inks: Inks): void {
  context.textAlign = "right";
  for (const { name, y, isBlank, isClass } of rowNames(recording)) {
    context.font = `11px ${isClass ? MONO : SANS}`;
    context.fillStyle = isBlank ? inks.warm : inks.quiet;
    context.fillText(name, NAMES_END, y);
  }
}

const MONO = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
const SANS = "system-ui, sans-serif";

/** The blank stands above all others. */
function rowOf(id: number, blank: number): number {
  if (id === blank) return 0;
  return id < blank ? id + 1 : id;
}

interface Steps {
  readonly first: number;
  readonly last: number;
}

interface Placed extends Steps {
  readonly top: number;
  x(step: number): number;
}

function drawFilters(
  context: CanvasRenderingContext2D,
  { features, listener, frames }: Recording,
  { stepWidth, theme, inks, width }: Stage,
  { first, last, shown }: Steps & { readonly shown: number },
): void {
  const { filters, framesPerStep } = listener;
  context.strokeStyle = inks.line;
  context.strokeRect(GUTTER - 0.5, 0.5, Math.min(shown * stepWidth, width - GUTTER), FILTERS_HEIGHT - 1);
  const from = first * framesPerStep;
  const to = Math.min(frames, last * framesPerStep);
  if (to <= from) return;
  const values = features.slice(from * filters, to * filters).map((value) => value - FEATURES_FROM);
  // Low frequencies stand below.
  const order = Array.from({ length: filters }, (_, row) => filters - 1 - row);
  const image = matrixImage(
    { values, steps: to - from, units: filters, order, kind: "sequential", limit: FEATURES_SPAN },
    theme,
  );
  context.drawImage(image, GUTTER, 1, ((to - from) * stepWidth) / framesPerStep, FILTERS_HEIGHT - 2);
}

function drawLattice(
  context: CanvasRenderingContext2D,
  recording: Recording,
  { stepWidth, theme, inks }: Stage,
  { first, last, top, x }: Placed,
): void {
  const { tokens, blank } = recording.listener;
  const V = tokens.length;
  if (last <= first) return;
  const order = tokens.map((_, row) => (row === 0 ? blank : row <= blank ? row - 1 : row));
  const values = recording.probabilities.slice(first * V, last * V);
  const image = matrixImage(
    { values, steps: last - first, units: V, order, kind: "sequential", limit: 1 },
    theme,
  );
  context.drawImage(image, x(first), top, (last - first) * stepWidth, V * ROW_HEIGHT);
  // The likeliest path, in the blank's colour where it says nothing.
  context.lineWidth = 1.5;
  for (let step = first; step < last; step++) {
    const id = recording.read.path[step];
    context.strokeStyle = id === blank ? inks.warm : inks.accent;
    context.strokeRect(
      x(step) + 0.75,
      top + rowOf(id, blank) * ROW_HEIGHT + 0.75,
      stepWidth - 1.5,
      ROW_HEIGHT - 1.5,
    );
  }
}

/** The letters of the path fall; those of one token fall to the same place, and blanks fade on the way. */
function drawCollapse(
  context: CanvasRenderingContext2D,
  recording: Recording,
  { stepWidth, at, isAtRest, inks }: Stage,
  { first, last, top, x }: Placed,
): void {
  const { tokens, blank } = recording.listener;
  const { path, letters, words } = recording.read;
  const middle = (start: number, end: number) => (x(start) + x(end)) / 2;
  context.textAlign = "center";
  context.font = `${Math.min(13, stepWidth + 4)}px ${MONO}`;
  const y = top + PATH_HEIGHT / 2;
  const landed = y + FALL_HEIGHT;
  const fallenOf = (step: number) => (isAtRest ? 1 : Math.min(1, (at - step) / FALL_STEPS));
  for (let step = first; step < last; step++) {
    const isBlank = path[step] === blank;
    context.globalAlpha = 0.75;
    context.fillStyle = isBlank ? inks.warm : inks.ink;
    context.fillText(isBlank ? "·" : className(tokens[path[step]], false), x(step) + stepWidth / 2, y);
    if (!isBlank) continue;
    const fallen = fallenOf(step);
    context.globalAlpha = 0.6 * (1 - fallen);
    context.fillText("·", x(step) + stepWidth / 2, y + (FALL_HEIGHT * fallen) / 2);
  }
  context.globalAlpha = 1;
  context.fillStyle = inks.accent;
  context.font = `bold ${Math.min(15, stepWidth + 5)}px ${MONO}`;
  for (const { id, start, end } of letters) {
    if (end <= first || start >= last || tokens[id].trim() === "") continue;
    for (let step = Math.max(first, start); step < Math.min(end, last); step++) {
      const fallen = eased(fallenOf(step));
      const from = x(step) + stepWidth / 2;
      context.globalAlpha = step === start ? 1 : 1 - 0.5 * fallen;
      context.fillText(tokens[id], from + (middle(start, end) - from) * fallen, y + (landed - y) * fallen);
    }
  }
  context.globalAlpha = 1;
  context.font = `15px ${SANS}`;
  for (const { text, start, end } of words) {
    if (end <= first || start >= last) continue;
    const [left, right] = [Math.max(x(first), x(start)), x(end)];
    context.strokeStyle = inks.accent;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(left, landed + 11);
    context.lineTo(right, landed + 11);
    context.stroke();
    context.fillStyle = inks.ink;
    context.fillText(text, (left + right) / 2, landed + 22);
  }
}

/** Slow, then fast. */
function eased(share: number): number {
  return share * share;
}
