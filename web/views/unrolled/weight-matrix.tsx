// One of the matrices that all copies share, as it is: rows and columns, and the row of the unit that is spoken of.
import { useMemo, useState } from "preact/hooks";
import type { Reading } from "../../engine/protocol.ts";
import { HeatMap } from "../../figures/heat-map.tsx";
import { Legend } from "../../figures/legend.tsx";
import { largest } from "../../figures/matrix-image.ts";
import type { SharedWeights } from "../../figures/unrolled-geometry.ts";
import type { Page } from "../../page.ts";
import { useAnswer } from "../answered.ts";
import { shown } from "../equations.ts";

export interface WeightMatrixProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly which: SharedWeights;
}

/** A picture is at most so high, and a row at most so many pixels. */
const [MOST_HEIGHT, MOST_ROW] = [320, 14];

export function WeightMatrix({ page, reading, which }: WeightMatrixProps) {
  const { layers } = reading.trace;
  const place = Math.min(page.state.layer, layers.length - 1);
  const own = layers[place];
  const backward = reading.task?.directions[place] === "backward";
  // Directions of one layer stand behind one another.
  const before = layers.slice(0, place).filter(({ name }) => name === own.name).length;
  const ways = reading.task?.directions.includes("backward") ? 2 : 1;
  const layer = { name: own.name, index: Math.floor(before / ways), isBackward: backward };
  const { answer, problem } = useAnswer(page, "weights", { slot: "a", which, layer }, [
    page.model,
    which,
    place,
  ]);
  const [pointed, setPointed] = useState<{ readonly step: number; readonly row: number }>();
  const { rows = 0, columns = 0, values, name = "" } = answer ?? {};
  // A picture takes column after column.
  const turned = useMemo(() => {
    const made = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        made[column * rows + row] = values![row * columns + column];
    return made;
  }, [rows, columns, values]);
  const limit = useMemo(() => largest(turned), [turned]);
  if (problem !== undefined) return <p class="problem">{problem}</p>;
  if (!answer) return <p class="waiting">Fetching the weights …</p>;
  const { hiddenSize } = own;
  const blocks = rows / hiddenSize;
  const isRecurrent = which === "W_ih" || which === "W_hh";
  const gates = Object.keys(own.gates);
  const unit = Math.min(page.state.unit, hiddenSize - 1);
  const spokenOf = pointed?.row ?? (isRecurrent ? unit : undefined);
  const rowName = (row: number) => {
    if (!isRecurrent) return which === "embedding" ? `token ${row}` : `output ${row}`;
    const gate = gates[Math.floor(row / hiddenSize)];
    return `${blocks > 1 && gate ? `gate ${gate}, ` : ""}unit ${row % hiddenSize}`;
  };
  const said = pointed ?? { row: spokenOf ?? 0, step: 0 };
  return (
    <div class="card" data-testid="weights">
      <HeatMap
        title={`${which === "decoder" ? "The decoder's W" : which === "embedding" ? "The embedding" : which}, ${rows} × ${columns}, the same in every copy: ${rowsAre(which, gates, blocks)}`}
        values={turned}
        steps={columns}
        units={rows}
        kind="diverging"
        limit={limit}
        rowsName="rows"
        heightPx={Math.min(MOST_HEIGHT, Math.max(64, MOST_ROW * rows))}
        at={said.step}
        brushedRows={spokenOf === undefined ? undefined : [spokenOf, spokenOf]}
        onPoint={(at) => setPointed(at)}
        onBrush={(_, [row]) => isRecurrent && page.set({ unit: row % hiddenSize })}
      />
      <p class="readout" data-testid="weight">
        {`${name}[${said.row}, ${said.step}] = ${shown(turned[said.step * rows + said.row], 4)}: the row of ${rowName(said.row)}, column ${said.step}`}
      </p>
      <Legend scales={[{ name: which, kind: "diverging", limit }]} />
    </div>
  );
}

function rowsAre(which: SharedWeights, gates: readonly string[], blocks: number): string {
  if (which === "embedding") return "a row is a token's vector";
  if (which === "decoder") return "a row is what one output takes from h";
  const from = which === "W_ih" ? "what is read" : "the h of the step before";
  return blocks > 1
    ? `rows are the units of ${gates.slice(0, blocks).join(", ")}, one below the other, columns ${from}`
    : `a row is a unit, columns ${from}`;
}
