// ArrayFeatureExtractor and Binarizer of the domain ai.onnx.ml: what stands between an exported pipeline's table and its network.
import type { Operator } from "../operator.ts";
import { describeValue, problem, spanOf } from "../value.ts";

export const tableOperators: Readonly<Record<string, Operator>> = {
  ArrayFeatureExtractor: {
    inputs: [2, 2],
    prepare:
      ({ machine }) =>
      ([x, columns]) => {
        const width = x!.dims.at(-1) ?? 1;
        const rows = spanOf(x!.dims, 0, x!.dims.length - 1);
        const count = columns!.data.length;
        const y = machine.make(x!.type, x!.dims.length < 2 ? [1, count] : [...x!.dims.slice(0, -1), count]);
        for (let at = 0; at < count; at++) {
          const column = columns!.data[at];
          if (!(column >= 0 && column < width))
            throw problem(`column ${column} of x ${describeValue(x!)}, needed 0 to ${width - 1}`);
          for (let row = 0; row < rows; row++) y.data[row * count + at] = x!.data[row * width + column];
        }
        return y;
      },
  },
  Binarizer: {
    inputs: [1, 1],
    prepare: ({ machine, attributes }) => {
      const threshold = attributes.float("threshold", 0);
      return ([x]) => {
        const y = machine.make(x!.type, x!.dims);
        for (let index = 0; index < y.data.length; index++)
          y.data[index] = x!.data[index] > threshold ? 1 : 0;
        return y;
      };
    },
  },
};
