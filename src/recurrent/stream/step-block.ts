// One step of a stack of layers for several rows, in room that is taken once: what recurrence.ts does for whole sequences, without
// what only training has.
//
// A step of few rows waits for nothing but the weights. So every other step takes its products in another order, beginning with
// those whose weights the step before used last, and its vectors stand one row further, which tells the kernel to read each
// weight from the other end: more of them are still in the cache. The sums are the same to the last bit.
// A step of many rows waits for their sums, so h's product is added to x's where that stands.
import type { Step } from "../../cells/step.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Cell, standsApart, sumsWidth } from "../cell.ts";
import { type LayerMatrices, layerMatrices, layerPlaces, repack } from "../layer-places.ts";
import { finishStep, inputSums, recurrentSums, type StepLayer } from "../recurrence-step.ts";
import { cellOf, type RecurrentStack } from "../recurrent-stack.ts";
import { type BlockPlaces, blockPlaces, FEW_ROWS, type LayerPlacesInBlock } from "./block-places.ts";

/** One layer: what its steps are taken with, how wide its input is, and its places at even and at odd steps. */
interface BlockLayer extends LayerPlacesInBlock {
  readonly of: StepLayer;
  readonly matrices: LayerMatrices;
  readonly input: number;
}

/** A part of the state, one of those of one layer: where its rows stand, how wide they are, and where what they begin with stands (0: zeros). */
export interface StatePart {
  readonly place: number;
  readonly width: number;
  readonly initial: { readonly parameter: Tensor; readonly start: number } | undefined;
}

/** The places of up to `rows` rows of a stack's states, and the step that they take. */
export class StepBlock {
  readonly layers: RecurrentStack;
  readonly rows: number;
  readonly #cell: Cell;
  readonly #places: BlockPlaces;
  readonly #layers: readonly BlockLayer[];
  readonly #backwards: readonly BlockLayer[];
  readonly #parts: readonly [readonly StatePart[], readonly StatePart[]];
  readonly #zonesOut: boolean;
  readonly #inputPlaces = { xs: 0, rows: 0, input: 0, sums: 0, products: 0, statistics: 0 };
  #odd: 0 | 1 = 0;

