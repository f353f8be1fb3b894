// One step of a stack of layers for several rows, in room that is taken once: what recurrence.ts does for whole sequences, without
// what only training has.
//
// A step of few rows waits for nothing but the weights. So every other step takes its products in another order, beginning with
// those whose weights the step before used last, and its vectors stand one row further, which tells the kernel to read each
// weight from the other end: more of them are still in the cache. The sums are the same to the last bit.
// A step of many rows waits for their sums, so h's product is added to x's where that stands.
import { packed } from "../tensor/operations/products.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BlockPlaces, type BlockStep, blockPlaces, FEW_ROWS } from "./block-places.ts";
import type { Cell, CellWeights } from "./cell.ts";
import type { Parameter } from "./module.ts";
import { NORM_EPSILON, partsOfWeightHh, type RecurrentParts } from "./recurrent-product.ts";
import { cellOf, type Recurrent } from "./recurrent-stack.ts";
import { zoneOut } from "./zoneout.ts";

/** One layer: its weights, how wide its input is, and its places at even and at odd steps. */
interface BlockLayer {
  readonly weights: CellWeights<Parameter>;
  readonly weightHh: RecurrentParts;
  readonly input: number;
  readonly fewRecurrent: number;
  readonly steps: readonly [BlockStep, BlockStep];
  /** Places of a step on states that stand elsewhere. */
  readonly elsewhere: BlockStep;
}

/** A part of the state, h or c of one layer: where its rows stand, how wide they are, and where what they begin with stands (0: zeros). */
export interface StatePart {
  readonly place: number;
  readonly width: number;
  readonly initial: { readonly parameter: Tensor; readonly start: number } | undefined;
}

/** The places of up to `rows` rows of a stack's states, and the step that they take. */
export class StepBlock {
  readonly layers: Recurrent;
  readonly rows: number;
  readonly #cell: Cell;
  readonly #places: BlockPlaces;
  readonly #layers: readonly BlockLayer[];
  readonly #backwards: readonly BlockLayer[];
  readonly #parts: readonly [readonly StatePart[], readonly StatePart[]];
  readonly #zoneoutH: { readonly share: number } | undefined;
  readonly #zoneoutC: { readonly share: number } | undefined;
  #odd: 0 | 1 = 0;

