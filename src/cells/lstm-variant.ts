// The LSTM with every option; its equations stand in lstm.ts and kernels.h.
import type { Device } from "../tensor/device.ts";
import { type Activation, activationTriples, forwardOnlyReason } from "./activation.ts";
import { NORM_EPSILON } from "./norm-epsilon.ts";
import type { BoundCell } from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

/** What the tuned kernels do not know. */
interface Variant {
  readonly peepholes: boolean;
  readonly coupled: boolean;
  readonly layerNorm: boolean;
  readonly cellClip: number | undefined;
  readonly gateClip: number | undefined;
  readonly activations: readonly Activation[];
}

type Own = "weightCh" | "normC" | "normCBias";
type LstmStep = Step<"h" | "c", "cOut" | "cStatistics", Own>;
type LstmGradients = StepGradients<"h" | "c", "dcOut", Own>;

export function lstmVariant(device: Device, options: Variant, call: string): BoundCell {
  const { kernels } = device;
  const { peepholes, coupled, layerNorm, activations, cellClip = 0, gateClip = 0 } = options;
  const triples = activationTriples(device, call, activations, 3);
  const isCoupled = coupled ? 1 : 0;
  /** From h to c, by way of o and of what h reads of c. */
  const output = {
    backward(step: LstmStep, { dy, states: d, weights: dweights, scratch }: LstmGradients): void {
      const { sums, states, rooms, weights, lengths, t, batch, hidden } = step;
      const { c } = states;
      const dpeepholes = peepholes ? (dweights.weightCh as number) : 0;
      const dcOut: number = layerNorm ? scratch.dcOut : d.c;
      if (layerNorm) kernels.fill(dcOut, 0, batch * hidden);
      kernels.lstmOutputBackward(
        sums,
        c.made,
        layerNorm ? rooms.cOut : (c.made as number),
        weights.weightCh as number,
        triples.offset,
        gateClip,
        isCoupled,
        dy,
        d.h,
        d.c,
        dcOut,
        dpeepholes,
        lengths,
        t,
        batch,
        hidden,
      );
      if (layerNorm) {
        const { normC } = weights;
        kernels.layerNormBackward({
          x: c.made,
          weight: normC,
          statistics: rooms.cStatistics,
          dy: dcOut,
          dx: d.c,
          dweight: dweights.normC,
          dbias: dweights.normCBias,
          m: batch,
          n: hidden,
        });
      }
    },
  };

  return {
    output,
    forwardOnly: forwardOnlyReason(call, activations),

    forward(step: LstmStep) {
      const { sums, h, states, rooms, weights, lengths, t, batch, hidden } = step;
      const { c } = states;
      kernels.lstmStateForward(
        sums,
        c.before,
        c.made,
        weights.weightCh as number,
        triples.offset,
        gateClip,
        cellClip,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
      if (layerNorm) {
        const { cOut, cStatistics } = rooms;
        const { normC, normCBias } = weights;
        kernels.layerNorm({
          x: c.made,
          weight: normC,
          bias: normCBias,
          y: cOut,
          statistics: cStatistics,
          epsilon: NORM_EPSILON,
          m: batch,
          n: hidden,
        });
      }
      kernels.lstmOutputForward(
        sums,
        c.made,
        layerNorm ? rooms.cOut : (c.made as number),
        h.kept,
        h.made,
        weights.weightCh as number,
        triples.offset,
        gateClip,
        isCoupled,
        lengths,
        t,
        batch,
        hidden,
      );
    },

    backward(step: LstmStep, gradients: LstmGradients) {
      output.backward(step, gradients);
      const { sums, states, weights, lengths, t, batch, hidden } = step;
      const { c } = states;
      const dc = gradients.states.c;
      const dpeepholes = peepholes ? (gradients.weights.weightCh as number) : 0;
      kernels.lstmStateBackward(
        sums,
        c.before,
        c.made,
        weights.weightCh as number,
        triples.offset,
        gateClip,
        cellClip,
        isCoupled,
        dc,
        dpeepholes,
        lengths,
        t,
        batch,
        hidden,
      );
    },
  };
}
