// What a classifier, a tagger or a forecaster rests on, and how far back it reaches: the three questions of Memory, of what it says.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Reading, SaidGradients, SaidReach } from "../../engine/protocol.ts";
import { elementSource } from "../../export/element-source.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { plainNumbers, saidGradientsCsv, saidReachCsv } from "../../export/inspection-table.ts";
import { type Curve, CurveKeys, Curves } from "../../figures/curves.tsx";
import { HeatMap } from "../../figures/heat-map.tsx";
import { Legend } from "../../figures/legend.tsx";
import { largest } from "../../figures/matrix-image.ts";
import { withMinus } from "../../figures/minus.ts";
import { colourOf, inkOn } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";
import { TokenText } from "../../figures/token-text.tsx";
import { described } from "../../model-bar.tsx";
import { useAnswer } from "../answered.ts";
import { decadesFigure, logarithms } from "../gradient-figure.ts";
import { LayerChoice, layerName } from "../layer-choice.tsx";
import { Progress } from "../progress.tsx";
import { textFigure } from "../text-figure-source.ts";
import type { TaskAnswerProps } from "./answer-of-task.tsx";
import { readPieces } from "./read-pieces.ts";

export function TaskMemory({ page, reading, task }: TaskAnswerProps) {
  const { answer, telling, problem } = useAnswer(page, "saidGradients", { slot: "a" }, [reading]);
  // An answer about another text is of no use to this one.
  const found = answer?.steps === reading.trace.steps ? answer : undefined;
  return (
    <section class="reach" aria-label={`How far back it remembers${page.side}`}>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {found ? (
        <>
          <RestsOn page={page} reading={reading} task={task} found={found} />
          <ByGradient page={page} reading={reading} task={task} found={found} />
        </>
      ) : (
        problem === undefined && <Progress words="Walking back through time" share={telling} />
      )}
      <ByBehaviour page={page} reading={reading} task={task} />
    </section>
  );
}

interface FoundProps extends TaskAnswerProps {
  readonly found: SaidGradients;
}

/** The row that is spoken of at a step: the last one that is said there, or before. */
function rowAt({ rows }: SaidGradients, at: number): number {
  const found = rows.findLastIndex((row) => row.at <= at);
  return Math.max(0, found);
}

function wordsOf({ rows }: SaidGradients, row: number, isForecast: boolean): string {
  const { name, at } = rows[row];
  return isForecast ? `the forecast of ${name}` : `${JSON.stringify(name)} at step ${at + 1}`;
}

