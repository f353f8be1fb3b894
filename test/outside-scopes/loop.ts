// The loop that whoever has not read of scopes writes: nothing is disposed of, and the only await is that of the loss.
import { type Device, LSTM, tensor } from "unrolled";
import { mean } from "unrolled/tensor";

/** I, H, B and T. */
export interface LoopSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly batch: number;
  readonly steps: number;
}

/** With backward() or without. */
export type LoopKind = "training" | "evaluation";

/** What a loop has come to. */
export interface Looped {
  readonly loss: number;
  readonly mostUsedBytes: number;
  readonly totalBytes: number;
}

export const SMALL: LoopSizes = { inputSize: 8, hiddenSize: 16, batch: 4, steps: 20 };
export const LARGE: LoopSizes = { inputSize: 32, hiddenSize: 128, batch: 32, steps: 200 };

/** Goes round so many times; throws what the device throws when its heap is full. */
export async function loop(
  device: Device,
  { inputSize, hiddenSize, batch, steps }: LoopSizes,
  kind: LoopKind,
  rounds: number,
): Promise<Looped> {
  const lstm = new LSTM(device, { inputSize, hiddenSize });
  const numbers = Float32Array.from({ length: steps * batch * inputSize }, (_, index) => Math.sin(index));
  const x = tensor(device, numbers, [steps, batch, inputSize]);
  let loss = 0;
  let mostUsedBytes = 0;
  for (let round = 0; round < rounds; round++) {
    const l = mean(lstm.forward(x).outputs);
    if (kind === "training") l.backward();
    loss = await l.item();
    mostUsedBytes = Math.max(mostUsedBytes, device.heap.use().usedBytes);
  }
  return { loss, mostUsedBytes, totalBytes: device.heap.use().totalBytes };
}
