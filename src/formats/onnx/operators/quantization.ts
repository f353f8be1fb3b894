// DynamicQuantizeLinear of ONNX: numbers as whole ones from 0 to 255, scale and zero point from their own extremes.
//   scale = (max(x, 0) − min(x, 0)) / 255    zero point = round(−min(x, 0)/scale)    y = round(x/scale) + zero point, 0 to 255
import { roundedHalfToEven } from "./unary.ts";

export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
  /** The whole number that stands for x. */
  level(x: number): number;
}

const LEVELS = 255;

export function quantization(numbers: ArrayLike<number>): Quantization {
  let least = 0;
  let most = 0;
  for (let index = 0; index < numbers.length; index++) {
    const x = numbers[index];
    if (x < least) least = x;
    if (x > most) most = x;
  }
  const range = Math.fround(most - least);
  const scale = range === 0 ? 1 : Math.fround(range / LEVELS);
  const zeroPoint = bounded(roundedHalfToEven(Math.fround(-least / scale)));
  return {
    scale,
    zeroPoint,
    level: (x) => bounded(roundedHalfToEven(Math.fround(x / scale)) + zeroPoint),
  };
}

function bounded(level: number): number {
  return Math.max(0, Math.min(LEVELS, level));
}
