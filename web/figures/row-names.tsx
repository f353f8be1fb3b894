// What the rows of an unrolled network are, at its left edge.
import { type NetworkShape, rowsOf, stageHeight } from "./unrolled-geometry.ts";

export interface RowNamesProps {
  readonly shape: NetworkShape;
  /** Without the words beside the letters. */
  readonly isNarrow: boolean;
}

interface Row {
  readonly y: number;
  readonly name: string;
  readonly words: string;
}

/** A row's name where it stands, from the top: what comes next, scores, the states of each layer, x, what is read. */
export function namedRows(shape: NetworkShape): readonly Row[] {
  const { predicted, logits, cellTop, x, token, cellHeight } = rowsOf(shape);
  const { numLayers, gates, hasCellState, directions, named } = shape;
  const layers = Array.from({ length: numLayers }, (_, layer) => {
    const top = cellTop(layer);
    const way = directions?.[layer] === "backward" ? " ←" : " →";
    const ofLayer = directions?.includes("backward") ? way : numLayers > 1 ? `, layer ${layer + 1}` : "";
    const [above, below] = hasCellState ? [0.42, 0.82] : [0.6, 0.6];
    return [
      ...(gates.length > 0
        ? [{ y: top + 0.1 * cellHeight, name: gates.join(" "), words: `gates${ofLayer}` }]
        : []),
      ...(hasCellState ? [{ y: top + above * cellHeight, name: "c", words: `cell state${ofLayer}` }] : []),
      { y: top + below * cellHeight, name: "h", words: `hidden state${ofLayer}` },
    ];
  });
  return [
    { y: predicted + 16, ...row(named?.predicted ?? ["next", "what comes next"]) },
    { y: logits + 7, ...row(named?.logits ?? ["scores", "of every token"]) },
    ...layers.flat(),
    { y: x + 7, name: "x", words: "its vector" },
    { y: token + 14, ...row(named?.token ?? ["read", "what is read"]) },
  ];
}

function row([name, words]: readonly [string, string]) {
  return { name, words };
}

export function RowNames({ shape, isNarrow }: RowNamesProps) {
  const width = isNarrow ? NARROW : WIDE;
  const height = stageHeight(shape);
  return (
    <svg
      class={isNarrow ? "row-names narrow" : "row-names"}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {namedRows(shape).map(({ y, name, words }) => {
        return (
          <g key={`${name} ${y}`}>
            <text class="name" x={width - 8} y={y + 1}>
              {name}
            </text>
            {!isNarrow && (
              <text class="words" x={width - 8} y={y + 15}>
                {words}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

const [NARROW, WIDE] = [60, 128];
