// Whole numbers for fractions: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, MatMulInteger, QLinearMatMul, and onnxruntime's
// DynamicQuantizeLSTM, an LSTM whose weights are whole numbers and whose inputs are rounded before each product.
import { type OnnxType, TYPES, typeOfNumber } from "../data-types.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, scalarOf, spanOf } from "../value.ts";
import { quantization } from "./quantization.ts";
import { prepareRecurrent } from "./recurrent/node.ts";
import { roundedHalfToEven } from "./unary.ts";

/** What finding an entry's scale and rounding takes. */
const ROUNDING_STEPS = 4;

const RANGES: Partial<Readonly<Record<OnnxType, readonly [number, number]>>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

/** For each entry of x the one of a scale or zero point that belongs to it: one for all, one along an axis, or one for a block. */
function scaleIndex(x: OnnxValue, scale: OnnxValue, axis: number, block: number): (entry: number) => number {
  if (scale.data.length === 1 && block === 0) return () => 0;
  const at = axisOf(axis, x.dims.length);
  const width = spanOf(x.dims, at + 1, x.dims.length);
  const length = x.dims[at];
  const count = block === 0 ? length : Math.ceil(length / block);
  const fits =
    block === 0
      ? scale.dims.length === 1 && scale.data.length === length
      : scale.dims.join() === x.dims.map((own, a) => (a === at ? count : own)).join();
  if (!fits)
    throw problem(
      `the scale is ${describeValue(scale)}, which does not fit ${describeValue(x)} along axis ${at}`,
    );
  if (block === 0) return (entry) => Math.floor(entry / width) % length;
  return (entry) => {
    const inner = entry % width;
    const outer = Math.floor(entry / (width * length));
    return (outer * count + Math.floor((Math.floor(entry / width) % length) / block)) * width + inner;
  };
}

