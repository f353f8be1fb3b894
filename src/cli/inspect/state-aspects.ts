import type { Trace } from "../../inspect/trace.ts";
import { nameOfCell } from "../../tasks/language/model/language-cell.ts";
import type { Aspect } from "./aspect-names.ts";
import { heatMap } from "./heat-map.ts";

const FIGURE_HEIGHT = 420;

/** h, and whatever else a cell carries, of every layer over the steps. */
export function statesAspect(traced: Trace, letters: readonly string[]): Aspect {
  const figures = new Map<string, string>();
  traced.layers.forEach((layer, index) => {
    for (const [name, numbers] of Object.entries(layer.states)) {
      const units = layer.widths[name];
      // Row 0 is the state before the first step.
      const after = numbers.subarray(units);
      const title = `${name} of layer ${index + 1}`;
      const most = name === "h" ? 1 : reachOf(after);
      figures.set(`states-layer-${index + 1}-${name}`, unitsOverTime(title, after, units, letters, most));
    }
  });
  return {
    name: "states",
    html: `<p>Each row is a unit, each column a token that has just been read.</p>${shown(figures)}`,
    figures,
    json: {
      ids: Array.from(traced.ids),
      tokens: letters,
      layers: traced.layers.map(({ cell, hiddenSize, states, widths }) => ({
        cell: nameOfCell(cell),
        hiddenSize,
        ...Object.fromEntries(
          Object.entries(states).map(([name, numbers]) => [name, rowsOf(numbers, widths[name])]),
        ),
      })),
    },
  };
}

/** Every gate of every layer over the steps. */
export function gatesAspect(traced: Trace, letters: readonly string[]): Aspect {
  const figures = new Map<string, string>();
  traced.layers.forEach((layer, index) => {
    for (const [name, numbers] of Object.entries(layer.gates)) {
      const isCandidate = layer.activations[name] !== "sigmoid";
      const title = `${isCandidate ? "candidate" : "gate"} ${name} of layer ${index + 1}`;
      const drawn = isCandidate
        ? unitsOverTime(title, numbers, layer.hiddenSize, letters, 1)
        : gateOverTime(title, numbers, layer.hiddenSize, letters);
      figures.set(`gates-layer-${index + 1}-${name}`, drawn);
    }
  });
  const none = "<p>An Elman cell has no gates: h = f(W_ih x + W_hh h + b).</p>";
  return {
    name: "gates",
    html: figures.size === 0 ? none : `<p>A gate lets through what it is, from 0 to 1.</p>${shown(figures)}`,
    figures,
    json: {
      ids: Array.from(traced.ids),
      tokens: letters,
      layers: traced.layers.map(({ cell, hiddenSize, gates }) => ({
        cell: nameOfCell(cell),
        hiddenSize,
        gates: Object.fromEntries(
          Object.entries(gates).map(([name, numbers]) => [name, rowsOf(numbers, hiddenSize)]),
        ),
      })),
    },
  };
}

/** [T, H] as T arrays of numbers of five figures, which is what float32 activations are good for. */
export function rowsOf(numbers: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: numbers.length / width }, (_, row) =>
    Array.from({ length: width }, (_, column) => Number(numbers[row * width + column].toPrecision(5))),
  );
}

/** Figures one under the other, each in room of its own to scroll in. */
export function shown(figures: ReadonlyMap<string, string>): string {
  return [...figures.values()].map((svg) => `<div class="figure">${svg}</div>`).join("");
}

function unitsOverTime(
  title: string,
  states: Float32Array,
  units: number,
  letters: readonly string[],
  reach: number,
): string {
  const name = Number(reach.toPrecision(2));
  return transposed(title, states, units, letters, {
    palette: "diverging",
    range: [-reach, reach],
    rangeNames: [`−${name}`, String(name)],
  });
}

function gateOverTime(title: string, gate: Float32Array, units: number, letters: readonly string[]): string {
  return transposed(title, gate, units, letters, {
    palette: "rising",
    range: [0, 1],
    rangeNames: ["0", "1"],
  });
}

function transposed(
  title: string,
  numbers: Float32Array,
  units: number,
  letters: readonly string[],
  colours: Pick<Parameters<typeof heatMap>[0], "palette" | "range" | "rangeNames">,
): string {
  const columns = numbers.length / units;
  const values = Float32Array.from(
    { length: numbers.length },
    (_, place) => numbers[(place % columns) * units + Math.floor(place / columns)],
  );
  const height = Math.max(2, Math.min(14, Math.floor(FIGURE_HEIGHT / units)));
  const size = { rows: units, columns, cell: [columns > 400 ? 3 : 7, height] as const };
  return heatMap({ title, values, ...size, ...colours, rowName: "unit", columnName: "token", letters });
}

/** A magnitude that 98 of 100 numbers stay below: a few cells that count on and on would leave no colour to the others. */
function reachOf(numbers: Float32Array): number {
  const magnitudes = numbers.map(Math.abs).sort();
  return Math.max(magnitudes[Math.floor(0.98 * (magnitudes.length - 1))], 1e-6);
}
