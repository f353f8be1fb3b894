// What a caller gives for an input of a graph, checked against what the graph says of it.
import { UnrolledError } from "../../errors.ts";
import { shapeText, sizeOf, Tensor } from "../../tensor/tensor.ts";
import { type OnnxData, type OnnxType, TYPES } from "./data-types.ts";
import type { OnnxValue } from "./value.ts";
import type { ValueInfo } from "./value-info.ts";

/** Numbers with a shape; without a type they are taken as what the graph needs. */
export interface OnnxNumbers {
  readonly type?: OnnxType;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> | BigInt64Array | BigUint64Array;
}

/** What an input can be given as. A `Tensor` lends its numbers for the run. */
export type OnnxInput = OnnxNumbers | Tensor;

/**
 * @param into where the numbers are written and which is then returned, if it is of their type and shape
 * @throws UnrolledError "invalid-argument" or "shape-mismatch" that says what the graph needs and what came
 */
export function graphInput(call: string, info: ValueInfo, given: OnnxInput, into?: OnnxValue): OnnxValue {
  const { name } = info;
  const numbers = given instanceof Tensor ? numbersOf(given) : given;
  if (!numbers || !Array.isArray(numbers.dims) || numbers.data?.length === undefined) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `input "${name}" must be { dims, data } or a Tensor`,
    });
  }
  const { dims, data } = numbers;
  const type = numbers.type ?? info.type ?? "float32";
  if (!TYPES[type] || (info.type && type !== info.type)) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `input "${name}" is ${type}, needed ${info.type ?? "a known type"}`,
    });
  }
  const fits =
    !info.dims ||
    (info.dims.length === dims.length &&
      info.dims.every((length, axis) => typeof length !== "number" || length === dims[axis]));
  const valid =
    dims.every((length) => Number.isSafeInteger(length) && length >= 0) && sizeOf(dims) === data.length;
  if (!fits || !valid) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `input "${name}" has dims ${shapeText(dims)} and ${data.length} numbers, needed ${describeInfo(info)}`,
    });
  }
  if (
    into?.type === type &&
    into.dims.length === dims.length &&
    into.dims.every((own, a) => own === dims[a])
  ) {
    fill(call, name, type, data, into.data);
    return into;
  }
  const entries = TYPES[type].make(data.length);
  fill(call, name, type, data, entries);
  return { type, dims: [...dims], data: entries };
}

/** float32 [batch, 512], as people write it. */
export function describeInfo({ type, otherType, dims }: ValueInfo): string {
  return `${type ?? otherType ?? "any type"} ${dims ? `[${dims.map((length) => length ?? "any").join(", ")}]` : "of any shape"}`;
}

function numbersOf(tensor: Tensor): OnnxNumbers {
  const { heap } = tensor.device;
  const memory = tensor.kind === "int" ? heap.ints() : heap.floats();
  return { dims: [...tensor.shape], data: memory.subarray(tensor.offset, tensor.offset + tensor.size) };
}

/** The numbers in an array of the type's own, copied, so that a later change by the caller changes nothing here. */
function fill(
  call: string,
  name: string,
  type: OnnxType,
  data: OnnxNumbers["data"],
  entries: OnnxData,
): void {
  const { kind } = TYPES[type];
  if (data instanceof Float32Array && entries instanceof Float32Array) {
    entries.set(data);
    return;
  }
  for (let index = 0; index < data.length; index++) {
    const number = Number(data[index]);
    entries[index] = number;
    const exact = Number.isSafeInteger(number) && entries[index] === number;
    if (kind !== "float" && !(kind === "bool" ? number === 0 || number === 1 : exact)) {
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `input "${name}" has ${number} at entry ${index}, which is no ${type}`,
      });
    }
  }
}
