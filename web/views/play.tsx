// A playhead that steps through time over heat-maps of a layer's states and gates; time, units and text brushed together.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { LayerTrace } from "unrolled/inspect";
import { isAborted } from "../engine/engine.ts";
import type { Reading } from "../engine/protocol.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { readingJson, traceCsv } from "../export/trace-table.ts";
import { HeatMap } from "../figures/heat-map.tsx";
import { Legend } from "../figures/legend.tsx";
import { withMinus } from "../figures/minus.ts";
import { type Quantity, quantitiesOf } from "../figures/quantities.ts";
import { TokenText } from "../figures/token-text.tsx";
import type { Page } from "../page.ts";
import { shown } from "./equations.ts";
import { LayerChoice } from "./layer-choice.tsx";
import { playFigure } from "./play-figure.ts";
import { usePlayback } from "./playback.ts";
import { RowBrush } from "./row-brush.tsx";
import { Scrubber } from "./scrubber.tsx";
import { Waiting } from "./waiting.tsx";

export function PlayView({ page }: { readonly page: Page }) {
  const { reading, state, set } = page;
  if (!reading) return <Waiting page={page} />;
  const layer = Math.min(state.layer, reading.trace.layers.length - 1);
  return <Playing key={layer} page={page} reading={reading} layer={reading.trace.layers[layer]} set={set} />;
}

interface PlayingProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly layer: LayerTrace;
  readonly set: Page["set"];
}

function Playing({ page, reading, layer, set }: PlayingProps) {
  const { state } = page;
  const steps = reading.pieces.length;
  const at = Math.min(state.at, steps - 1);
  const quantities = useMemo(() => quantitiesOf(layer), [layer]);
  const [{ units }] = quantities;
  const order = useUnitOrder(page, quantities[0]);
  const [pointed, setPointed] = useState<{ quantity: Quantity; step: number; unit: number }>();
  const playback = usePlayback({ at, steps, stepMs: 120, onAt: (to) => set({ at: to }) });
  const brushedSteps = within(state.steps, steps);
  const brushedRows = within(state.rows, units);
  const told = pointed ?? {
    quantity: quantities[0],
    step: at,
    unit: Math.min(state.unit, units - 1),
  };
  const isWhole = brushedSteps === null && brushedRows === null;
  return (
    <section class="play" aria-label={`Play${page.side}`}>
      <div class="controls">
        <button type="button" aria-pressed={playback.isPlaying} onClick={playback.toggle}>
          {playback.isPlaying ? "Pause" : "Play"}
        </button>
        <Scrubber {...{ at, steps }} onAt={(to) => set({ at: to })}>
          Step {at + 1} of {steps}
        </Scrubber>
        <LayerChoice page={page} />
        <label>
          Units
          <select
            value={state.order}
            onChange={(event) => set({ order: event.currentTarget.value as typeof state.order, rows: null })}
          >
            <option value="found">as found</option>
            <option value="variance">by variance of h</option>
            <option value="similarity">by similarity of h</option>
          </select>
        </label>
        <RowBrush rows={brushedRows} count={units} onBrush={(rows) => set({ rows })} />
        <button type="button" disabled={isWhole} onClick={() => set({ steps: null, rows: null })}>
          Clear the brush
        </button>
      </div>
      <TokenText
        label="Text; left and right arrows move the playhead"
        pieces={reading.pieces}
        at={at}
        brushed={brushedSteps}
        onAt={(to) => set({ at: to })}
        onBrush={(range) => set({ steps: range })}
      />
      <p class="readout" data-testid="pointed">
        {saying(told, reading)}
      </p>
      <div>
        {quantities.map((quantity) => (
          <HeatMap
            key={quantity.name}
            title={titleOf(quantity)}
            {...{ values: quantity.values, kind: quantity.kind, limit: quantity.limit }}
            {...{ steps, units: quantity.units, at, brushedSteps, brushedRows }}
            order={quantity.units === units ? order : undefined}
            heightPx={Math.min(256, Math.max(96, quantity.units))}
            onPoint={(place) =>
              setPointed(place && { quantity, step: place.step, unit: order ? order[place.row] : place.row })
            }
            onBrush={(across, down) => {
              const isClick = across[0] === across[1] && down[0] === down[1];
              const unit = order ? order[down[0]] : down[0];
              set(
                isClick
                  ? { at: across[0], unit, steps: null, rows: null }
                  : { at: across[1], steps: across, rows: down },
              );
            }}
          />
        ))}
      </div>
      <ExportButtons
        name={`states-layer-${state.layer + 1}`}
        figure={playFigure(page, { reading, quantities, order, at, brushedSteps })}
        csv={() => traceCsv(reading, Math.min(state.layer, reading.trace.layers.length - 1))}
        json={() => readingJson(reading)}
        model={state.model}
      />
      <Legend scales={quantities} />
      {!isWhole && <Brushed {...{ reading, quantities, order, brushedSteps, brushedRows }} />}
    </section>
  );
}

