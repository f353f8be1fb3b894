// A model with dropout and running means, whose rows have targets or none. Threads import this module.
import { crossEntropy, type Device, Dropout, Generator, ints, Linear, Module, tensor } from "unrolled";
import { BatchNorm1d } from "unrolled/nn";
import { argmax } from "unrolled/tensor";
import type { Replica } from "unrolled/training";

/** A row: what is read, and the class to say; −100 counts for nothing. */
export interface NormedRow {
  readonly x: readonly number[];
  readonly target: number;
}

export class NormedModel extends Module {
  readonly norm: BatchNorm1d;
  readonly dropout: Dropout;
  readonly head: Linear;

  constructor(device: Device, dropout: number) {
    super();
    this.norm = new BatchNorm1d(device, 3);
    this.dropout = new Dropout(dropout);
    this.head = new Linear(device, { inputSize: 3, outputSize: 4, generator: new Generator(1) });
  }
}

export function normedReplica(
  device: Device,
  { dropout }: { readonly dropout: number },
): Replica<readonly NormedRow[], NormedModel> {
  const model = new NormedModel(device, dropout);
  return {
    model,
    loss(rows) {
      const xs = rows.map(({ x }) => x);
      const targets = rows.map(({ target }) => target);
      const logits = model.head.forward(model.dropout.forward(model.norm.forward(tensor(device, xs))));
      const loss = crossEntropy(logits, ints(device, targets));
      const sums = () => {
        const said = argmax(logits).read();
        const right = targets.filter((target, row) => target === said[row]).length;
        return { right, counted: targets.filter((target) => target >= 0).length };
      };
      return { loss, measured: loss, sums };
    },
  };
}
