import type { TrainingStory } from "../training-session.ts";

/** The looks of a training as CSV: step, accuracy, norm, and |∂L/∂h_t| of the last answer in the first layer. */
export function storyCsv({ looks }: TrainingStory): string {
  const steps = Math.max(0, ...looks.map(({ lastFlow }) => lastFlow.h[0]?.length ?? 0));
  const head = ["update", "accuracy", "norm", ...Array.from({ length: steps }, (_, t) => `|dL/dh_${t + 1}|`)];
  const rows = looks.map(({ step, accuracy, norm, lastFlow }) => [
    step,
    accuracy,
    norm,
    ...(lastFlow.h[0] ?? []),
  ]);
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** All that is kept of a training, as JSON can hold it. */
export function storyJson({ setup, parameters, step, curve, looks }: TrainingStory): unknown {
  const rows = (norms: readonly Float64Array[] | undefined) => norms?.map((layer) => Array.from(layer));
  return {
    setup,
    parameters,
    step,
    curve,
    looks: looks.map(({ flow, lastFlow, ...look }) => ({
      ...look,
      flow: { h: rows(flow.h), c: rows(flow.c) },
      lastFlow: { h: rows(lastFlow.h), c: rows(lastFlow.c) },
    })),
  };
}
