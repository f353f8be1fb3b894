import { LineChart } from "../figures/line-chart.tsx";
import type { Task } from "../tasks/task.ts";
import type { TrainingStory } from "../training-session.ts";

export interface TrainCurvesProps {
  readonly story: TrainingStory;
  readonly task: Task | undefined;
  readonly clip: number;
  readonly width: number;
}

/** Looks over which the best loss that could be had is averaged: it differs from batch to batch. */
const BEST_OVER = 40;

/** Loss, right answers and the gradient's norm over the updates, beside what is known of each. */
export function TrainCurves({ story, task, clip, width }: TrainCurvesProps) {
  const { curve, looks } = story;
  const isWide = width >= 720;
  // Cards have a border and room inside.
  const each = Math.max(140, (isWide ? Math.floor((width - 20) / 3) : width) - 26);
  const isSquare = task?.kind === "numbers";
  const bests = looks
    .slice(-BEST_OVER)
    .map(({ bestLoss }) => bestLoss)
    .filter((best) => best !== undefined);
  const best = bests.reduce((sum, value) => sum + value, 0) / bests.length;
  const size = { width: each, height: 182, xName: "updates", until: story.step };
  return (
    <div class={isWide ? "train-curves wide" : "train-curves"}>
      <div class="card">
        <LineChart
          title={isSquare ? "Mean square of the error" : "Loss (nats per answer)"}
          series={[{ name: "loss", look: "first", points: curve.map(({ step, loss }) => [step, loss]) }]}
          levels={[
            ...(task ? [{ name: "without memory", value: task.chance.loss }] : []),
            ...(best > 0 ? [{ name: "the best there is", value: best }] : []),
          ]}
          scale={isSquare ? "log" : "linear"}
          {...(isSquare ? {} : { least: [0, 0] as const })}
          {...size}
        />
      </div>
      <div class="card">
        <LineChart
          title="Right answers"
          series={[
            {
              name: "right answers",
              look: "first",
              points: looks.map(({ step, accuracy }) => [step, accuracy]),
            },
          ]}
          levels={task ? [{ name: "without memory", value: task.chance.accuracy }] : []}
          scale="linear"
          least={[0, 1]}
          {...size}
        />
      </div>
      <div class="card">
        <LineChart
          title="Norm of all gradients"
          series={[
            { name: "as it is", look: "second", points: curve.map(({ step, norm }) => [step, norm]) },
            {
              name: "as used",
              look: "first",
              points: curve.map(({ step, norm }) => [step, clip > 0 ? Math.min(norm, clip) : norm]),
            },
          ]}
          levels={clip > 0 ? [{ name: "clipped here", value: clip }] : []}
          scale="log"
          {...size}
        />
      </div>
    </div>
  );
}
