// RandomUniform, RandomNormal, their Like, Bernoulli and Multinomial. ONNX leaves open how numbers follow from a seed; here they come from
// Philox, the same on every platform. A node goes on drawing from call to call. One without a seed draws from the device's generator.
import { normalPair } from "../../../random/normal.ts";
import { Generator } from "../../../random/philox.ts";
import { nameOfNumber, type OnnxType, TYPES, typeOfNumber } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, requireFloats } from "../value.ts";

/** What a number drawn costs beside an entry copied. */
const DRAW_STEPS = 8;

const FLOAT = 1;
const INT32 = 6;

function generatorOf({ attributes, machine, number }: NodeContext): Generator {
  if (!attributes.has("seed")) return machine.device.generator.fork(number);
  // A seed is a float32 of any kind; its bits are a whole number.
  const seed = new Uint32Array(Float32Array.of(attributes.float("seed", 0)).buffer)[0];
  return new Generator(seed).fork(number);
}

/** The type that attribute dtype names; `otherwise` where it is missing. */
function typeAsked({ attributes }: NodeContext, otherwise: number | undefined): OnnxType | undefined {
  const number = attributes.has("dtype") ? attributes.int("dtype", 0) : otherwise;
  if (number === undefined) return undefined;
  const type = typeOfNumber(number);
  if (!type) throw problem(`attribute dtype is ${nameOfNumber(number)}, which is not supported`);
  return type;
}

/** Draws numbers one after the other. */
type Draw = () => number;

function uniform({ attributes }: NodeContext, generator: Generator): Draw {
  const [low, high] = [attributes.float("low", 0), attributes.float("high", 1)];
  return () => generator.uniformBetween(low, high);
}

function normal({ attributes }: NodeContext, generator: Generator): Draw {
  const [mean, scale] = [attributes.float("mean", 0), attributes.float("scale", 1)];
  let second: number | undefined;
  return () => {
    const own = second;
    second = undefined;
    if (own !== undefined) return mean + scale * own;
    const [x, y] = normalPair(generator.bits(), generator.bits());
    second = y;
    return mean + scale * x;
  };
}

/** Of the shape that an attribute or an input has. */
function prepareDrawn(node: NodeContext, law: typeof uniform, isLike: boolean): Action {
  const { machine, attributes } = node;
  const shape = isLike ? undefined : attributes.ints("shape");
  if (!isLike && !shape) throw problem("attribute shape is missing");
  const type = typeAsked(node, isLike ? undefined : FLOAT);
  const draw = law(node, generatorOf(node));
  return ([like]) => {
    const own = type ?? like!.type;
    if (TYPES[own].kind !== "float") throw problem(`numbers of type ${own} were asked for, needed floats`);
    const y = machine.make(own, shape ?? like!.dims);
    machine.budget.entries(DRAW_STEPS * y.data.length);
    for (let index = 0; index < y.data.length; index++) y.data[index] = draw();
    return y;
  };
}

/** 1 with the probability that each entry is, else 0. */
function prepareBernoulli(node: NodeContext): Action {
  const { machine } = node;
  const type = typeAsked(node, undefined);
  const generator = generatorOf(node);
  return ([x]) => {
    requireFloats(x);
    const y = machine.make(type ?? x!.type, x!.dims);
    machine.budget.entries(DRAW_STEPS * y.data.length);
    for (let index = 0; index < y.data.length; index++) {
      y.data[index] = generator.uniform() < x!.data[index] ? 1 : 0;
    }
    return y;
  };
}

/** Classes [B, samples] from log probabilities [B, V], which need not be normalised. */
function prepareMultinomial(node: NodeContext): Action {
  const { machine, attributes } = node;
  const samples = attributes.int("sample_size", 1);
  const type = typeAsked(node, INT32) as OnnxType;
  const generator = generatorOf(node);
  return ([x]) => {
    requireFloats(x);
    const [batch, classes] = x!.dims;
    if (x!.dims.length !== 2 || classes === 0)
      throw problem(`input is ${describeValue(x!)}, needed [B, V] with at least one class`);
    const y = machine.make(type, [batch, samples]);
    const sums: OnnxValue = machine.make("float64", [classes]);
    machine.budget.entries(DRAW_STEPS * (batch * classes + batch * samples));
    for (let row = 0; row < batch; row++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < classes; at++) largest = Math.max(largest, x!.data[row * classes + at]);
      let total = 0;
      for (let at = 0; at < classes; at++) {
        total += Math.exp(x!.data[row * classes + at] - largest);
        sums.data[at] = total;
      }
      if (!(total > 0)) throw problem(`row ${row} of the input has no class that is possible`);
      for (let sample = 0; sample < samples; sample++) {
        y.data[row * samples + sample] = firstAbove(sums.data, total * generator.uniform());
      }
    }
    return y;
  };
}

/** The place of the first of ascending sums that is above a number below the last. */
function firstAbove(sums: OnnxValue["data"], number: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

const drawn = (law: typeof uniform, isLike: boolean): Operator => ({
  inputs: isLike ? [1, 1] : [0, 0],
  folds: false,
  prepare: (node) => prepareDrawn(node, law, isLike),
});

export const randomOperators: Readonly<Record<string, Operator>> = {
  RandomUniform: drawn(uniform, false),
  RandomUniformLike: drawn(uniform, true),
  RandomNormal: drawn(normal, false),
  RandomNormalLike: drawn(normal, true),
  Bernoulli: { inputs: [1, 1], folds: false, prepare: prepareBernoulli },
  Multinomial: { inputs: [1, 1], folds: false, prepare: prepareMultinomial },
};