  constructor(layers: Recurrent, rows: number) {
    const { inputSize, outputSize, zoneout } = layers;
    const cell = cellOf(layers);
    this.layers = layers;
    this.#cell = cell;
    this.rows = rows;
    this.#places = blockPlaces(layers, rows);
    this.#layers = this.#places.layers.map((places, layer) => {
      const weights = layers.layerWeights(layer);
      const weightHh = partsOfWeightHh(cell, weights.weightHh);
      const elsewhere = { ...places.steps[0] };
      return { ...places, elsewhere, weights, weightHh, input: layer === 0 ? inputSize : outputSize };
    });
    this.#backwards = this.#layers.toReversed();
    this.#parts = [this.#partsAt(0), this.#partsAt(1)];
    this.#zoneoutH = zoneout.h > 0 ? { share: 1 - zoneout.h } : undefined;
    this.#zoneoutC = zoneout.c > 0 ? { share: 1 - zoneout.c } : undefined;
    this.reset();
  }

  /** Where the state before the next step stands, layer by layer, h before c. */
  get parts(): readonly StatePart[] {
    return this.#parts[this.#odd];
  }

  /** Where the input of the next step is best put, [rows, I]. */
  get input(): number {
    return this.#places.shared.inputs + this.#odd * this.rows * this.layers.inputSize;
  }

  /** Puts every row in the state that sequences begin with. */
  reset(): void {
    for (const part of this.parts)
      for (let row = 0; row < this.rows; row++)
        writeInitial(this.layers, part, part.place + row * part.width);
  }

  /**
   * Takes one step with the first `rows` rows: reads x [rows, I] at an offset and returns that of the last layer's h [rows, P].
   * `firstSums` may give x·W_ih + b_ih [rows, G·H] of the first layer where a model knows it already.
   */
  advance(rows: number, input: number, firstSums?: number): number {
    const odd = this.#odd;
    const few = rows <= FEW_ROWS;
    for (const { steps, fewRecurrent } of this.#layers) {
      steps[odd].batch = rows;
      steps[odd].recurrent = few ? fewRecurrent : this.#places.shared.manyRecurrent;
    }
    if (few && odd) for (const layer of this.#backwards) this.#recurrentProduct(layer, layer.steps[odd]);
    let x = input;
    for (const layer of this.#layers) {
      const step = layer.steps[odd];
      this.#sums(layer, step, x, x === input ? firstSums : undefined, few && odd === 1);
      this.#state(layer, step);
      x = step.hAfter;
    }
    this.#odd = odd ? 0 : 1;
    return x;
  }

  /** Whether `advanceElsewhere` takes so many rows: the plain way back and forth is the faster one for few. */
  takesElsewhere(rows: number): boolean {
    return rows > FEW_ROWS && !this.#zoneoutH && !this.#zoneoutC;
  }

  /**
   * As `advance`, on states that stand elsewhere: those of part p, in the order of `parts`, from `placeOf(p)` on. They are
   * overwritten in place, since a cell reads an entry of a state before it writes it.
   */
  advanceElsewhere(rows: number, input: number, placeOf: (part: number) => number): number {
    const cell = this.#cell;
    let x = input;
    let part = 0;
    for (const layer of this.#layers) {
      const step = layer.elsewhere;
      const h = placeOf(part++);
      step.hBefore = step.hRead = step.hAfter = step.projected = h;
      if (!layer.weights.weightHr) step.h = step.hKept = h;
      if (cell.hasCellState) step.cBefore = step.c = step.cAfter = placeOf(part++);
      step.batch = rows;
      step.recurrent = this.#places.shared.manyRecurrent;
      this.#sums(layer, step, x, undefined, false);
      this.#state(layer, step);
      x = h;
    }
    return x;
  }

  /** The sums of a layer's gates; where `known`, h's product has been taken. */
  #sums(layer: BlockLayer, step: BlockStep, x: number, given: number | undefined, known: boolean): void {
    const { device } = this.layers;
    const cell = this.#cell;
    const { kernels } = device;
    const { weights } = layer;
    const width = cell.gates * step.hidden;
    // Added where x's product stands, or apart.
    const added = step.batch > FEW_ROWS && !cell.splitsSums && !cell.normalises;
    const biasLater = !added && !cell.gate;
    if (given !== undefined) {
      kernels.copyRows(given, 0, step.sums, 0, 1, step.batch * width, 0);
      if (!biasLater) this.#addBias(weights.biasHh, step);
    } else this.#inputProduct(layer, step, x, biasLater ? weights.biasIh?.offset : this.#bothBiases(layer));
    if (added) this.#recurrentProduct(layer, step, step.sums, 1);
    else if (!known) this.#recurrentProduct(layer, step);
    if (cell.normalises) {
      const { product } = this.#places.shared;
      this.#normalise(step.recurrent, weights.normHh!, weights.biasHh, product, step);
      kernels.addScaled(product, 1, step.sums, step.batch * width);
    } else if (!added && !cell.splitsSums)
      kernels.addScaled(step.recurrent, 1, step.sums, step.batch * width);
  }

  #inputProduct({ weights, input }: BlockLayer, step: BlockStep, x: number, bias = 0): void {
    const { device } = this.layers;
    const cell = this.#cell;
    const n = cell.gates * step.hidden;
    const { normalises } = cell;
    const to = normalises ? this.#places.shared.product : step.sums;
    const weight = packed(weights.weightIh, "transposed");
    device.kernels.gemm(x, input, 1, weight, normalises ? 0 : bias, to, n, step.batch, n, input, 0);
    if (normalises) this.#normalise(to, weights.normIh!, weights.biasIh, step.sums, step);
  }

  #recurrentProduct(
    { weights, weightHh }: BlockLayer,
    step: BlockStep,
    to = step.recurrent,
    accumulate: 0 | 1 = 0,
  ): void {
    const { device } = this.layers;
    const cell = this.#cell;
    const { hBefore, batch, hidden, output } = step;
    const width = cell.gates * hidden;
    const [n] = weightHh.gates.shape;
    const withBias = !accumulate && !cell.gate && !cell.normalises;
    const bias = withBias ? (weights.biasHh?.offset ?? 0) : 0;
    const weight = packed(weightHh.gates, "transposed");
    device.kernels.gemm(hBefore, output, 1, weight, bias, to, width, batch, n, output, accumulate);
  }

  /** From the sums to the state after the step. */
  #state({ weights, weightHh }: BlockLayer, step: BlockStep): void {
    const { device } = this.layers;
    const cell = this.#cell;
    const { kernels } = device;
    const { batch, hidden, output } = step;
    if (cell.gate && weightHh.candidate) {
      const width = cell.gates * hidden;
      const to = step.sums + width - hidden;
      cell.gate.forward(device, step);
      const weight = packed(weightHh.candidate, "transposed");
      kernels.gemm(step.gated, hidden, 1, weight, 0, to, width, batch, hidden, hidden, 1);
    }
    cell.forward(device, step);
    if (weights.weightHr) {
      const weight = packed(weights.weightHr, "transposed");
      kernels.gemm(step.h, hidden, 1, weight, 0, step.projected, output, batch, output, hidden, 0);
    }
    if (this.#zoneoutH) {
      const places = { made: step.projected, before: step.hBefore, after: step.hAfter };
      zoneOut(device, this.#zoneoutH, 0, { ...places, size: batch * output });
    }
    if (this.#zoneoutC) {
      const places = { made: step.c, before: step.cBefore, after: step.cAfter };
      zoneOut(device, this.#zoneoutC, 0, { ...places, size: batch * hidden });
    }
  }

  #normalise(from: number, gain: Tensor, bias: Tensor | undefined, to: number, step: BlockStep): void {
    const added = bias?.offset ?? this.#places.shared.noBias;
    const { kernels } = this.layers.device;
    const { recurrentStatistics, batch } = step;
    kernels.layerNorm(from, gain.offset, added, to, recurrentStatistics, NORM_EPSILON, batch, gain.size);
  }

  /** Where b_ih + b_hh stands until the next layer's is asked for. */
  #bothBiases({ weights: { biasIh, biasHh } }: BlockLayer): number {
    if (!biasIh || !biasHh) return biasIh?.offset ?? biasHh?.offset ?? 0;
    const { kernels } = this.layers.device;
    const { bias } = this.#places.shared;
    kernels.binary(0, biasIh.offset, 0, 1, biasHh.offset, 0, 1, bias, 1, biasIh.size);
    return bias;
  }

  #addBias(bias: Parameter | undefined, { sums, batch }: BlockStep): void {
    if (!bias) return;
    const { kernels } = this.layers.device;
    kernels.binary(0, sums, bias.size, 1, bias.offset, 0, 1, sums, batch, bias.size);
  }

  #partsAt(odd: 0 | 1): readonly StatePart[] {
    const { weights, outputSize, hiddenSize } = this.layers;
    const cell = this.#cell;
    const initial = (parameter: Tensor | undefined, start: number) => parameter && { parameter, start };
    return this.#layers.flatMap(({ steps }, layer) => {
      const { hBefore, cBefore } = steps[odd];
      const h = {
        place: hBefore,
        width: outputSize,
        initial: initial(weights.get("h_0"), layer * outputSize),
      };
      const c = {
        place: cBefore,
        width: hiddenSize,
        initial: initial(weights.get("c_0"), layer * hiddenSize),
      };
      return cell.hasCellState ? [h, c] : [h];
    });
  }
}

/** Writes what a row of a part of the state begins with. */
export function writeInitial({ device }: Recurrent, { width, initial }: StatePart, place: number): void {
  const { kernels } = device;
  if (initial) kernels.copyRows(initial.parameter.offset + initial.start, 0, place, 0, 1, width, 0);
  else kernels.fill(place, 0, width);
}