function saying(
  { quantity, step, unit }: { quantity: Quantity; step: number; unit: number },
  reading: Reading,
) {
  const units = quantity.values.length / reading.pieces.length;
  const value = quantity.values[step * units + unit];
  return `${quantity.name}[${unit}] at step ${step + 1}, ${JSON.stringify(reading.pieces[step])}: ${shown(value, 4)}`;
}

/** States that leave ±1 say how far their colours go; beyond that they are all the strongest. */
function titleOf({ title, kind, limit }: Quantity): string {
  return kind === "diverging" && limit > 1
    ? `${title} from −${limit.toFixed(1)} to ${limit.toFixed(1)}`
    : title;
}

/** The order of the units, once the engine has found it. */
function useUnitOrder(
  { engine, state }: Page,
  { values, units: hiddenSize }: Quantity,
): Int32Array | undefined {
  const [found, setFound] = useState<Int32Array>();
  useEffect(() => {
    if (state.order === "found") return setFound(undefined);
    const controller = new AbortController();
    engine
      .ask("order", { values: values.slice(), hiddenSize, order: state.order }, { signal: controller.signal })
      .then(setFound, (error) => {
        if (!isAborted(error)) throw error;
      });
    return () => controller.abort();
  }, [engine, values, hiddenSize, state.order]);
  return found && found.length === hiddenSize ? found : undefined;
}

/** A range as far as it lies within what there is. */
export function within(
  range: readonly [number, number] | null,
  length: number,
): readonly [number, number] | null {
  return range === null || range[0] >= length ? null : [range[0], Math.min(range[1], length - 1)];
}

interface BrushedProps {
  readonly reading: Reading;
  readonly quantities: readonly Quantity[];
  readonly order: Int32Array | undefined;
  readonly brushedSteps: readonly [number, number] | null;
  readonly brushedRows: readonly [number, number] | null;
}

/** What lies under the brush: its text, its units, and the mean of every quantity there and elsewhere. */
function Brushed({ reading, quantities, order, brushedSteps, brushedRows }: BrushedProps) {
  const [{ units: hiddenSize }] = quantities;
  const steps = reading.pieces.length;
  const [fromStep, toStep] = brushedSteps ?? [0, steps - 1];
  const [fromRow, toRow] = brushedRows ?? [0, hiddenSize - 1];
  const units = Array.from({ length: toRow - fromRow + 1 }, (_, row) =>
    order ? order[fromRow + row] : fromRow + row,
  );
  const meanOf = ({ values, units: width }: Quantity) => {
    let [inside, outside] = [0, 0];
    for (let step = 0; step < steps; step++)
      for (const unit of units) {
        if (step >= fromStep && step <= toStep) inside += values[step * width + unit];
        else outside += values[step * width + unit];
      }
    const within = (toStep - fromStep + 1) * units.length;
    const without = steps * units.length - within;
    return [inside / within, without > 0 ? outside / without : Number.NaN];
  };
  return (
    <div class="card">
      <h2>Brushed</h2>
      <p>
        Steps {fromStep + 1} to {toStep + 1}:{" "}
        <code>{JSON.stringify(reading.pieces.slice(fromStep, toStep + 1).join(""))}</code>
      </p>
      <p>
        {units.length === hiddenSize
          ? "All units"
          : `Units ${units.slice(0, 24).join(", ")}${units.length > 24 ? ", …" : ""}`}
      </p>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">mean of</th>
            <th scope="col">here</th>
            <th scope="col">elsewhere</th>
          </tr>
        </thead>
        <tbody>
          {quantities.map((quantity) => (
            <tr key={quantity.name}>
              <th scope="row">{quantity.title}</th>
              {meanOf(quantity).map((mean, index) => (
                <td key={index === 0 ? "here" : "elsewhere"}>
                  {Number.isNaN(mean) ? "–" : withMinus(mean.toFixed(3))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