  constructor(layers: RecurrentStack, rows: number) {
    const { device, inputSize, outputSize, zoneout } = layers;
    const cell = cellOf(layers);
    this.#cell = cell;
    this.layers = layers;
    this.rows = rows;
    const weights = Array.from({ length: layers.numLayers }, (_, layer) => layers.layerWeights(layer));
    const matrices = weights.map((each) => layerMatrices(cell, each));
    const read = weights.map((each, layer) => layerPlaces(cell, each, matrices[layer]));
    this.#places = blockPlaces(
      layers,
      rows,
      read.map(({ own }) => own),
    );
    const { product, noBias } = this.#places.shared;
    const shares = zoneout.map((probability) => (probability > 0 ? { share: 1 - probability } : undefined));
    const zonedOut = shares.some((share) => share) ? shares : undefined;
    this.#zonesOut = zonedOut !== undefined;
    this.#layers = this.#places.layers.map((places, layer) => ({
      ...places,
      of: { device, cell, places: read[layer], zoneout: zonedOut, product, noBias },
      matrices: matrices[layer],
      input: layer === 0 ? inputSize : outputSize,
    }));
    this.#backwards = this.#layers.toReversed();
    this.#parts = [this.#partsAt(0), this.#partsAt(1)];
    this.reset();
  }

  /** Where the state before the next step stands, layer by layer, in the cell's order. */
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
    for (const { of, matrices, steps, fewRecurrent } of this.#layers) {
      repack(of.places, matrices);
      steps[odd].batch = rows;
      steps[odd].recurrent = few ? fewRecurrent : this.#places.shared.manyRecurrent;
    }
    if (few && odd) for (const layer of this.#backwards) this.#recurrentApart(layer, layer.steps[odd]);
    let x = input;
    for (const layer of this.#layers) {
      const step = layer.steps[odd];
      this.#sums(layer, step, x, x === input ? firstSums : undefined, few && odd === 1);
      finishStep(layer.of, step);
      x = step.h.after;
    }
    this.#odd = odd ? 0 : 1;
    return x;
  }

  /** Whether `advanceElsewhere` takes so many rows: the plain way back and forth is the faster one for few. */
  takesElsewhere(rows: number): boolean {
    return rows > FEW_ROWS && !this.#zonesOut;
  }

  /**
   * As `advance`, on states that stand elsewhere: those of part p, in the order of `parts`, from `placeOf(p)` on. They are
   * overwritten in place, since a cell reads an entry of a state before it writes it.
   */
  advanceElsewhere(rows: number, input: number, placeOf: (part: number) => number): number {
    const { projects = false } = this.#cell.shape;
    let x = input;
    let part = 0;
    for (const { of, matrices } of this.#layers) repack(of.places, matrices);
    for (const layer of this.#layers) {
      const step = layer.elsewhere;
      const { stateList } = step;
      for (let state = 0; state < stateList.length; state++) {
        const places = stateList[state];
        const place = placeOf(part++);
        places.before = places.after = place;
        if (state > 0 || !projects) places.made = places.kept = place;
      }
      const h: number = step.h.after;
      step.hRead = step.projected = h;
      step.batch = rows;
      step.recurrent = this.#places.shared.manyRecurrent;
      this.#sums(layer, step, x, undefined, false);
      finishStep(layer.of, step);
      x = h;
    }
    return x;
  }

  /** The sums of a layer's gates, but for what `finishStep` adds; where `known`, h's product has been taken. */
  #sums(layer: BlockLayer, step: Step, x: number, given: number | undefined, known: boolean): void {
    const { device } = this.layers;
    const cell = this.#cell;
    const { kernels } = device;
    const { places } = layer.of;
    const { shape } = cell;
    const width = sumsWidth(cell);
    const apart = standsApart(shape);
    // Added where x's product stands, or apart.
    const added = step.batch > FEW_ROWS && !apart;
    const biasLater = !added && shape.recurrent !== "gated" && shape.recurrent !== "none";
    if (given !== undefined) {
      kernels.copyRows({ x: given, y: step.sums, n: step.batch * width });
      if (!biasLater) this.#addBias(places.biasHh, step);
    } else {
      // The same object each time, so that a step allocates nothing.
      const at = this.#inputPlaces;
      at.xs = x;
      at.rows = step.batch;
      at.input = layer.input;
      at.sums = step.sums;
      at.products = shape.normalises ? this.#places.shared.product : 0;
      at.statistics = step.recurrentStatistics;
      inputSums(layer.of, at, biasLater ? places.biasIh : this.#bothBiases(layer));
    }
    if (added) recurrentSums(layer.of, step, step.h.before, step.sums, 0, 1);
    else {
      if (!known) this.#recurrentApart(layer, step);
      if (!apart && shape.recurrent !== "none")
        kernels.addScaled(step.recurrent, 1, step.sums, step.batch * width);
    }
  }

  /** h's product where it stands apart, with its bias where no other sum has that. */
  #recurrentApart({ of }: BlockLayer, step: Step): void {
    const { recurrent, normalises } = this.#cell.shape;
    const bias = recurrent === "gated" || normalises ? 0 : of.places.biasHh;
    recurrentSums(of, step, step.h.before, step.recurrent, bias, 0);
  }

  /** Where b_ih + b_hh stands until the next layer's is asked for. */
  #bothBiases({ of: { places } }: BlockLayer): number {
    const { biasIh, biasHh } = places;
    if (biasIh === 0 || biasHh === 0) return biasIh || biasHh;
    const { device } = this.layers;
    const cell = this.#cell;
    const { bias } = this.#places.shared;
    device.kernels.binary({ operation: 0, a: biasIh, b: biasHh, y: bias, n: sumsWidth(cell) });
    return bias;
  }

  #addBias(bias: number, { sums, batch }: Step): void {
    if (bias === 0) return;
    const { device } = this.layers;
    const cell = this.#cell;
    const width = sumsWidth(cell);
    device.kernels.binary({ operation: 0, a: sums, b: bias, bRow: 0, y: sums, m: batch, n: width });
  }

  #partsAt(odd: 0 | 1): readonly StatePart[] {
    const { weights } = this.layers;
    const cell = this.#cell;
    return this.#layers.flatMap(({ steps }, layer) =>
      cell.shape.states.map(({ name, width }, state) => {
        const parameter = weights.get(`${name}_0`);
        const initial = parameter && { parameter, start: layer * width };
        return { place: steps[odd].stateList[state].before, width, initial };
      }),
    );
  }
}

/** Writes what a row of a part of the state begins with. */
export function writeInitial({ device }: RecurrentStack, { width, initial }: StatePart, place: number): void {
  const { kernels } = device;
  if (initial) kernels.copyRows({ x: initial.parameter.offset + initial.start, y: place, n: width });
  else kernels.fill(place, 0, width);
}
