// What a value of a graph depends on: on the numbers that come in, or on their shapes alone. What depends on shapes alone is computed
// once for each set of shapes; what a stream carries must not depend on the numbers.

/** Bits: whether its numbers depend on numbers that come in, and whether its shape does. */
export type Dependence = 0 | 1 | 2 | 3;

export const ON_NOTHING: Dependence = 0;
export const ON_NUMBERS: Dependence = 1;
const IN_SHAPE: Dependence = 2;
export const IN_ALL: Dependence = 3;

/** Operators whose result's shape follows from numbers, and the first input that has them. */
const SHAPED_BY: Readonly<Record<string, number>> = {
  ConstantOfShape: 0,
  Range: 0,
  Reshape: 1,
  Expand: 1,
  Tile: 1,
  Slice: 1,
  Split: 1,
  Squeeze: 1,
  Unsqueeze: 1,
  Pad: 1,
  TopK: 1,
  NonZero: 0,
  Compress: 1,
  Unique: 0,
  OneHot: 1,
  DFT: 1,
  STFT: 1,
  HannWindow: 0,
  HammingWindow: 0,
  BlackmanWindow: 0,
  MelWeightMatrix: 0,
  Resize: 1,
  Upsample: 1,
};

/** Operators whose numbers are new in each run, whatever comes in. */
const DRAWN = new Set([
  ...["RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike"],
  ...["Bernoulli", "Multinomial"],
]);

/** Operators that see the shape of their input and no numbers. */
const OF_SHAPES = new Set(["Shape", "Size"]);

export function either(...parts: readonly Dependence[]): Dependence {
  return parts.reduce<Dependence>((all, part) => (all | part) as Dependence, ON_NOTHING);
}

/** Of the outputs of an operator without subgraphs, given that of its inputs. */
export function dependenceOf(operator: string, inputs: readonly Dependence[]): Dependence {
  const all = either(...inputs, DRAWN.has(operator) ? ON_NUMBERS : ON_NOTHING);
  if (OF_SHAPES.has(operator)) return all & IN_SHAPE ? IN_ALL : ON_NOTHING;
  const first = SHAPED_BY[operator] ?? (operator.startsWith("Reduce") ? 1 : Infinity);
  return either(...inputs.slice(first)) & ON_NUMBERS ? IN_ALL : all;
}
