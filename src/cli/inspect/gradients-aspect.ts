import type { GradientsThroughTime } from "../../inspect/gradients-through-time.ts";
import { lineChart } from "../report/line-chart.ts";
import type { Aspect } from "./aspect-names.ts";
import { heatMap } from "./heat-map.ts";
import { shown } from "./state-aspects.ts";

/** Orders of magnitude that the colours cover. */
const DECADES = 6;

/** How far the gradient of each prediction goes back, and how layers carry it. */
export function gradientsAspect(found: GradientsThroughTime, letters: readonly string[]): Aspect {
  const { predictions, layers, inputs, byDistance, halfLifeSteps } = found;
  const figures = new Map<string, string>();
  figures.set("gradients-inputs", matrixFigure("|∂loss_t/∂x_s|", inputs, predictions, letters));
  layers.forEach(({ states }, layer) => {
    figures.set(
      `gradients-layer-${layer + 1}-h`,
      matrixFigure(`|∂loss_t/∂h_s|, layer ${layer + 1}`, states.h, predictions, letters),
    );
  });
  figures.set(
    "gradients-by-distance",
    curve("Mean |∂loss_t/∂x_{t−k}| over the distance k", [{ name: "gradient", numbers: byDistance }]),
  );
  const products = layers.map(({ productNorm }, layer) => ({
    name: `layer ${layer + 1}`,
    numbers: productNorm,
  }));
  const hasProducts = products.some(({ numbers }) => numbers.length > 1);
  if (hasProducts)
    figures.set("gradients-products", curve("Norm of ∂state_T/∂state_{T−k} over the distance k", products));
  const half =
    halfLifeSteps === undefined
      ? "It never falls below half of what it is at its own token."
      : `Of the mean over the ${predictions} predictions of this passage, half is gone after ${halfLifeSteps.toFixed(2)} steps.`;
  const rows = layers.map(
    ({ recurrentRadius, stepRadius, decayPerStep }, layer) =>
      `<tr><td>Layer ${layer + 1}</td><td>${Object.entries(recurrentRadius)
        .map(([name, radius]) => `${name} ${radius.toFixed(3)}`)
        .join(", ")}</td><td>${meanOf(stepRadius).toFixed(3)}</td><td>${decayPerStep.toFixed(3)}</td></tr>`,
  );
  return {
    name: "gradients",
    html:
      `<p>Row t is a prediction, column s the place it is walked back to; colours are logarithmic. ${half}</p>` +
      `<table class="plain"><thead><tr><th></th><th>Spectral radius of W_hh</th><th>of a step's Jacobian, mean</th>` +
      `<th>Factor a step of the product's norm</th></tr></thead><tbody>${rows.join("")}</tbody></table>${shown(figures)}`,
    figures,
    json: {
      predictions,
      inputs: rowsOfLength(inputs, predictions),
      byDistance: Array.from(byDistance),
      halfLifeSteps: halfLifeSteps ?? null,
      layers: layers.map(({ states, recurrentRadius, stepRadius, productNorm, decayPerStep }) => ({
        ...Object.fromEntries(
          Object.entries(states).map(([name, numbers]) => [name, rowsOfLength(numbers, predictions)]),
        ),
        recurrentRadius,
        stepRadius: Array.from(stepRadius, (radius) => (Number.isNaN(radius) ? null : radius)),
        productNorm: Array.from(productNorm),
        decayPerStep,
      })),
    },
  };
}

function matrixFigure(title: string, matrix: Float64Array, n: number, letters: readonly string[]): string {
  const most = Math.log10(matrix.reduce((largest, value) => Math.max(largest, value), Number.MIN_VALUE));
  const values = matrix.map((value, place) =>
    place % n > Math.floor(place / n) ? Number.NaN : Math.log10(value),
  );
  const side = n <= 90 ? 7 : Math.max(2, Math.floor(640 / n));
  return heatMap({
    title,
    values: values.map((value) => (value === Number.NEGATIVE_INFINITY ? most - DECADES : value)),
    rows: n,
    columns: n,
    palette: "rising",
    range: [most - DECADES, most],
    rangeNames: [(10 ** (most - DECADES)).toExponential(0), (10 ** most).toPrecision(2)],
    rowName: "prediction t",
    firstRow: 1,
    columnName: "place s",
    cell: [side, side],
    letters: letters.slice(0, n),
  });
}

const CLASSES = ["train", "held", "other"] as const;

function curve(
  title: string,
  series: readonly { readonly name: string; readonly numbers: Float64Array }[],
): string {
  return lineChart({
    title,
    over: "steps back",
    series: series.map(({ name, numbers }, index) => ({
      name,
      className: CLASSES[index % CLASSES.length],
      points: Array.from(numbers, (y, x) => ({ x, y })).filter(({ y }) => y > 0),
    })),
    scale: "logarithmic",
    width: 760,
    height: 260,
    hasTitle: true,
  });
}

function rowsOfLength(matrix: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, row) =>
    Array.from(matrix.subarray(row * n, row * n + row + 1), (value) => Number(value.toPrecision(6))),
  );
}

function meanOf(numbers: Float64Array): number {
  const known = numbers.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
