// The names that stand in the copies of the network: of an open cell's columns, and of the weights that all copies share.
import type { Box, copyBoxes, NetworkShape, SharedWeights, Stage } from "./unrolled-geometry.ts";

/** What the columns of the open cell are, above them: its gates, its states. */
export function CellNames({
  gates,
  c,
  h,
}: Pick<ReturnType<typeof copyBoxes>["layers"][number], "gates" | "c" | "h">) {
  const named = [...gates, ...(c ? [{ name: "c", box: c }] : []), { name: "h", box: h }];
  return (
    <>
      {named.map(({ name, box }) => (
        <g key={name} class="name-plate">
          <rect
            x={box.x + box.width / 2 - Math.min(7, box.width / 2)}
            y={box.y + 1}
            width={Math.min(14, box.width)}
            height={15}
            rx={3}
          />
          <text x={box.x + box.width / 2} y={box.y + 13}>
            {name}
          </text>
        </g>
      ))}
    </>
  );
}

/** The names of the highlighted weights, in this as in every copy. */
export function Named({
  boxes,
  stage,
  highlighted,
  shape,
}: {
  boxes: ReturnType<typeof copyBoxes>;
  stage: Stage;
  highlighted: SharedWeights;
  shape: NetworkShape;
}) {
  const { width } = boxes.x;
  const below = (box: Box) => ({ x: box.x + box.width + 3, y: box.y + box.height - 8 });
  const places = {
    embedding: [{ x: boxes.x.x + width / 2 + 8, y: boxes.x.y + boxes.x.height + 12 }],
    W_ih: [boxes.arrowUp, ...boxes.layers.slice(0, -1).map(({ arrowUp }) => arrowUp)].map(below),
    W_hh:
      stage.fold < 1
        ? []
        : boxes.layers.map(({ cell }) => ({ x: cell.x + width + 2, y: cell.y + cell.height + 11 })),
    decoder: [below(boxes.layers[shape.numLayers - 1].arrowUp)],
  }[highlighted];
  return (
    <>
      {places.map(({ x, y }) => (
        <text key={`${y}`} class="weights" x={x} y={y}>
          {highlighted === "embedding" ? "E" : highlighted === "decoder" ? "W" : highlighted}
        </text>
      ))}
    </>
  );
}
