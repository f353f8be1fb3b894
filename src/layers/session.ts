import { UnrolledError } from "../errors.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { CellWeights, StepPlaces } from "./cell.ts";
import { type Parameter, requireSize } from "./module.ts";
import type { Recurrent } from "./recurrent.ts";

/** A copy of a session's state: numbers to be kept, and given back to `restore`. */
export type SessionState = Float32Array | Float64Array;

/** One layer of a session: its weights, how wide its input is, and its places at even and at odd steps. */
interface SessionLayer {
  readonly weights: CellWeights<Parameter>;
  readonly input: number;
  readonly steps: readonly [StepPlaces, StepPlaces];
}

const ALIGNMENT = 16;

/**
 * Reads one step at a time with the layers of an `RNN`, `LSTM` or `GRU`, as data arrives: the state stays from call to call, and
 * dropout is off. All room is taken at the start, so that a step is synchronous and allocates nothing in the heap. The weights are
 * the layers' own, seen as they are at each step.
 *
 * A step of few rows waits for nothing but the weights. So every other step takes its products in another order, beginning with
 * those whose weights the step before used last, and its vectors stand one row further, which tells the kernel to read each
 * weight from the other end: more of them are still in the cache. The sums are the same to the last bit.
 */
export class RecurrentSession {
  readonly layers: Recurrent;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #layers: readonly SessionLayer[];
  readonly #backwards: readonly SessionLayer[];
  readonly #room: Tensor;
  readonly #input: number;
  /** Width of h, and of c, of one layer. */
  readonly #width: number;
  #odd: 0 | 1 = 0;

