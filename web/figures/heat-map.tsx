// A matrix over time on canvas, with the playhead and a brushed range above it. The picture is drawn once; moving the playhead moves
// one element, so that scrubbing costs nothing.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type MatrixFigure, matrixImage } from "./matrix-image.ts";
import { useTheme } from "./theme.ts";

export interface HeatMapProps extends MatrixFigure {
  /** What it shows, for people who see and for those who do not. */
  readonly title: string;
  readonly heightPx: number;
  /** What the rows are; "units" if not given. */
  readonly rowsName?: string;
  /** The step of the playhead. */
  readonly at: number;
  /** Brushed steps and rows, first and last. */
  readonly brushedSteps?: readonly [number, number] | null | undefined;
  readonly brushedRows?: readonly [number, number] | null | undefined;
  /** Where the pointer is, as step and row; nothing when it leaves. */
  onPoint?(place: { readonly step: number; readonly row: number } | undefined): void;
  /** A drag from one place to another; a click is a drag within one entry. */
  onBrush?(steps: readonly [number, number], rows: readonly [number, number]): void;
}

export function HeatMap(props: HeatMapProps) {
  const { values, steps, units, order, kind, limit, title, heightPx, at, brushedSteps, brushedRows } = props;
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const begun = useRef<{ step: number; row: number } | undefined>(undefined);
  const image = useMemo(
    () => matrixImage({ values, steps, units, order, kind, limit }, theme),
    [values, steps, units, order, kind, limit, theme],
  );
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.drawImage(image, 0, 0);
  }, [image]);

  const placeOf = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const clamp = (share: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return {
      step: clamp((event.clientX - box.left) / box.width, steps),
      row: clamp((event.clientY - box.top) / box.height, units),
    };
  };
  const brushTo = (event: PointerEvent) => {
    const from = begun.current!;
    const to = placeOf(event);
    const sorted = (a: number, b: number) => [Math.min(a, b), Math.max(a, b)] as const;
    props.onBrush?.(sorted(from.step, to.step), sorted(from.row, to.row));
  };
  const percent = (count: number, of: number) => `${(100 * count) / of}%`;
  const [fromStep, toStep] = brushedSteps ?? [0, steps - 1];
  const [fromRow, toRow] = brushedRows ?? [0, units - 1];
  return (
    <figure class="heat-map">
      <figcaption>{title}</figcaption>
      <div
        class="heat-map-area"
        style={{ height: `${heightPx}px` }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          begun.current = placeOf(event);
          brushTo(event);
        }}
        onPointerMove={(event) => {
          props.onPoint?.(placeOf(event));
          if (begun.current) brushTo(event);
        }}
        onPointerUp={() => {
          begun.current = undefined;
        }}
        onPointerLeave={() => props.onPoint?.(undefined)}
      >
        <canvas
          ref={canvas}
          width={steps}
          height={units}
          role="img"
          aria-label={`${title}: ${units} ${props.rowsName ?? "units"} down, ${steps} steps to the right`}
        />
        {(brushedSteps || brushedRows) && (
          <div
            class="brushed"
            style={{
              left: percent(fromStep, steps),
              width: percent(toStep - fromStep + 1, steps),
              top: percent(fromRow, units),
              height: percent(toRow - fromRow + 1, units),
            }}
          />
        )}
        <div class="playhead" style={{ transform: `translateX(${percent(at, steps)})` }}>
          <div style={{ width: percent(1, steps) }} />
        </div>
      </div>
    </figure>
  );
}
