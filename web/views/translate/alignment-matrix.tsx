// Which token of the source each token of the target looked at: the source above, the target beside, shares as colour.
import { percentOf } from "../../figures/bars.tsx";
import { colourOf } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";
import { type Looks, shareOf } from "./attention-shares.ts";
import type { TranslatorPlace } from "./translator-geometry.ts";

export interface AlignmentMatrixProps {
  readonly title: string;
  readonly looks: Looks;
  readonly told: TranslatorPlace;
  onPoint(place: TranslatorPlace | undefined): void;
  onAt(step: number): void;
}

const CELL = 24;
const LETTER = 7.8;
const MOST_ROOM = 160;
/** Paler cells are not drawn. */
const LEAST = 0.002;

export function AlignmentMatrix({ title, looks, told, onPoint, onAt }: AlignmentMatrixProps) {
  const theme = useTheme();
  const { source, target } = looks;
  const [left, top] = [roomFor(target), roomFor(source)];
  const [width, height] = [left + source.length * CELL + 2, top + target.length * CELL + 2];
  const placeOf = (event: MouseEvent): TranslatorPlace | undefined => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - left) / CELL);
    const row = Math.floor((event.clientY - box.top - top) / CELL);
    if (row >= 0 && row < target.length) return { side: "target", step: row };
    return row < 0 && column >= 0 && column < source.length ? { side: "source", step: column } : undefined;
  };
  const isTold = (side: TranslatorPlace["side"], step: number) =>
    told.side === side && told.step === step ? "token told" : "token";
  return (
    <figure class="alignment">
      <figcaption>{title}</figcaption>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title}: ${target.length} tokens down, ${source.length} to the right`}
        onPointerMove={(event) => onPoint(placeOf(event))}
        onPointerLeave={() => onPoint(undefined)}
        onPointerDown={(event) => {
          const place = placeOf(event);
          if (place?.side === "target") onAt(place.step);
        }}
      >
        <rect
          class="frame"
          x={left}
          y={top}
          width={source.length * CELL}
          height={target.length * CELL}
          fill={colourOf(0, 1, "sequential", theme)}
        />
        {source.map((token, column) => (
          <text
            key={`source ${column}`}
            class={isTold("source", column)}
            transform={`translate(${left + (column + 0.5) * CELL + 4} ${top - 6}) rotate(-90)`}
          >
            {token}
          </text>
        ))}
        {target.map((token, row) => (
          <g key={`target ${row}`}>
            <text
              class={isTold("target", row)}
              x={left - 6}
              y={top + (row + 0.5) * CELL + 4}
              text-anchor="end"
            >
              {token}
            </text>
            {source.map((other, column) => {
              const share = shareOf(looks, row, column);
              return share < LEAST ? null : (
                <rect
                  key={`share ${column}`}
                  class="share"
                  x={left + column * CELL}
                  y={top + row * CELL}
                  width={CELL}
                  height={CELL}
                  fill={colourOf(share, 1, "sequential", theme)}
                >
                  <title>{`${token} looked at ${other}: ${percentOf(share)}`}</title>
                </rect>
              );
            })}
          </g>
        ))}
        <rect
          class="here"
          {...(told.side === "target"
            ? { x: left, y: top + told.step * CELL, width: source.length * CELL, height: CELL }
            : { x: left + told.step * CELL, y: top, width: CELL, height: target.length * CELL })}
        />
      </svg>
    </figure>
  );
}

function roomFor(tokens: readonly string[]): number {
  return Math.min(MOST_ROOM, Math.ceil(LETTER * Math.max(...tokens.map((token) => [...token].length)) + 12));
}
