import type { Conv1d } from "../layers/convolution.ts";
import { type SessionState, StateFormat } from "../recurrent/stream/session-state.ts";
import { viewOf } from "../tensor/operations/output.ts";
import { packed } from "../tensor/operations/products.ts";
import type { LayerConfig } from "./config.ts";
import type { LayerStep, StepRoom } from "./layer-step.ts";
import type { StepValue } from "./step-value.ts";

/**
 * A causal convolution one step at a time, y = bias + Σ over channels c and kernel places k of weight[o, c, k]·x[t − (K − 1 − k)·dilation]:
 * it keeps the (K − 1)·dilation steps before, which are zeros at first, as causal padding has them.
 */
export function causalConvolutionStep(
  room: StepRoom,
  { kernelSize, dilation }: Extract<LayerConfig, { readonly kind: "conv1d" }>,
  { weight, bias }: Conv1d,
  x: StepValue,
  value: StepValue,
): LayerStep {
  const { device, batch } = room;
  const { heap, kernels } = device;
  const [outputs, channels] = weight.shape;
  const patch = channels * kernelSize;
  const kept = (kernelSize - 1) * dilation * channels;
  const patches = room.take(batch * patch);
  const past = room.take(Math.max(1, batch * kept));

  const run = () => {
    const numbers = heap.floats();
    for (let b = 0; b < batch; b++) {
      const [before, now, to] = [past + b * kept, x.at + b * channels, patches + b * patch];
      for (let k = 0; k < kernelSize; k++) {
        const from = k === kernelSize - 1 ? now : before + k * dilation * channels;
        for (let c = 0; c < channels; c++) numbers[to + c * kernelSize + k] = numbers[from + c];
      }
      if (kept === 0) continue;
      // The oldest step gives way to this one.
      numbers.copyWithin(before, before + channels, before + kept);
      numbers.copyWithin(before + kept - channels, now, now + channels);
    }
    const matrix = packed(viewOf(weight, [outputs, patch]), "transposed");
    const added = bias?.offset ?? 0;
    kernels.gemm(patches, patch, 1, matrix, added, value.at, outputs, batch, outputs, patch, 0);
  };
  if (kept > 0) {
    const owner = `causal convolution ${channels} x ${kernelSize}, dilation ${dilation}, B ${batch}`;
    const format = new StateFormat(owner, batch * kept);
    room.states.push({
      reset: () => void heap.floats().fill(0, past, past + batch * kept),
      state: () => {
        const { bytes, numbers } = format.begin(heap.floats());
        numbers.set(heap.floats().subarray(past, past + batch * kept));
        return bytes;
      },
      restore: (state: SessionState) => heap.floats().set(format.read(state), past),
    });
  }
  return { value, run };
}
