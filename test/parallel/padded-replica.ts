// A model whose sequences have targets or none. Threads import this module.
import { crossEntropy, type Device, Generator, ints, Linear, tensor } from "unrolled";
import { add, mean, scaled } from "unrolled/tensor";
import type { Replica } from "unrolled/training";

/** A row: what is read, and the class to say; −100 counts for nothing. */
export interface PaddedRow {
  readonly x: readonly number[];
  readonly target: number;
}

export interface PaddedOptions {
  readonly penalised: boolean;
}

export function paddedReplica(device: Device, { penalised }: PaddedOptions): Replica<readonly PaddedRow[]> {
  const model = new Linear(device, { inputSize: 3, outputSize: 4, generator: new Generator(1) });
  return {
    model,
    loss(rows) {
      const logits = model.forward(
        tensor(
          device,
          rows.map(({ x }) => x),
        ),
      );
      const measured = crossEntropy(
        logits,
        ints(
          device,
          rows.map(({ target }) => target),
        ),
      );
      return penalised ? { loss: add(measured, scaled(mean(logits), 0)), measured } : measured;
    },
  };
}
