// What makes values: Constant, ConstantOfShape, Range, Cast.
import { float32FromBfloat16, float32FromFloat16 } from "../../widened-floats.ts";
import { nameOfNumber, type OnnxType, TYPES, typeOfNumber } from "../data-types.ts";
import type { Machine } from "../machine.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { listOf, type OnnxValue, problem, scalarOf, viewed } from "../value.ts";
import { exact } from "./binary.ts";

function prepareConstant({ attributes, machine }: NodeContext): Action {
  const tensor = attributes.tensor("value");
  if (tensor) return () => tensor;
  if (attributes.has("value_int")) return listed(machine, "int64", [attributes.int("value_int", 0)], []);
  if (attributes.has("value_float"))
    return listed(machine, "float32", [attributes.float("value_float", 0)], []);
  const ints = attributes.ints("value_ints");
  if (ints) return listed(machine, "int64", ints, [ints.length]);
  const floats = attributes.floats("value_floats");
  if (floats) return listed(machine, "float32", floats, [floats.length]);
  throw problem("there is no value, value_int, value_ints, value_float or value_floats");
}

function listed(
  machine: Machine,
  type: OnnxType,
  numbers: readonly number[],
  dims: readonly number[],
): Action {
  const value = machine.make(type, dims);
  numbers.forEach((number, index) => {
    value.data[index] = number;
  });
  return () => value;
}

/** A shape full of one value, float32 zero if not given. */
function prepareConstantOfShape({ attributes, machine }: NodeContext): Action {
  const value = attributes.tensor("value");
  const number = value ? scalarOf(value, "value") : 0;
  return ([shape]) => {
    const y = machine.make(value?.type ?? "float32", listOf(shape!, "the shape"));
    if (number !== 0) y.data.fill(number);
    return y;
  };
}

/** start, start + delta, … before limit. */
function prepareRange({ machine }: NodeContext): Action {
  return ([start, limit, delta]) => {
    const [from, to, step] = [start!, limit!, delta!].map((value) =>
      scalarOf(value, "start, limit or delta"),
    );
    const count = Math.max(0, Math.ceil((to - from) / step));
    if (!Number.isFinite(count)) throw problem(`from ${from} to ${to} in steps of ${step} has no end`);
    const y = machine.make(start!.type, [count]);
    for (let index = 0; index < count; index++) y.data[index] = from + index * step;
    return y;
  };
}

/** To whole numbers the fraction is cut off, and what does not fit wraps round as C's conversions do; to bool everything but 0 is true. */
function prepareCast({ attributes, machine }: NodeContext): Action {
  const number = attributes.int("to", 0);
  attributes.ignore("saturate", "round_mode");
  const to = typeOfNumber(number);
  if (!to) throw problem(`attribute to is ${nameOfNumber(number)}, which is not supported`);
  return ([x]) => castTo(machine, x!, to);
}

/** What rounding an entry to a half takes. */
const HALF_STEPS = 16;

/** A value as another type. */
function castTo(machine: Machine, x: OnnxValue, to: OnnxType): OnnxValue {
  if (x.type === to) return x;
  const y = machine.make(to, x.dims);
  const isHalf = to === "float16" || to === "bfloat16";
  // Rounding to halves goes through arrays of its own.
  if (isHalf) {
    machine.budget.take(3 * y.data.byteLength, () => `rounding to ${to}`);
    machine.budget.entries(HALF_STEPS * y.data.length);
  }
  const from = x.data;
  const { data } = y;
  const wholes = TYPES[to].kind === "integer" && TYPES[x.type].kind === "float";
  if (to === "bool")
    for (let index = 0; index < data.length; index++) data[index] = from[index] === 0 ? 0 : 1;
  else if (wholes)
    for (let index = 0; index < data.length; index++) data[index] = Math.trunc(from[index]) + 0;
  else data.set(from);
  if (wholes && (to === "int64" || to === "uint64")) return exact(y);
  return isHalf ? viewed({ ...y, data: narrowed(data, to) }, x.dims) : y;
}

/** Numbers rounded to those that a half can hold, to the even neighbour where two are as near. */
function narrowed(data: OnnxValue["data"], to: "float16" | "bfloat16"): Float32Array {
  const bits = new Uint32Array(Float32Array.from(data).buffer);
  if (to === "bfloat16") {
    return float32FromBfloat16(
      Uint16Array.from(bits, (word) =>
        (word & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16,
      ),
    );
  }
  return float32FromFloat16(Uint16Array.from(data, (value) => halfOf(value)));
}

/** The bits of the nearest binary16. */
export function halfOf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const unit = 2 ** (exponent - 10);
  const steps = size / unit;
  const low = Math.floor(steps);
  const up = steps - low > 0.5 || (steps - low === 0.5 && low % 2 === 1) ? 1 : 0;
  // A subnormal has no leading one; rounding up carries into the exponent by itself.
  return sign | (exponent === -14 ? low + up : ((exponent + 14) << 10) + low + up);
}

export const makingOperators: Readonly<Record<string, Operator>> = {
  Constant: { inputs: [0, 0], prepare: prepareConstant },
  ConstantOfShape: { inputs: [1, 1], prepare: prepareConstantOfShape },
  Range: { inputs: [3, 3], prepare: prepareRange },
  Cast: { inputs: [1, 1], prepare: prepareCast },
  CastLike: {
    inputs: [2, 2],
    prepare: ({ machine, attributes }) => {
      attributes.ignore("saturate", "round_mode");
      return ([x, like]) => castTo(machine, x!, like!.type);
    },
  },
};