/** y = (x − zero point)·scale. */
function prepareDequantize({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", 1);
  const block = attributes.int("block_size", 0);
  attributes.ignore("output_dtype");
  return ([x, scale, zeroPoint]) => {
    if (TYPES[x!.type].kind !== "integer" || TYPES[scale!.type].kind !== "float") {
      throw problem(
        `${describeValue(x!)} and scale ${describeValue(scale!)}, needed whole numbers and a fraction`,
      );
    }
    if (zeroPoint && zeroPoint.data.length !== scale!.data.length) {
      throw problem(`the zero point is ${describeValue(zeroPoint)}, the scale ${describeValue(scale!)}`);
    }
    const y = machine.make(scale!.type, x!.dims);
    machine.budget.entries(ROUNDING_STEPS * y.data.length);
    const indexOf = scaleIndex(x!, scale!, axis, block);
    for (let entry = 0; entry < y.data.length; entry++) {
      const index = indexOf(entry);
      y.data[entry] = (x!.data[entry] - (zeroPoint ? zeroPoint.data[index] : 0)) * scale!.data[index];
    }
    return y;
  };
}

/** y = round(x/scale) + zero point, brought into the range of its type. */
function prepareQuantize({ attributes, machine, given }: NodeContext): Action {
  const axis = attributes.int("axis", 1);
  const block = attributes.int("block_size", 0);
  attributes.ignore("saturate", "precision");
  const asked = attributes.int("output_dtype", 0);
  const type = asked === 0 ? "uint8" : typeOfNumber(asked);
  if (!type || (!RANGES[type] && !given(2))) throw problem(`output_dtype ${asked} is not supported`);
  return ([x, scale, zeroPoint]) => {
    const to = zeroPoint?.type ?? type;
    const range = RANGES[to];
    if (!range || TYPES[x!.type].kind === "bool")
      throw problem(`${describeValue(x!)} to ${to} is not supported`);
    const y = machine.make(to, x!.dims);
    machine.budget.entries(ROUNDING_STEPS * y.data.length);
    const indexOf = scaleIndex(x!, scale!, axis, block);
    for (let entry = 0; entry < y.data.length; entry++) {
      const index = indexOf(entry);
      const level =
        roundedHalfToEven(Math.fround(x!.data[entry] / scale!.data[index])) +
        (zeroPoint ? zeroPoint.data[index] : 0);
      y.data[entry] = Math.max(range[0], Math.min(range[1], level));
    }
    return y;
  };
}

function prepareDynamicQuantize({ machine }: NodeContext): Action {
  return ([x]) => {
    machine.budget.entries(ROUNDING_STEPS * x!.data.length);
    const { scale, zeroPoint, level } = quantization(x!.data);
    const y = machine.make("uint8", x!.dims);
    for (let entry = 0; entry < y.data.length; entry++) y.data[entry] = level(x!.data[entry]);
    const scaleValue = machine.make("float32", []);
    scaleValue.data[0] = scale;
    const zero = machine.make("uint8", []);
    zero.data[0] = zeroPoint;
    return [y, scaleValue, zero];
  };
}

/** (A − a's zero point)·(B − b's), in whole numbers of 32 bits; B is one matrix. */
function prepareMatMulInteger({ machine }: NodeContext): Action {
  return ([a, b, aZero, bZero]) => {
    const [k, n] = b!.dims;
    const inner = a!.dims[a!.dims.length - 1];
    if (b!.dims.length !== 2 || inner !== k || a!.dims.length < 2) {
      throw problem(`${describeValue(a!)} · ${describeValue(b!)}: needed A […, M, K] and B [K, N]`);
    }
    const m = spanOf(a!.dims, 0, a!.dims.length - 1);
    const rows = a!.dims[a!.dims.length - 2];
    const zeroOf = (zero: OnnxValue | undefined, count: number, what: string) => {
      if (zero && zero.data.length !== 1 && zero.data.length !== count) {
        throw problem(`${what} is ${describeValue(zero)}, needed one number or ${count}`);
      }
      return (index: number) => (zero ? zero.data[zero.data.length === 1 ? 0 : index] : 0);
    };
    const zeroOfA = zeroOf(aZero, rows, "a_zero_point");
    const zeroOfB = zeroOf(bZero, n, "b_zero_point");
    const y = machine.make("int32", [...a!.dims.slice(0, -1), n]);
    machine.budget.multiplyPlainly(m * n * k);
    for (let row = 0; row < m; row++) {
      const shift = zeroOfA(row % rows);
      for (let column = 0; column < n; column++) {
        const other = zeroOfB(column);
        let sum = 0;
        for (let index = 0; index < k; index++) {
          sum += (a!.data[row * k + index] - shift) * (b!.data[index * n + column] - other);
        }
        y.data[row * n + column] = sum;
      }
    }
    return y;
  };
}

/** round((A − a's zero point)·(B − b's)·scales) + zero point, in the type of the last; each scale is one number. */
function prepareQuantizedMatMul({ machine }: NodeContext): Action {
  return ([a, aScale, aZero, b, bScale, bZero, yScale, yZero]) => {
    const range = RANGES[yZero!.type];
    const [m, k] = a!.dims.slice(-2);
    const [rows, n] = b!.dims.slice(-2);
    if (!range || k !== rows || n === undefined || a!.dims.length < 2) {
      throw problem(`${describeValue(a!)} · ${describeValue(b!)} to ${yZero!.type} is not supported`);
    }
    const lead = a!.dims.slice(0, -2);
    if (b!.dims.length > 2 && b!.dims.slice(0, -2).join() !== lead.join()) {
      throw problem(`${describeValue(a!)} · ${describeValue(b!)}: the leading axes are not equal`);
    }
    const [zeroOfA, zeroOfB, zero] = [aZero!, bZero!, yZero!].map((value) => scalarOf(value, "a zero point"));
    const [ofA, ofB, ofY] = [aScale!, bScale!, yScale!].map((value) => scalarOf(value, "a scale"));
    const factor = (ofA * ofB) / ofY;
    const y = machine.make(yZero!.type, [...lead, m, n]);
    machine.budget.multiplyPlainly(y.data.length * k);
    for (let entry = 0; entry < y.data.length; entry++) {
      const row = Math.floor(entry / n);
      const start = b!.dims.length > 2 ? Math.floor(row / m) * k * n : 0;
      let sum = 0;
      for (let index = 0; index < k; index++) {
        sum += (a!.data[row * k + index] - zeroOfA) * (b!.data[start + index * n + (entry % n)] - zeroOfB);
      }
      const level = roundedHalfToEven(Math.fround(sum * factor)) + zero;
      y.data[entry] = Math.max(range[0], Math.min(range[1], level));
    }
    return y;
  };
}

/** Where the scale and the zero point of W and of R stand among the inputs of DynamicQuantizeLSTM. */
const SCALES = { 1: 8, 2: 10 } as const;

/** W or R, whole numbers [D, K, 4H] with one scale for a direction or one for each column, as float32 [D, 4H, K]. */
function dequantizedWeights(
  machine: Machine,
  inputs: readonly (OnnxValue | undefined)[],
  index: 1 | 2,
): OnnxValue {
  const value = inputs[index]!;
  const scale = inputs[SCALES[index]]!;
  const zeroPoint = inputs[SCALES[index] + 1]!;
  const [directions, k, n] = value.dims;
  const perDirection = scale.data.length / directions;
  const fits =
    value.dims.length === 3 &&
    directions <= 2 &&
    RANGES[value.type] !== undefined &&
    (perDirection === 1 || perDirection === n) &&
    zeroPoint.data.length === scale.data.length;
  if (!fits) {
    throw problem(
      `weights ${describeValue(value)} with scale ${describeValue(scale)} and zero point ${describeValue(zeroPoint)} do not fit`,
    );
  }
  const y = machine.make("float32", [directions, n, k]);
  for (let d = 0; d < directions; d++) {
    for (let column = 0; column < n; column++) {
      const place = d * perDirection + (perDirection === 1 ? 0 : column);
      for (let row = 0; row < k; row++) {
        const level = value.data[(d * k + row) * n + column] - zeroPoint.data[place];
        y.data[(d * n + column) * k + row] = level * scale.data[place];
      }
    }
  }
  return y;
}

export const quantizeOperators: Readonly<Record<string, Operator>> = {
  DequantizeLinear: { inputs: [2, 3], prepare: prepareDequantize },
  QuantizeLinear: { inputs: [2, 3], prepare: prepareQuantize },
  DynamicQuantizeLinear: { inputs: [1, 1], outputs: [3, 3], prepare: prepareDynamicQuantize },
  MatMulInteger: { inputs: [2, 4], folds: false, prepare: prepareMatMulInteger },
  QLinearMatMul: { inputs: [8, 8], folds: false, prepare: prepareQuantizedMatMul },
};

/** Of the domain com.microsoft. */
export const runtimeOperators: Readonly<Record<string, Operator>> = {
  DynamicQuantizeLSTM: {
    inputs: [3, 12],
    outputs: [0, 3],
    folds: false,
    prepare(node) {
      if (![8, 9, 10, 11].every(node.given)) throw problem("scales or zero points are missing");
      return prepareRecurrent(node, {
        cell: "lstm",
        quantized: true,
        weights: (inputs, index) => dequantizedWeights(node.machine, inputs, index),
      });
    },
  },
};
