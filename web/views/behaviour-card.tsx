import { useRef, useState } from "preact/hooks";
import type { Reach } from "unrolled/inspect";
import type { CellReach } from "../engine/protocol.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { plainNumbers, reachCsv } from "../export/inspection-table.ts";
import { type Curve, CurveKeys, Curves } from "../figures/curves.tsx";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";
import { TextSourceChoice, useTextSource } from "./text-source.tsx";

const HIDDEN_SIZE = 64;

/** By behaviour: loss against the length of context, for this model and for the three cells trained alike. */
export function BehaviourCard({ page }: { readonly page: Page }) {
  const chosen = useTextSource(page);
  const [isAsked, setAsked] = useState(false);
  const isOwnText = chosen.source.kind === "reading";
  const { answer, telling, problem, isPending } = useAnswer(
    page,
    "reach",
    isAsked ? { slot: "a", on: chosen.source } : undefined,
    [isAsked, chosen.source.kind, chosen.name, page.model, isOwnText ? page.reading : undefined],
  );
  return (
    <div class="card">
      <h2>By its behaviour</h2>
      <p class="note">
        The same predictions, with only the last so many tokens to go by. Where more of them no longer help,
        the memory ends (Khandelwal et al. 2018).
      </p>
      <TextSourceChoice chosen={chosen} />
      {!isAsked && (
        <p class="controls">
          <button type="button" onClick={() => setAsked(true)}>
            Measure
          </button>
        </p>
      )}
      {problem !== undefined && <p class="problem">{problem}</p>}
      {isPending && <Progress words="Measuring" share={telling} />}
      {answer && <Measured found={answer} model={page.state.model} />}
      <CellsCard page={page} chosen={chosen} />
    </div>
  );
}

function Measured({ found, model }: { readonly found: Reach; readonly model: string }) {
  const figure = useRef<HTMLDivElement>(null);
  const curves: Curve[] = [
    { name: "loss in nats per token, with its 95 % interval", style: 0, points: pointsOf(found) },
  ];
  return (
    <>
      <p data-testid="reach">
        {found.reachTokens.toLocaleString("en")} {found.reachTokens === 1 ? "token is" : "tokens are"} as good
        as any longer context, to {found.toleranceNats} nats (95 %: {found.reachInterval.join(" to ")}).
      </p>
      <div ref={figure}>
        <Curves
          title="Loss over the length of context"
          curves={curves}
          xName="tokens of context"
          xScale="logarithmic"
          yScale="linear"
          marks={[{ x: found.reachTokens, name: "reach" }]}
        />
      </div>
      <CurveKeys curves={curves} />
      <ExportButtons
        name="reach"
        figure={figure}
        csv={() => reachCsv(found)}
        json={() => plainNumbers(found)}
        model={model}
      />
    </>
  );
}

function CellsCard({
  page,
  chosen,
}: {
  readonly page: Page;
  readonly chosen: ReturnType<typeof useTextSource>;
}) {
  const [seconds, setSeconds] = useState(10);
  const [asked, setAsked] = useState<{ readonly seconds: number }>();
  const { answer, telling, problem, isPending } = useAnswer(
    page,
    "cells",
    asked === undefined ? undefined : { slot: "a", on: chosen.source, ...asked, hiddenSize: HIDDEN_SIZE },
    [asked],
  );
  return (
    <>
      <h3>Elman, LSTM and GRU side by side</h3>
      <p class="note">
        Three networks of {HIDDEN_SIZE} units learn {chosen.name} here, each for the same time, and are
        measured alike.
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
      {answer && <Compared cells={answer} />}
    </>
  );
}

function Compared({ cells }: { readonly cells: readonly CellReach[] }) {
  const losses: Curve[] = cells.map(({ cell, reach }, style) => ({
    name: cell,
    style,
    points: pointsOf(reach),
  }));
  const gradients: Curve[] = cells.map(({ cell, reach }, style) => ({
    name: cell,
    style,
    points: Array.from(reach.gradient.byDistance, (y, x) => ({ x, y })),
  }));
  return (
    <div data-testid="cells">
      <CurveKeys curves={losses} />
      <Curves
        title="Loss over the length of context, by cell"
        curves={losses}
        xName="tokens of context"
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
    </div>
  );
}

function pointsOf({ contexts }: Reach) {
  return contexts.map(({ context, lossNats, interval: [least, most] }) => ({
    x: context,
    y: lossNats,
    least,
    most,
  }));
}

function Progress({ words, share = 0 }: { readonly words: string; readonly share?: number | undefined }) {
  return (
    <p class="waiting" role="status">
      {words} <progress max={1} value={share} aria-label={words} />
    </p>
  );
}
