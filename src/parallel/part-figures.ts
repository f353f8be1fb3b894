import { targetsOf } from "../losses/reduce-losses.ts";
import type { Part, Replica } from "./replica.ts";

/** What a thread finds of a part. */
export interface PartFigures {
  readonly loss: number;
  readonly rows: number;
  /** What whoever gave it said that it counts. */
  readonly weight: number | undefined;
  /** What the loss is the mean over, where that is counted. */
  readonly targets: number | undefined;
  readonly sums: Readonly<Record<string, number>>;
}

/** Reads a part without gradients or dropout, and leaves the model in the mode it was in. */
export function partFigures<Share>({ model, loss }: Replica<Share>, part: Part<Share>): PartFigures {
  const { training } = model;
  const [{ device }] = model.parameters();
  model.eval();
  try {
    return device.withoutGradients(() =>
      device.scope(() => {
        const made = loss(part.share);
        const { measured, sums } = "loss" in made ? made : { measured: made, sums: undefined };
        return {
          loss: measured.read()[0],
          rows: part.rows,
          weight: part.weight,
          targets: targetsOf(measured),
          sums: sums?.() ?? {},
        };
      }),
    );
  } finally {
    if (training) model.train();
  }
}
