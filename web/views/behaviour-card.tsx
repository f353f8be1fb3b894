import { useMemo, useRef, useState } from "preact/hooks";
import type { Reach } from "unrolled/inspect";
import { elementSource } from "../export/element-source.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { plainNumbers, reachCsv } from "../export/inspection-table.ts";
import { type Curve, CurveKeys, Curves } from "../figures/curves.tsx";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";
import { lossPoints } from "./loss-points.ts";
import { Progress } from "./progress.tsx";
import { type ChosenSource, TextSourceChoice } from "./text-source.tsx";

/** By behaviour: loss against the length of context. */
export function BehaviourCard({ page, chosen }: { readonly page: Page; readonly chosen: ChosenSource }) {
  const [isAsked, setAsked] = useState(false);
  const isOwnText = chosen.source.kind === "reading";
  const { answer, telling, problem, isPending } = useAnswer(
    page,
    "reach",
    isAsked ? { slot: "a", on: chosen.source } : undefined,
    [isAsked, chosen.source.kind, chosen.name, page.model, isOwnText ? page.reading : undefined],
  );
  const { model } = page.state;
  const measured = useMemo(() => answer && <Measured found={answer} model={model} />, [answer, model]);
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
      {measured}
    </div>
  );
}

function Measured({ found, model }: { readonly found: Reach; readonly model: string }) {
  const figure = useRef<HTMLDivElement>(null);
  const curves: Curve[] = [
    { name: "loss in nats per token, with its 95 % interval", style: 0, points: lossPoints(found) },
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
        figure={elementSource(figure, {
          title: "How far back the network's memory helps",
          subtitle: "Loss in nats a token, given so many of the tokens before, with its 95 % interval",
          keys: ({ accent }) => [{ name: "loss in nats a token", colour: accent }],
        })}
        csv={() => reachCsv(found)}
        json={() => plainNumbers(found)}
        model={model}
      />
    </>
  );
}
