import type { Operator } from "./operator.ts";
import { arrangingOperators } from "./operators/arranging.ts";
import { attentionOperators } from "./operators/attention/attention.ts";
import { flexibleAttentionOperators } from "./operators/attention/flexible-attention.ts";
import { linearAttentionOperators } from "./operators/attention/linear-attention.ts";
import { binaryOperators } from "./operators/binary.ts";
import { bitOperators } from "./operators/bits.ts";
import { choosingOperators } from "./operators/choosing.ts";
import { comparisonOperators } from "./operators/comparison.ts";
import { controlOperators } from "./operators/control.ts";
import { convolutionOperators } from "./operators/convolution/convolution.ts";
import { convolutionTransposeOperators } from "./operators/convolution/convolution-transpose.ts";
import { einsumOperators } from "./operators/einsum.ts";
import { gatherOperators } from "./operators/gather.ts";
import { groupNormalizationOperators } from "./operators/group-normalization.ts";
import { makingOperators } from "./operators/making.ts";
import { matmulOperators } from "./operators/matmul.ts";
import { normalizationOperators } from "./operators/normalization.ts";
import { padOperators } from "./operators/pad.ts";
import { poolingOperators } from "./operators/pooling.ts";
import { positionOperators } from "./operators/positions.ts";
import { quantizeOperators, runtimeOperators } from "./operators/quantize.ts";
import { randomOperators } from "./operators/random-numbers.ts";
import { recurrentOperators } from "./operators/recurrent.ts";
import { reduceOperators } from "./operators/reduce.ts";
import { resizeOperators } from "./operators/resize.ts";
import { runningOperators } from "./operators/running.ts";
import { scanOperators } from "./operators/scan.ts";
import { shapeOperators } from "./operators/shapes.ts";
import { sliceOperators } from "./operators/slice.ts";
import { softmaxOperators } from "./operators/softmax.ts";
import { spectrumOperators } from "./operators/spectrum.ts";
import { spectrumWindowOperators } from "./operators/spectrum-windows.ts";
import { tableOperators } from "./operators/tables.ts";
import { triangleOperators } from "./operators/triangles.ts";
import { unaryOperators } from "./operators/unary.ts";
import { uniqueOperators } from "./operators/unique.ts";

/** Operators by domain and name; "" is ONNX's own domain. */
const OPERATORS: ReadonlyMap<string, ReadonlyMap<string, Operator>> = new Map([
  [
    "",
    new Map(
      [
        arrangingOperators,
        attentionOperators,
        binaryOperators,
        comparisonOperators,
        controlOperators,
        convolutionOperators,
        convolutionTransposeOperators,
        gatherOperators,
        makingOperators,
        matmulOperators,
        normalizationOperators,
        padOperators,
        poolingOperators,
        quantizeOperators,
        randomOperators,
        recurrentOperators,
        reduceOperators,
        resizeOperators,
        scanOperators,
        shapeOperators,
        sliceOperators,
        softmaxOperators,
        bitOperators,
        choosingOperators,
        einsumOperators,
        groupNormalizationOperators,
        runningOperators,
        spectrumOperators,
        spectrumWindowOperators,
        triangleOperators,
        positionOperators,
        uniqueOperators,
        linearAttentionOperators,
        unaryOperators,
      ].flatMap((family) => Object.entries(family)),
    ),
  ],
  ["ai.onnx.preview", new Map(Object.entries(flexibleAttentionOperators))],
  ["ai.onnx.ml", new Map(Object.entries(tableOperators))],
  ["com.microsoft", new Map(Object.entries(runtimeOperators))],
]);

export function findOperator(domain: string, name: string): Operator | undefined {
  return OPERATORS.get(domain)?.get(name);
}

/** Names of all operators of a domain, in order. */
export function operatorNames(domain: string): string[] {
  return [...(OPERATORS.get(domain)?.keys() ?? [])].sort();
}
