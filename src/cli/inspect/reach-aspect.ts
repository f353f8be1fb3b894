import type { Reach } from "../../inspect/reach.ts";
import { lineChart } from "../report/line-chart.ts";
import { counted } from "../screen/amounts.ts";
import type { Aspect } from "./aspect-names.ts";
import { reachJson } from "./reach-json.ts";
import { shown } from "./state-aspects.ts";

/** Loss against the length of context. */
export function reachAspect(found: Reach): Aspect {
  const { contexts, reachTokens, reachInterval, toleranceNats, predictions, gradient } = found;
  const figures = new Map([
    [
      "reach",
      lineChart({
        title: "Nats per token over the length of context",
        over: "tokens of context",
        series: [
          {
            name: "loss",
            className: "train",
            points: contexts.map(({ context, lossNats, interval: [least, most] }) => ({
              x: context,
              y: lossNats,
              least,
              most,
            })),
            hasDots: true,
          },
        ],
        scale: "logarithmic",
        horizontal: "logarithmic",
        width: 760,
        height: 300,
        hasTitle: true,
      }),
    ],
  ]);
  const rows = contexts.map(
    ({ context, lossNats, interval, excessNats, excessInterval }) =>
      `<tr><td>${context}</td><td>${lossNats.toFixed(4)} (${range(interval)})</td>` +
      `<td>${excessNats.toFixed(4)} (${range(excessInterval)})</td></tr>`,
  );
  const half = gradient.halfLifeSteps;
  return {
    name: "reach",
    html:
      `<p>${counted(reachTokens, "token")} of context (95 %: ${reachInterval.join(" to ")}) are as good as any: no other length is more ` +
      `than ${toleranceNats} nats better. Measured on ${counted(predictions, "prediction")} with each length.` +
      `${half === undefined ? "" : ` Of the mean gradient of ${counted(gradient.predictions, "prediction")} of the whole text, each walked back over ${counted(gradient.byDistance.length - 1, "step")}, half is gone after ${half.toFixed(2)} steps.`}</p>${shown(figures)}` +
      `<table class="plain"><thead><tr><th>Context</th><th>Nats per token (95 %)</th><th>Above the best (95 %)</th></tr></thead>` +
      `<tbody>${rows.join("")}</tbody></table>`,
    figures,
    json: reachJson(found),
  };
}

function range([from, to]: readonly [number, number]): string {
  return `${from.toFixed(4)} to ${to.toFixed(4)}`;
}
