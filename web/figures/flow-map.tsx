// The gradient's way through time while a network learns: one column a look, the sequence's steps from the first, at the top, to the last.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { matrixImage } from "./matrix-image.ts";
import { withMinus } from "./minus.ts";
import { colourOf, type RampKind } from "./palette.ts";
import { useTheme } from "./theme.ts";

export interface FlowColumn {
  /** The step of training. */
  readonly at: number;
  /** Norms by step of the sequence. */
  readonly norms: Float64Array;
}

export interface FlowMapProps {
  readonly title: string;
  readonly columns: readonly FlowColumn[];
  /** Norms as shares of the last step's, or as they are. */
  readonly isRelative: boolean;
  readonly heightPx: number;
  /** How far the updates go at least, as in charts beside it. */
  readonly until?: number;
}

/** Powers of ten of relative norms that have the strongest colours. */
const DECADES = 6;
/** Powers of ten between which norms are coloured as they are. */
const [LEAST, MOST] = [-6, 2];

/** What is coloured: decades above or below the last step's norm; or from 0 to 1, where a norm stands between 10⁻⁶ and 10². */
export function flowValues(columns: readonly FlowColumn[], isRelative: boolean): Float32Array {
  const steps = Math.max(1, ...columns.map(({ norms }) => norms.length));
  const values = new Float32Array(columns.length * steps).fill(Number.NaN);
  columns.forEach(({ norms }, column) => {
    const last = norms[norms.length - 1];
    norms.forEach((norm, t) => {
      const shown = isRelative
        ? Math.log10(norm / last)
        : Math.max(0, (Math.log10(norm) - LEAST) / (MOST - LEAST));
      values[column * steps + t] = shown;
    });
  });
  return values;
}

/** Columns of the map: the updates from none to the newest in so many equal parts. */
const BINS = 240;

/** The columns over time: at each of so many equal parts of the updates, the newest look of that time, or the first of all. */
export function overTime(
  columns: readonly FlowColumn[],
  bins: number,
  most = columns[columns.length - 1]?.at ?? 0,
): readonly FlowColumn[] {
  let next = 0;
  return Array.from({ length: columns.length === 0 ? 0 : bins }, (_, bin) => {
    const until = ((bin + 1) / bins) * most;
    while (next + 1 < columns.length && columns[next + 1].at <= until) next++;
    return columns[next];
  });
}

export function FlowMap({ title, columns, isRelative, heightPx, until = 1 }: FlowMapProps) {
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, setPlace] = useState<{ readonly column: number; readonly t: number }>();
  const steps = Math.max(1, ...columns.map(({ norms }) => norms.length));
  const kind: RampKind = isRelative ? "flow" : "sequential";
  const most = Math.max(until, ...columns.map(({ at }) => at));
  const limit = isRelative ? DECADES : 1;
  const image = useMemo(
    () =>
      columns.length === 0
        ? undefined
        : matrixImage(
            {
              values: flowValues(overTime(columns, BINS, most), isRelative),
              steps: BINS,
              units: steps,
              kind,
              limit,
            },
            theme,
          ),
    [columns, most, isRelative, steps, kind, limit, theme],
  );
  // At once: a canvas whose size has changed is empty.
  useLayoutEffect(() => {
    if (image) canvas.current!.getContext("2d")!.drawImage(image, 0, 0);
  }, [image]);
  const onPoint = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const clamp = (share: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    if (columns.length > 0)
      setPlace({
        column: columns.indexOf(
          overTime(columns, BINS, most)[clamp((event.clientX - box.left) / box.width, BINS)],
        ),
        t: clamp((event.clientY - box.top) / box.height, steps),
      });
  };
  const pointed = place && columns[place.column] ? place : { column: columns.length - 1, t: 0 };
  return (
    <figure class="heat-map flow-map">
      <figcaption>{title}</figcaption>
      <div class="flow-area">
        <span class="flow-axis" aria-hidden="true">
          <span data-axis>first step</span>
          <span data-axis>last</span>
        </span>
        <div
          class="heat-map-area"
          style={{ height: `${heightPx}px` }}
          onPointerMove={onPoint}
          onPointerLeave={() => setPlace(undefined)}
        >
          <canvas
            ref={canvas}
            width={BINS}
            height={steps}
            role="img"
            aria-label={`${title}: ${steps} steps of the sequence down, ${columns.length} looks while training to the right`}
          />
        </div>
      </div>
      <div class="flow-updates" aria-hidden="true">
        {(most < 4 ? [0, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) => (
          <span key={share} data-axis>
            {Math.round(share * most).toLocaleString("en")}
          </span>
        ))}
      </div>
      <p class="flow-updates-name" aria-hidden="true">
        <span data-axis>updates, as in the charts above</span>
      </p>
      <p class="readout" data-testid="flow">
        {columns.length > 0 && saying(columns[pointed.column], pointed.t)}
      </p>
      <FlowLegend {...{ kind, limit, theme }} />
    </figure>
  );
}

function saying({ at, norms }: FlowColumn, t: number): string {
  if (norms.length === 0) return "";
  const share = norms[t] / norms[norms.length - 1];
  return `after ${at.toLocaleString("en")} updates, step ${t + 1} of ${norms.length}: |∂L/∂h| = ${withMinus(norms[t].toExponential(3))}, ${withMinus(share.toExponential(2))} of the last step's`;
}

function FlowLegend({ kind, limit, theme }: { kind: RampKind; limit: number; theme: "light" | "dark" }) {
  const isSigned = kind !== "sequential";
  const least = isSigned ? -limit : 0;
  const colours = Array.from({ length: 11 }, (_, index) =>
    colourOf(least + ((limit - least) * index) / 10, limit, kind, theme),
  );
  return (
    <p class="legend">
      <span>
        {isSigned ? "vanished: a millionth" : "a millionth"}
        <i style={{ background: `linear-gradient(to right, ${colours.join(", ")})` }} />
        {isSigned ? "exploded: a million times" : "a hundred"}
      </span>
      {isSigned && <span>in between: as large as at the last step</span>}
    </p>
  );
}
