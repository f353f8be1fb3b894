// One step of a stack of layers for several rows, in room that is taken once.
//
// A step of few rows waits for nothing but the weights. So every other step takes its products in another order, beginning with
// those whose weights the step before used last, and its vectors stand one row further, which tells the kernel to read each
// weight from the other end: more of them are still in the cache. The sums are the same to the last bit.
// A step of many rows waits for their sums, so h's product is added to x's where that stands.
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
  /** h's sums of few rows. */
  readonly recurrent: number;
  readonly steps: readonly [RowPlaces, RowPlaces];
}

/** A part of the state, h or c of one layer: where its rows stand, and how wide they are. */
export interface StatePart {
  readonly place: number;
  readonly width: number;
}

const ALIGNMENT = 16;
/** Rows up to which a step waits for the weights. */
const FEW_ROWS = 8;

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
  /** Room for a bias [G·H], and for h's sums of many rows [rows, G·H] where a cell needs them apart. */
  readonly #bias: number;
  readonly #manyRecurrent: number;
  #odd: 0 | 1 = 0;

  constructor(layers: Recurrent, rows: number) {
    const { device, cell, numLayers, inputSize, hiddenSize } = layers;
    this.layers = layers;
    this.rows = rows;
    const width = rows * hiddenSize;
    const gateWidth = cell.gates * hiddenSize;
    const places = new Places();
    // Layers use their sums one after the other.
    const sums = places.take(rows * gateWidth);
    const inputs = places.take(2 * rows * inputSize);
    const bias = places.take(gateWidth);
    const many = places.take(cell.splitsSums ? rows * gateWidth : 0);
    const each = Array.from({ length: numLayers }, () => ({
      recurrent: places.take(Math.min(rows, FEW_ROWS) * gateWidth),
      // h at even and at odd steps. An entry of c is read before it is written, so that before and after share their room.
      h: places.take(2 * width),
      c: places.take(cell.hasCellState ? width : 0),
    }));
    this.#room = device.lasting(() => zeros(device, [places.size]));
    const { offset } = this.#room;
    this.#input = offset + inputs;
    this.#bias = offset + bias;
    this.#manyRecurrent = offset + many;
    this.#layers = each.map((place, layer) => {
      const h = offset + place.h;
      const c = cell.hasCellState ? offset + place.c : 0;
      const recurrent = offset + place.recurrent;
      const shared = { sums: offset + sums, recurrent, cBefore: c, c, lengths: 0, t: 0 };
      const sizes = { batch: rows, hidden: hiddenSize };
      return {
        weights: layers.layerWeights(layer),
        input: layer === 0 ? inputSize : hiddenSize,
        recurrent,
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
    const few = rows <= FEW_ROWS;
    for (const { steps, recurrent } of this.#layers) {
      steps[odd].batch = rows;
      steps[odd].recurrent = few ? recurrent : this.#manyRecurrent;
    }
    if (few && odd)
      for (const layer of this.#backwards)
        this.#recurrentProduct(layer, layer.steps[odd], layer.recurrent, 0);
    const added = !few && !cell.splitsSums;
    let x = input;
    for (const layer of this.#layers) {
      const step = layer.steps[odd];
      const n = rows * cell.gates * step.hidden;
      if (x === input && firstSums !== undefined) {
        device.kernels.copyRows(firstSums, 0, step.sums, 0, 1, n, 0);
        if (added) this.#addBias(layer.weights.biasHh, step);
      } else
        this.#inputProduct(layer, step, x, added ? this.#bothBiases(layer) : layer.weights.biasIh?.offset);
      if (added) this.#recurrentProduct(layer, step, step.sums, 1);
      else {
        if (!few || !odd) this.#recurrentProduct(layer, step, step.recurrent, 0);
        if (!cell.splitsSums) device.kernels.addScaled(step.recurrent, 1, step.sums, n);
      }
      cell.forward(device, step);
      x = step.h;
    }
    this.#odd = odd ? 0 : 1;
    return x;
  }

  #inputProduct({ weights, input }: BlockLayer, step: StepPlaces, x: number, bias = 0): void {
    const { device, cell } = this.layers;
    const n = cell.gates * step.hidden;
    const weight = packed(weights.weightIh, "transposed");
    device.kernels.gemm(x, input, 1, weight, bias, step.sums, n, step.batch, n, input, 0);
  }

  #recurrentProduct({ weights }: BlockLayer, step: StepPlaces, to: number, accumulate: 0 | 1): void {
    const { device, cell } = this.layers;
    const { hBefore, batch, hidden } = step;
    const n = cell.gates * hidden;
    const bias = accumulate ? 0 : (weights.biasHh?.offset ?? 0);
    const weight = packed(weights.weightHh, "transposed");
    device.kernels.gemm(hBefore, hidden, 1, weight, bias, to, n, batch, n, hidden, accumulate);
  }

  /** Where b_ih + b_hh stands until the next layer's is asked for. */
  #bothBiases({ weights: { biasIh, biasHh } }: BlockLayer): number {
    if (!biasIh || !biasHh) return biasIh?.offset ?? biasHh?.offset ?? 0;
    const { kernels } = this.layers.device;
    kernels.binary(0, biasIh.offset, 0, 1, biasHh.offset, 0, 1, this.#bias, 1, biasIh.size);
    return this.#bias;
  }

  #addBias(bias: Parameter | undefined, { sums, batch }: StepPlaces): void {
    if (!bias) return;
    const { kernels } = this.layers.device;
    kernels.binary(0, sums, bias.size, 1, bias.offset, 0, 1, sums, batch, bias.size);
  }
}

/** Hands out aligned places of one room, of which it tells the size. */
class Places {
  size = 0;

  take(elements: number): number {
    const place = this.size;
    this.size += Math.ceil(elements / ALIGNMENT) * ALIGNMENT;
    return place;
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