/** By attribution: the text or the numbers coloured by what is said at the playhead. */
function RestsOn({ page, reading, task, found }: FoundProps) {
  const { state, set, model } = page;
  const theme = useTheme();
  const { steps, unit } = found;
  const at = Math.min(state.at, steps - 1);
  const isForecast = task.name === "forecast";
  const [ahead, setAhead] = useState(0);
  const row = isForecast ? Math.min(ahead, found.rows.length - 1) : rowAt(found, at);
  const signed = found.signed.subarray(row * steps, (row + 1) * steps);
  const limit = largest(signed);
  const words = wordsOf(found, row, isForecast);
  const pieces = readPieces(page, reading);
  return (
    <div class="card">
      <h2>By attribution</h2>
      <p class="note">
        {isForecast
          ? "What speaks for a higher forecast is orange, what speaks for a lower one blue (gradient × input, by all ways from the steps)."
          : "Point at a step: what made the network say what it says there is orange, what spoke against it blue (gradient × input)."}
      </p>
      {isForecast && found.rows.length > 1 && (
        <label class="controls">
          Of{" "}
          <select value={row} onChange={({ currentTarget }) => setAhead(Number(currentTarget.value))}>
            {found.rows.map(({ name }, each) => (
              <option key={name} value={each}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <TokenText
        label={`What was read, coloured by what ${words} rests on; left and right arrows move`}
        pieces={pieces}
        at={at}
        onAt={(to) => set({ at: to })}
        colourOf={(step) => ({
          background: colourOf(signed[step], limit, "diverging", theme),
          ink: inkOn(signed[step], limit, "diverging", theme),
        })}
        titleOf={(step) => `${withMinus(signed[step].toFixed(3))} ${unit}`}
      />
      <Legend scales={[{ name: unit, kind: "diverging", limit }]} />
      <p class="readout" data-testid="rests-on">
        {`${words} rests on: ${strongest(signed, reading)}`}
      </p>
      <ExportButtons
        name="attribution"
        figure={textFigure({
          title: `What ${words} rests on`,
          subtitle: model ? described(model) : "",
          ...{ pieces, at, name: unit, kind: "diverging", limit },
          valueAt: (step) => signed[step],
        })}
        csv={() => saidGradientsCsv(found, reading.pieces)}
        json={() => plainNumbers(found)}
        model={state.model}
      />
    </div>
  );
}

function strongest(signed: Float64Array, { pieces }: Reading): string {
  return Array.from(signed.keys())
    .sort((a, b) => Math.abs(signed[b]) - Math.abs(signed[a]))
    .slice(0, 5)
    .map(
      (step) =>
        `${JSON.stringify(pieces[step].trim())} (step ${step + 1}) ${signed[step] < 0 ? "−" : "+"}${Math.abs(signed[step]).toFixed(3)}`,
    )
    .join(", ");
}

/** By the gradient: a row for each thing that is said, a column for each step. */
function ByGradient({ page, reading, task, found }: FoundProps) {
  const { state, set, model } = page;
  const { rows, steps, layers } = found;
  const layer = Math.min(state.layer, layers.length - 1);
  const isOfH = state.gradient === "h";
  const matrix = isOfH ? layers[layer] : found.inputs;
  const name = isOfH ? `|∂said/∂h_s|, layer ${layerName(reading, layer)}` : "|∂said/∂x_s|";
  const [pointed, setPointed] = useState<{ readonly row: number; readonly step: number }>();
  const most = matrix.reduce((so, value) => Math.max(so, value), 0);
  const values = useMemo(() => logarithms(matrix, rows.length, most), [matrix, rows, most]);
  const at = Math.min(state.at, steps - 1);
  const { row, step } = pointed ?? { row: rowAt(found, at), step: at };
  const isForecast = task.name === "forecast";
  const curves = curvesOf(found, matrix, isForecast);
  return (
    <div class="card" data-testid="gradient-card">
      <h2>By its gradient</h2>
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
        {isOfH && <LayerChoice page={page} />}
      </div>
      <div class="gradient-columns">
        <div>
          <HeatMap
            title={`${name}: a row for each ${isForecast ? "step ahead" : "thing said"}, column s the step that it rests on; six powers of ten from pale to dark`}
            {...{ values, steps, units: rows.length, kind: "sequential", limit: 1, at }}
            rowsName={isForecast ? "steps ahead" : "steps"}
            heightPx={Math.min(360, Math.max(96, rows.length * 12))}
            onPoint={(place) => setPointed(place && { row: place.row, step: place.step })}
            onBrush={([to]) => set({ at: to })}
          />
          <p class="readout" data-testid="gradient">
            {`${wordsOf(found, row, isForecast)}, from ${JSON.stringify(reading.pieces[step].trim())} (step ${step + 1}): ${withMinus(matrix[row * steps + step].toExponential(3))}`}
          </p>
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
        </div>
      </div>
      <ExportButtons
        name="gradients"
        figure={decadesFigure({
          title: `How strongly what it says depends on each step: ${name}`,
          subtitle: model ? described(model) : "",
          ...{ name, matrix, pieces: reading.pieces },
          rowPieces: rows.map((each) => each.name),
        })}
        csv={() => saidGradientsCsv(found, reading.pieces)}
        json={() => plainNumbers(found)}
        model={state.model}
      />
    </div>
  );
}

/** Means over all that is said, by how far back the step is; where it reads both ways, by how far ahead too. */
function curvesOf({ rows, steps }: SaidGradients, matrix: Float64Array, isForecast: boolean): Curve[] {
  const meanAt = (distance: number) => {
    const places = rows.flatMap(({ at }, row) => {
      const step = at - distance;
      return step >= 0 && step < steps ? [matrix[row * steps + step]] : [];
    });
    return places.reduce((sum, value) => sum + value, 0) / places.length;
  };
  const pointsOf = (sign: 1 | -1) =>
    Array.from({ length: steps }, (_, distance) => ({ x: distance, y: meanAt(sign * distance) })).filter(
      ({ y }) => y > 0,
    );
  const ahead = isForecast ? [] : pointsOf(-1).filter(({ x }) => x > 0);
  const back: Curve = { name: "mean, by steps back", style: 0, points: pointsOf(1) };
  return ahead.length === 0 ? [back] : [back, { name: "mean, by steps ahead", style: 1, points: ahead }];
}

/** By behaviour: what it says when it is given only some of the steps. */
function ByBehaviour({ page, reading, task }: TaskAnswerProps) {
  const [isAsked, setAsked] = useState(false);
  const { answer, telling, problem, isPending } = useAnswer(
    page,
    "saidReach",
    isAsked ? { slot: "a" } : undefined,
    [isAsked, reading],
  );
  const { model } = page.state;
  const measured = useMemo(() => answer && <Measured found={answer} model={model} />, [answer, model]);
  return (
    <div class="card">
      <h2>By its behaviour</h2>
      <p class="note">
        {task.name === "tag"
          ? "The same tags, with only so many steps around each to go by."
          : "The same answer, with only the last so many steps to go by."}{" "}
        Where more of them change nothing, the memory that it uses ends.
      </p>
      {!isAsked && (
        <p class="controls">
          <button type="button" onClick={() => setAsked(true)}>
            Measure
          </button>
        </p>
      )}
      {problem !== undefined && <p class="problem">{problem}</p>}
      {isPending && <Progress words="Measuring" share={telling} />}
      {measured}
    </div>
  );
}

function Measured({ found, model }: { readonly found: SaidReach; readonly model: string }) {
  const figure = useRef<HTMLDivElement>(null);
  const { contexts, apart, what, reachSteps, tolerance } = found;
  const curves: Curve[] = [
    { name: what, style: 0, points: contexts.map((x, place) => ({ x, y: apart[place] })) },
  ];
  return (
    <>
      <p data-testid="reach">
        {`With ${reachSteps.toLocaleString("en")} ${reachSteps === 1 ? "step" : "steps"} or more it says the same as with all, to ${tolerance}.`}
      </p>
      <div ref={figure}>
        <Curves
          title="What it says, given fewer steps"
          curves={curves}
          xName="steps that it is given"
          xScale="logarithmic"
          yScale="linear"
          marks={[{ x: reachSteps, name: "reach" }]}
        />
      </div>
      <CurveKeys curves={curves} />
      <ExportButtons
        name="reach"
        figure={elementSource(figure, {
          title: "How many steps what it says rests on",
          subtitle: `How far from what all steps say: ${what}`,
          keys: ({ accent }) => [{ name: what, colour: accent }],
        })}
        csv={() => saidReachCsv(found)}
        json={() => plainNumbers(found)}
        model={model}
      />
    </>
  );
}