  /** @throws UnrolledError "invalid-argument" for layers that read backwards, since those need the whole sequence, and for options of layers that sessions do not know. */
  constructor(layers: Recurrent, options: { readonly batchSize?: number } = {}) {
    const { device, cell, numLayers, inputSize, hiddenSize } = layers;
    const { batchSize = 1 } = options;
    requireSize("RecurrentSession", "batchSize", batchSize);
    const reason = refusal(layers);
    if (reason) throw new UnrolledError("invalid-argument", `RecurrentSession: these layers ${reason}`);
    this.layers = layers;
    this.batchSize = batchSize;
    this.#width = batchSize * hiddenSize;
    const width = this.#width;
    const sums = Math.ceil((batchSize * cell.gates * hiddenSize) / ALIGNMENT) * ALIGNMENT;
    // For each layer: its sums, those of h alone, h at even and at odd steps, c. Then the input at even and at odd steps.
    const perLayer = Math.ceil((2 * sums + 3 * width) / ALIGNMENT) * ALIGNMENT;
    this.#room = device.lasting(() => zeros(device, [numLayers * perLayer + 2 * batchSize * inputSize]));
    const { offset } = this.#room;
    this.#input = offset + numLayers * perLayer;
    this.#layers = Array.from({ length: numLayers }, (_, layer) => {
      const start = offset + layer * perLayer;
      const h = start + 2 * sums;
      const c = cell.hasCellState ? h + 2 * width : 0;
      // An entry of c is read before it is written, so that before and after share their room.
      const weights = layers.layerWeights(layer);
      const shared = {
        ...{ sums: start, recurrent: start + sums, cBefore: c, c, cAfter: c, lengths: 0, t: 0 },
        ...{ batch: batchSize, hidden: hiddenSize, output: hiddenSize },
        ...{ peepholes: weights.weightCh?.offset ?? 0, normC: 0, normCBias: 0, gated: 0 },
        ...{ recurrentStatistics: 0, normedC: 0, cStatistics: 0 },
      };
      const step = (before: number, after: number): StepPlaces => ({
        ...shared,
        ...{ hBefore: before, hRead: before, hKept: before, h: after, projected: after, hAfter: after },
      });
      return {
        weights,
        input: layer === 0 ? inputSize : hiddenSize,
        steps: [step(h, h + width), step(h + width, h)],
      };
    });
    this.#backwards = this.#layers.toReversed();
  }

  /** Reads one step, x [B, I], and writes the last layer's h [B, H] into `output`. */
  step(input: Float32Array, output: Float32Array): void {
    const { device, inputSize, hiddenSize } = this.layers;
    const read = this.batchSize * inputSize;
    const written = this.batchSize * hiddenSize;
    if (input.length !== read || output.length !== written) {
      throw new UnrolledError(
        "shape-mismatch",
        `step: input and output have ${input.length} and ${output.length} numbers, needed ${read} and ${written}`,
      );
    }
    const place = this.#input + this.#odd * read;
    device.heap.floats().set(input, place);
    const h = this.advance(place);
    const numbers = device.heap.floats();
    for (let index = 0; index < written; index++) output[index] = numbers[h + index];
  }

  /**
   * As `step` within the heap, for models built on it: reads x [B, I] at an offset and returns that of the last layer's h [B, H].
   * `firstSums` may give x·W_ih + b_ih [B, G·H] of the first layer where a model knows it already.
   */
  advance(input: number, firstSums?: number): number {
    const { device, cell } = this.layers;
    const odd = this.#odd;
    if (odd) for (const layer of this.#backwards) this.#recurrentProduct(layer, odd);
    let x = input;
    for (const layer of this.#layers) {
      const step = layer.steps[odd];
      const n = this.batchSize * cell.gates * step.hidden;
      if (x === input && firstSums !== undefined)
        device.kernels.copyRows(firstSums, 0, step.sums, 0, 1, n, 0);
      else this.#inputProduct(layer, step, x);
      if (!odd) this.#recurrentProduct(layer, odd);
      if (!cell.splitsSums) device.kernels.addScaled(step.recurrent, 1, step.sums, n);
      cell.forward(device, step);
      x = step.h;
    }
    this.#odd = odd ? 0 : 1;
    return x;
  }

  #inputProduct({ weights: { weightIh, biasIh }, input }: SessionLayer, step: StepPlaces, x: number): void {
    const { device, cell } = this.layers;
    const n = cell.gates * step.hidden;
    const weight = packed(weightIh, "transposed");
    device.kernels.gemm(x, input, 1, weight, biasIh?.offset ?? 0, step.sums, n, step.batch, n, input, 0);
  }

  #recurrentProduct({ weights: { weightHh, biasHh }, steps }: SessionLayer, odd: 0 | 1): void {
    const { device, cell } = this.layers;
    const { hBefore, recurrent, batch, hidden } = steps[odd];
    const n = cell.gates * hidden;
    const weight = packed(weightHh, "transposed");
    device.kernels.gemm(hBefore, hidden, 1, weight, biasHh?.offset ?? 0, recurrent, n, batch, n, hidden, 0);
  }

  /** Goes back to the state of zeros that it began with. */
  reset(): void {
    const numbers = this.layers.device.heap.floats();
    for (const place of this.#places()) numbers.fill(0, place, place + this.#width);
  }

  /** A copy of the state after the last step. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState {
    const numbers = this.layers.device.heap.floats();
    const places = this.#places();
    const copy = numbers.slice(0, places.length * this.#width);
    places.forEach((place, index) => {
      copy.set(numbers.subarray(place, place + this.#width), index * this.#width);
    });
    return copy;
  }

  /** Goes back to a state that `state` returned, of this session or another one over the same sizes. */
  restore(snapshot: SessionState): void {
    const places = this.#places();
    const size = places.length * this.#width;
    if (snapshot?.length !== size) {
      throw new UnrolledError(
        "shape-mismatch",
        `restore: the state has ${snapshot?.length ?? "no"} numbers, this session's has ${size}`,
      );
    }
    const numbers = this.layers.device.heap.floats();
    places.forEach((place, index) => {
      numbers.set(snapshot.subarray(index * this.#width, (index + 1) * this.#width), place);
    });
  }

  /** Where h and c of each layer stand before the next step. */
  #places(): number[] {
    return this.#layers.flatMap(({ steps }) => {
      const { hBefore, cBefore } = steps[this.#odd];
      return cBefore ? [hBefore, cBefore] : [hBefore];
    });
  }
}

/** Why a session cannot read with these layers, if so. */
function refusal(layers: Recurrent): string | undefined {
  const { direction, cell, weights, zoneout } = layers;
  if (direction !== "forward")
    return `are ${direction === "reverse" ? "reversed" : direction}, needed ones that read forwards alone; the end of a stream is not known`;
  if (layers.layerWeights(0).weightHr) return "project h, which a session does not";
  if (cell.normalises) return "are layer-normalised, which a session does not do";
  if (cell.gate) return "have a candidate that reads gated h, which a session does not do";
  if (zoneout.h || zoneout.c) return "have zoneout, which a session does not do";
  if (weights.has("h_0")) return "have a learnt initial state, which a session does not begin with";
  return undefined;
}
