// One step of a stack of layers for several rows, in room that is taken once.
//
// A step of few rows waits for nothing but the weights. So every other step takes its products in another order, beginning with
// those whose weights the step before used last, and its vectors stand one row further, which tells the kernel to read each
// weight from the other end: more of them are still in the cache. The sums are the same to the last bit.
import { UnrolledError } from "../errors.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { CellWeights, StepPlaces } from "./cell.ts";
import type { Parameter } from "./module.ts";
import type { Recurrent } from "./recurrent.ts";

/** A place whose number of rows changes from step to step. */
type RowPlaces = { -readonly [Key in keyof StepPlaces]: StepPlaces[Key] };

/** One layer: its weights, how wide its input is, and its places at even and at odd steps. */
interface BlockLayer {
  readonly weights: CellWeights<Parameter>;
  readonly input: number;
  readonly steps: readonly [RowPlaces, RowPlaces];
}

/** A part of the state, h or c of one layer: where its rows stand, and how wide they are. */
export interface StatePart {
  readonly place: number;
  readonly width: number;
}

const ALIGNMENT = 16;

/** The places of up to `rows` rows of a stack's states, and the step that they take. Dropout is off. */
export class StepBlock {
  readonly layers: Recurrent;
  readonly rows: number;
  readonly #layers: readonly BlockLayer[];
  readonly #backwards: readonly BlockLayer[];
  readonly #parts: readonly [readonly StatePart[], readonly StatePart[]];
  // Holds the room for as long as the block.
  readonly #room: Tensor;
  readonly #input: number;
  #odd: 0 | 1 = 0;

  constructor(layers: Recurrent, rows: number) {
    const { device, cell, numLayers, inputSize, hiddenSize } = layers;
    this.layers = layers;
    this.rows = rows;
    const width = rows * hiddenSize;
    const sums = Math.ceil((rows * cell.gates * hiddenSize) / ALIGNMENT) * ALIGNMENT;
    // For each layer: its sums, those of h alone, h at even and at odd steps, c. Then the input at even and at odd steps.
    const perLayer = Math.ceil((2 * sums + 3 * width) / ALIGNMENT) * ALIGNMENT;
    this.#room = device.lasting(() => zeros(device, [numLayers * perLayer + 2 * rows * inputSize]));
    const { offset } = this.#room;
    this.#input = offset + numLayers * perLayer;
    this.#layers = Array.from({ length: numLayers }, (_, layer) => {
      const start = offset + layer * perLayer;
      const h = start + 2 * sums;
      const c = cell.hasCellState ? h + 2 * width : 0;
      // An entry of c is read before it is written, so that before and after share their room.
      const shared = { sums: start, recurrent: start + sums, cBefore: c, c, lengths: 0, t: 0 };
      const sizes = { batch: rows, hidden: hiddenSize };
      return {
        weights: layers.layerWeights(layer),
        input: layer === 0 ? inputSize : hiddenSize,
        steps: [
          { ...shared, ...sizes, hBefore: h, h: h + width },
          { ...shared, ...sizes, hBefore: h + width, h },
        ],
      };
    });
    this.#backwards = this.#layers.toReversed();
    const partsAt = (odd: 0 | 1) =>
      this.#layers.flatMap(({ steps }) => {
        const { hBefore, cBefore } = steps[odd];
        return [hBefore, ...(cBefore ? [cBefore] : [])].map((place) => ({ place, width: hiddenSize }));
      });
    this.#parts = [partsAt(0), partsAt(1)];
  }

  /** Where the state before the next step stands, layer by layer, h before c. */
  get parts(): readonly StatePart[] {
    return this.#parts[this.#odd];
  }

  /** Where the input of the next step is best put, [rows, I]. */
  get input(): number {
    return this.#input + this.#odd * this.rows * this.layers.inputSize;
  }

  /**
   * Takes one step with the first `rows` rows: reads x [rows, I] at an offset and returns that of the last layer's h [rows, H].
   * `firstSums` may give x·W_ih + b_ih [rows, G·H] of the first layer where a model knows it already.
   */
  advance(rows: number, input: number, firstSums?: number): number {
    const { device, cell } = this.layers;
    const odd = this.#odd;
    for (const { steps } of this.#layers) steps[odd].batch = rows;
    if (odd) for (const layer of this.#backwards) this.#recurrentProduct(layer, odd);
    let x = input;
    for (const layer of this.#layers) {
      const step = layer.steps[odd];
      const n = rows * cell.gates * step.hidden;
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

  #inputProduct({ weights: { weightIh, biasIh }, input }: BlockLayer, step: StepPlaces, x: number): void {
    const { device, cell } = this.layers;
    const n = cell.gates * step.hidden;
    const weight = packed(weightIh, "transposed");
    device.kernels.gemm(x, input, 1, weight, biasIh?.offset ?? 0, step.sums, n, step.batch, n, input, 0);
  }

  #recurrentProduct({ weights: { weightHh, biasHh }, steps }: BlockLayer, odd: 0 | 1): void {
    const { device, cell } = this.layers;
    const { hBefore, recurrent, batch, hidden } = steps[odd];
    const n = cell.gates * hidden;
    const weight = packed(weightHh, "transposed");
    device.kernels.gemm(hBefore, hidden, 1, weight, biasHh?.offset ?? 0, recurrent, n, batch, n, hidden, 0);
  }
}

/** The sizes and options of layers that a state of so many rows depends on, in words. */
export function ownerOf(layers: Recurrent, rows: number): string {
  const { numLayers, inputSize, hiddenSize } = layers;
  return `${layers.constructor.name} I ${inputSize}, H ${hiddenSize}, L ${numLayers}, B ${rows}`;
}

/** For constructors of sessions: an error for layers that also read backwards. */
export function requireForwards(call: string, layers: Recurrent): void {
  if (layers.directions === 1) return;
  throw new UnrolledError(
    "invalid-argument",
    `${call}: these layers are bidirectional, needed ones that read forwards alone; the end of a stream is not known`,
  );
}
