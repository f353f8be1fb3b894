// What a task's model answers to the whole of what it has read, and on the way there.

import { useRef } from "preact/hooks";
import type { Reading, TaskReading } from "../../engine/protocol.ts";
import { percentOf } from "../../figures/bars.tsx";
import { FanChart } from "../../figures/fan-chart.tsx";
import { LineChart } from "../../figures/line-chart.tsx";
import { withMinus } from "../../figures/minus.ts";
import { useWidth } from "../../figures/width.ts";
import type { Page } from "../../page.ts";
import { TagSpans } from "./tag-spans.tsx";
import "./tasks.css";

export interface TaskAnswerProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly task: TaskReading;
}

export function AnswerOfTask(props: TaskAnswerProps) {
  if (props.task.name === "tag") return <TagSpans {...props} />;
  return props.task.name === "forecast" ? <Fan {...props} /> : <Classes {...props} />;
}

/** Curves of so many classes, the likeliest at the end first. */
const MOST_CURVES = 2;

/** How likely the likeliest classes are as the network reads. */
function Classes({ reading, task, page }: TaskAnswerProps) {
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const { names } = task;
  const K = names.length;
  const { steps, outputs } = reading.trace;
  const shareOf = (at: number, step: number) => outputs[step * K + at];
  const order = names
    .map((_, at) => at)
    .sort((left, right) => shareOf(right, steps - 1) - shareOf(left, steps - 1));
  const shown = order.slice(0, MOST_CURVES);
  const at = Math.min(page.state.at, steps - 1);
  return (
    <div ref={area} class="task-answer">
      <p class="readout" data-testid="answer">
        {[task.answer.label].flat().join(", ") || "none of the classes"}:{" "}
        {order
          .slice(0, 5)
          .map((each) => `${names[each]} ${percentOf(shareOf(each, steps - 1))}`)
          .join(", ")}
      </p>
      <LineChart
        title={`How likely it finds a class as it reads; at step ${at + 1} ${shown.map((each) => `${names[each]} ${percentOf(shareOf(each, at))}`).join(", ")}`}
        series={shown.map((each, place) => ({
          name: names[each],
          look: place === 0 ? ("first" as const) : ("second" as const),
          points: Array.from({ length: steps }, (_, step) => [step + 1, shareOf(each, step)] as const),
        }))}
        levels={[]}
        scale="linear"
        xName="steps"
        least={[0, 1]}
        width={width}
        height={150}
      />
    </div>
  );
}

/** The series with what the network says of how it goes on. */
function Fan({ task }: TaskAnswerProps) {
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const { history, mean, quantiles } = task.answer as unknown as ForecastAnswer;
  const targets = Array.isArray(mean[0]) ? (mean[0] as readonly number[]).length : 1;
  const column = (rows: ForecastAnswer["mean"], target: number) =>
    rows.map((row) => (Array.isArray(row) ? row[target] : row)) as number[];
  return (
    <div ref={area} class="task-answer">
      <p class="readout" data-testid="answer">
        {`${mean.length} steps ahead: ${column(mean, 0)
          .slice(0, 6)
          .map((value) => withMinus(String(Number(value.toPrecision(4)))))
          .join(", ")}${mean.length > 6 ? ", …" : ""}`}
      </p>
      {Array.from({ length: targets }, (_, target) => (
        <FanChart
          // A target is its place.
          key={`target ${target}`}
          title={`The series, and how the network says it goes on${targets > 1 ? `: target ${target + 1}` : ""}`}
          history={column(history, target)}
          quantiles={Object.entries(quantiles)
            .map(([q, rows]) => [Number(q), column(rows, target)] as const)
            .sort(([left], [right]) => left - right)}
          width={width}
          height={200}
        />
      ))}
    </div>
  );
}

interface ForecastAnswer {
  readonly mean: readonly (number | readonly number[])[];
  readonly history: ForecastAnswer["mean"];
  readonly quantiles: Readonly<Record<string, ForecastAnswer["mean"]>>;
}
