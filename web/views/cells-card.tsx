// Elman, LSTM and GRU, trained on the same text for the same time, and the three views of their memory side by side.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { CellReach, ComparedCell, Reading } from "../engine/protocol.ts";
import { type Curve, CurveKeys, Curves } from "../figures/curves.tsx";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";
import { AttributionText } from "./attribution-card.tsx";
import { GradientMatrix, MOST_STEPS } from "./gradient-card.tsx";
import { lossPoints } from "./loss-points.ts";
import { Progress } from "./progress.tsx";
import type { ChosenSource } from "./text-source.tsx";

const HIDDEN_SIZE = 64;

interface CellsCardProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly chosen: ChosenSource;
}

export function CellsCard({ page, reading, chosen }: CellsCardProps) {
  const [seconds, setSeconds] = useState(10);
  const [asked, setAsked] = useState<{ readonly seconds: number }>();
  const { answer, telling, problem, isPending } = useAnswer(
    page,
    "cells",
    asked === undefined ? undefined : { slot: "a", on: chosen.source, ...asked, hiddenSize: HIDDEN_SIZE },
    [asked],
  );
  // They read with the open model's tokenizer: with another one they would read something else.
  useEffect(() => setAsked(undefined), [page.model]);
  // What was found before stays while others train; it is not drawn anew for each step of theirs.
  const compared = useMemo(
    () => answer && <Compared page={page} reading={reading} cells={answer} />,
    [page, reading, answer],
  );
  return (
    <div class="card">
      <h2>Elman, LSTM and GRU side by side</h2>
      <p class="note">
        Three networks of {HIDDEN_SIZE} units learn {chosen.name} here, each for the same time, and are
        measured on its last fifth, which none of them has seen.
      </p>
      <div class="controls">
        <label>
          Seconds for each{" "}
          <input
            type="number"
            min={1}
            max={600}
            value={seconds}
            onInput={({ currentTarget }) =>
              setSeconds(Math.min(600, Math.max(1, Number(currentTarget.value) || 1)))
            }
          />
        </label>
        <button type="button" onClick={() => setAsked(isPending ? undefined : { seconds })}>
          {isPending ? "Stop" : "Train and compare"}
        </button>
      </div>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {isPending && (
        <Progress
          words={telling ? `Training and measuring: ${telling.cell}` : "Beginning"}
          share={telling?.share}
        />
      )}
      {compared}
    </div>
  );
}

interface ComparedProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly cells: readonly CellReach[];
}

function Compared({ page, reading, cells }: ComparedProps) {
  const losses: Curve[] = cells.map(({ cell, reach }, style) => ({
    name: cell,
    style,
    points: lossPoints(reach),
  }));
  const gradients: Curve[] = cells.map(({ cell, reach }, style) => ({
    name: cell,
    style,
    points: Array.from(reach.gradient.byDistance, (y, x) => ({ x, y })),
  }));
  return (
    <div data-testid="cells">
      <CurveKeys curves={losses} />
      <div class="gradient-columns">
        <Curves
          title="Loss over the length of context, by cell"
          curves={losses}
          xName="tokens of context (loss in nats per token)"
          xScale="logarithmic"
          yScale="linear"
        />
        <Curves
          title="Gradient over distance, by cell"
          curves={gradients}
          xName="steps back (|∂loss/∂x|, mean)"
          xScale="linear"
          yScale="logarithmic"
        />
      </div>
      <CellsTable cells={cells} />
      <div class="three-columns">
        {cells.map((each) => (
          <section key={each.cell} aria-label={`Memory of the ${each.cell}`}>
            <h3>{each.cell}</h3>
            <AttributionText page={page} reading={reading} cell={each.cell} />
            <CellGradients page={page} reading={reading} cell={each.cell} trained={each} />
          </section>
        ))}
      </div>
    </div>
  );
}

interface CellGradientsProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly cell: ComparedCell;
  /** Changes when the cell has been trained anew. */
  readonly trained: CellReach;
}

function CellGradients({ page, reading, cell, trained }: CellGradientsProps) {
  const question = { slot: "a" as const, steps: MOST_STEPS, cell };
  const { answer, problem } = useAnswer(page, "gradients", question, [reading, cell, trained]);
  if (problem !== undefined) return <p class="problem">{problem}</p>;
  if (!answer) return <p class="waiting">Walking back through time …</p>;
  return <GradientMatrix page={page} reading={reading} found={answer} cell={cell} />;
}

function CellsTable({ cells }: { readonly cells: readonly CellReach[] }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">cell</th>
          <th scope="col">parameters</th>
          <th scope="col">tokens read</th>
          <th scope="col">last loss</th>
          <th scope="col">reach</th>
          <th scope="col">half-life</th>
        </tr>
      </thead>
      <tbody>
        {cells.map(({ cell, parameters, tokensRead, lossNats, reach }) => (
          <tr key={cell}>
            <th scope="row">{cell}</th>
            <td>{parameters.toLocaleString("en")}</td>
            <td>{tokensRead.toLocaleString("en")}</td>
            <td>{lossNats.toFixed(3)}</td>
            <td>{reach.reachTokens}</td>
            <td>{reach.gradient.halfLifeSteps?.toFixed(2) ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
