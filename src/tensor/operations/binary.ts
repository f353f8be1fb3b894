import { UnrolledError } from "../../errors.ts";
import type { Device } from "../device.ts";
import { record } from "../tape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { broadcastShape, eachBlock, gatherBroadcast, type Walk, walkOf } from "./broadcast.ts";
import { deviceOf, outputOf } from "./output.ts";
import { widened } from "./widened.ts";

/** An operand of an operation on two: a tensor, or a number for every entry. */
export type Operand = Tensor | number;

/** The numbers by which the kernels `binary` and `binarySlopes` know an operation. */
export const binaryOperations = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  larger: 4,
  smaller: 5,
  power: 6,
  above: 7,
  atLeast: 8,
  equal: 9,
  kept: 10,
} as const;

type Operation = keyof typeof binaryOperations;

/** Which operands the slope in a, and that in b, depend on; null: there is none. */
const dependence: Readonly<Record<Operation, readonly [readonly Side[], readonly Side[]] | null>> = {
  add: [[], []],
  subtract: [[], []],
  multiply: [["b"], ["a"]],
  divide: [["b"], ["a", "b"]],
  larger: [
    ["a", "b"],
    ["a", "b"],
  ],
  smaller: [
    ["a", "b"],
    ["a", "b"],
  ],
  power: [
    ["a", "b"],
    ["a", "b"],
  ],
  above: null,
  atLeast: null,
  equal: null,
  kept: [["b"], []],
};

type Side = "a" | "b";

/** An operation on two operands entry by entry, with broadcasting, in the name of `call`. */
export function combine(call: string, operation: Operation, left: Operand, right: Operand): Tensor {
  const [a, b] = asTensors(call, left, right);
  return combined(call, operation, a, b, dependence[operation] === null);
}

/** As `combine`, where whole numbers count as numbers, and there is no gradient. */
export function compare(call: string, operation: Operation, left: Operand, right: Operand): Tensor {
  const [a, b] = asTensors(call, asNumbers(left), asNumbers(right));
  return combined(call, operation, a, b, true);
}

/** Both operands as tensors: a number stands on the other's device. */
function asTensors(call: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== "number") return [a, typeof b === "number" ? scalar(deviceOf([a]), b) : b];
  if (typeof b !== "number") return [scalar(deviceOf([b]), a), b];
  throw new UnrolledError("invalid-argument", { call, problem: "needs a tensor, got two numbers" });
}

function asNumbers(operand: Operand): Operand {
  return typeof operand === "number" ? operand : widened(operand);
}

function scalar(device: Device, value: number): Tensor {
  return tensor(device, [value], []);
}

function combined(call: string, operation: Operation, a: Tensor, b: Tensor, isConstant: boolean): Tensor {
  const y = isConstant
    ? outputOf(shapeOf(call, a, b), [], { others: [a, b] })
    : outputOf(shapeOf(call, a, b), [a, b]);
  const { device } = y;
  const walk = walkOf(y.shape, a.shape, b.shape);
  const { aRow, aCol, bRow, bCol, m, n } = walk;
  eachBlock(walk, (aStart, bStart, yStart) =>
    device.kernels.binary({
      operation: binaryOperations[operation],
      a: a.offset + aStart,
      aRow,
      aCol,
      b: b.offset + bStart,
      bRow,
      bCol,
      y: y.offset + yStart,
      m,
      n,
    }),
  );
  tracer?.operation(call, [a, b], y);
  if (!y.requiresGrad) return y;
  record([y], [a, b], savedBy(operation, a, b), () => {
    const dy = y.arrivedGradient();
    for (const [index, operand] of [a, b].entries()) {
      if (!operand.requiresGrad) continue;
      const side = index === 0 ? "a" : "b";
      if (dependence[operation]![index].length === 0) {
        // A sum, a difference: the gradient is that of the result.
        if (operation === "kept") operand.gathered();
        else
          gatherBroadcast(
            walk,
            side,
            dy,
            operation === "subtract" && index === 1 ? -1 : 1,
            operand.gathered(),
            device,
          );
        continue;
      }
      device.temporary(y.size, (slopes) => {
        slopesInto(slopes, dy, operation, index, a, b, walk);
        gatherBroadcast(walk, side, slopes, 1, operand.gathered(), device);
      });
    }
  });
  return y;
}

function shapeOf(call: string, a: Tensor, b: Tensor): number[] {
  return broadcastShape(call, a?.shape ?? [], b?.shape ?? []);
}

/** slopes ← dy ∘ the derivative in one operand. */
function slopesInto(
  slopes: number,
  dy: number,
  operation: Operation,
  index: number,
  a: Tensor,
  b: Tensor,
  walk: Walk,
): void {
  const { aRow, aCol, bRow, bCol, m, n } = walk;
  eachBlock(walk, (aStart, bStart, yStart) =>
    a.device.kernels.binarySlopes({
      operation: binaryOperations[operation],
      operand: index,
      a: a.offset + aStart,
      aRow,
      aCol,
      b: b.offset + bStart,
      bRow,
      bCol,
      dy: dy + yStart,
      slopes: slopes + yStart,
      m,
      n,
    }),
  );
}

/** What the way back reads: of the operands, those that the gradients which are needed depend on. */
function savedBy(operation: Operation, a: Tensor, b: Tensor): Tensor[] {
  const needed = [a, b].flatMap((operand, index) =>
    operand.requiresGrad ? dependence[operation]![index] : [],
  );
  return [...new Set(needed)].map((side) => (side === "a" ? a : b));
}
