import { useMemo, useState } from "preact/hooks";
import type { GradientsThroughTime } from "unrolled/inspect";
import type { ComparedCell, Reading } from "../engine/protocol.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { gradientsCsv, plainNumbers } from "../export/inspection-table.ts";
import { type Curve, CurveKeys, Curves } from "../figures/curves.tsx";
import { HeatMap } from "../figures/heat-map.tsx";
import { withMinus } from "../figures/minus.ts";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";
import { gradientFigure, logarithms } from "./gradient-figure.ts";

/** Steps of a text that are walked back. */
export const MOST_STEPS = 200;

/** By its gradient: how strongly each prediction depends on each earlier step. */
export function GradientCard({ page, reading }: { readonly page: Page; readonly reading: Reading }) {
  const { answer, problem } = useAnswer(page, "gradients", { slot: "a", steps: MOST_STEPS }, [reading]);
  return (
    <div class="card" data-testid="gradient-card">
      <h2>By its gradient</h2>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {answer ? (
        <Gradients page={page} reading={reading} found={answer} />
      ) : (
        problem === undefined && <p class="waiting">Walking back through time …</p>
      )}
    </div>
  );
}

interface GradientsProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly found: GradientsThroughTime;
}

function Gradients({ page, reading, found }: GradientsProps) {
  const { state, set } = page;
  const { predictions, byDistance, halfLifeSteps, layers } = found;
  const curves: Curve[] = [
    {
      name: "|∂loss/∂x|, mean",
      style: 0,
      points: Array.from(byDistance, (y, x) => ({ x, y })),
    },
    ...layers.map(({ productNorm }, index) => ({
      name: `|∂state_T/∂state_(T−k)|, layer ${index + 1}`,
      style: index + 1,
      points: Array.from(productNorm, (y, x) => ({ x, y })),
    })),
  ];
  return (
    <>
      <div class="controls">
        <label>
          With respect to{" "}
          <select
            value={state.gradient}
            onChange={({ currentTarget }) => set({ gradient: currentTarget.value as "inputs" | "h" })}
          >
            <option value="inputs">the input x_s</option>
            <option value="h">the hidden state h_s</option>
          </select>
        </label>
      </div>
      <div class="gradient-columns">
        <div>
          <GradientMatrix page={page} reading={reading} found={found} />
        </div>
        <div>
          <Curves
            title="Gradients over distance"
            curves={curves}
            xName="steps back"
            xScale="linear"
            yScale="logarithmic"
          />
          <CurveKeys curves={curves} />
          <p data-testid="half-life">
            {halfLifeSteps === undefined
              ? "The gradient never falls below half of what it is at its own step."
              : `Half of the gradient is gone after ${halfLifeSteps.toFixed(2)} steps.`}
          </p>
          <RadiiTable layers={layers} at={Math.min(state.at, predictions - 1)} />
        </div>
      </div>
      <ExportButtons
        name="gradients"
        figure={gradientFigure(page, reading, found)}
        csv={() => gradientsCsv(found, reading.pieces)}
        json={() => plainNumbers(found)}
        model={state.model}
      />
    </>
  );
}

/** The matrix itself, with the number that is pointed at. */
export function GradientMatrix({
  page,
  reading,
  found,
  cell,
}: GradientsProps & { readonly cell?: ComparedCell }) {
  const { state, set } = page;
  const { predictions, layers } = found;
  const layer = Math.min(state.layer, layers.length - 1);
  const matrix = state.gradient === "h" ? layers[layer].states.h : found.inputs;
  const name = state.gradient === "h" ? `|∂loss_t/∂h_s|, layer ${layer + 1}` : "|∂loss_t/∂x_s|";
  const whose = cell === undefined ? "" : ` in the ${cell}`;
  const [pointed, setPointed] = useState<{ readonly t: number; readonly s: number }>();
  const most = matrix.reduce((largest, value) => Math.max(largest, value), 0);
  const values = useMemo(() => logarithms(matrix, predictions, most), [matrix, predictions, most]);
  const { t, s } = pointed ?? { t: Math.min(state.at, predictions - 1), s: 0 };
  const pieceAt = (step: number) => JSON.stringify(reading.pieces[step]);
  return (
    <>
      <HeatMap
        title={`${name}${whose}: row t is a prediction, column s the step it goes back to; six powers of ten from pale to dark`}
        values={values}
        steps={predictions}
        units={predictions}
        kind="sequential"
        limit={1}
        rowsName="predictions"
        heightPx={cell === undefined ? 360 : 240}
        at={Math.min(state.at, predictions - 1)}
        onPoint={(place) => setPointed(place && { t: place.row, s: place.step })}
        onBrush={([step]) => set({ at: step })}
      />
      <p class="readout" data-testid={cell === undefined ? "gradient" : `gradient-${cell}`}>
        {s <= t
          ? `loss after ${pieceAt(t)} (step ${t + 1}), back to ${pieceAt(s)} (step ${s + 1}): ${withMinus(matrix[t * predictions + s].toExponential(3))}`
          : "A prediction does not depend on what comes after it."}
      </p>
    </>
  );
}

function RadiiTable({
  layers,
  at,
}: {
  readonly layers: GradientsThroughTime["layers"];
  readonly at: number;
}) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">spectral radius</th>
          {layers.map((_, layer) => (
            <th key={`${layer}`} scope="col">
              layer {layer + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.keys(layers[0].recurrentRadius).map((name) => (
          <tr key={name}>
            <th scope="row">W_hh of {name}</th>
            {layers.map(({ recurrentRadius }, layer) => (
              <td key={`${layer}`}>{recurrentRadius[name as "h"]?.toFixed(3)}</td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row">∂state/∂state at step {at + 1}</th>
          {layers.map(({ stepRadius }, layer) => (
            <td key={`${layer}`}>{Number.isNaN(stepRadius[at]) ? "–" : stepRadius[at].toFixed(3)}</td>
          ))}
        </tr>
        <tr>
          <th scope="row">factor a step of its product’s norm</th>
          {layers.map(({ decayPerStep }, layer) => (
            <td key={`${layer}`}>{decayPerStep.toFixed(3)}</td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}
