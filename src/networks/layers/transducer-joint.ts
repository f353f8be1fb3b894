import { Linear } from "../../layers/linear.ts";
import { size } from "../../options/field-checks.ts";
import type { LayerKind } from "../layer-kind.ts";
import { endsIn, floats } from "../value-shape.ts";

/**
 * The output layer of a transducer's joint network, weight [V, H] and bias [V] behind tanh (Graves, Mohamed & Hinton 2013). It hands on what
 * the encoder says, [..., H]: `transducerJointLoss` and what decodes join it with what the prediction network says, and take the layer's weights.
 */
export interface TransducerJointLayerConfig {
  readonly kind: "transducer-joint";
  readonly size: number;
  readonly classes: number;
}

export const transducerJoint: LayerKind<TransducerJointLayerConfig, Linear> = {
  fields: { needed: { size, classes: size } },

  shape: ({ size }, [{ axes }]) => endsIn(axes, size) ?? floats(axes),

  parameters: ({ size, classes }) => [
    ["weight", [classes, size]],
    ["bias", [classes]],
  ],

  build: (device, { size, classes }, { generator }) =>
    new Linear(device, { inputSize: size, outputSize: classes, bias: true, generator }),

  apply: ({ values: [value] }) => ({ value }),

  streamProblem: () => "is read by what decodes",
};
