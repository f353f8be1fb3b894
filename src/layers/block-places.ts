// Where a stack's step for up to so many rows keeps everything, in one room. Layers take their turns, so what only lasts from a
// layer's sums to its state is there once.
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { StepPlaces } from "./cell.ts";
import { cellOf, type Recurrent } from "./recurrent-stack.ts";

/** Rows up to which a step waits for the weights, and no longer for its sums. */
export const FEW_ROWS = 8;

const ALIGNMENT = 16;

/** Places of a step whose number of rows changes from step to step. */
export type BlockStep = { -readonly [Key in keyof StepPlaces]: StepPlaces[Key] };

/** Places of one layer, at even and at odd steps. */
export interface LayerPlaces {
  /** h's sums of few rows, [min(rows, FEW_ROWS), G·H]. */
  readonly fewRecurrent: number;
  readonly steps: readonly [BlockStep, BlockStep];
}

/** Places that layers share. */
export interface SharedPlaces {
  /** Inputs at even and at odd steps, [rows, I] each. */
  readonly inputs: number;
  /** A bias [G·H], and zeros in place of one. */
  readonly bias: number;
  readonly noBias: number;
  /** h's sums of many rows [rows, G·H], where they stand apart. */
  readonly manyRecurrent: number;
  /** A product before or after its normalisation [rows, G·H]. */
  readonly product: number;
}

/** The room itself, which lives as long as this is held, and what stands where in it. */
export interface BlockPlaces {
  readonly room: Tensor;
  readonly shared: SharedPlaces;
  readonly layers: readonly LayerPlaces[];
}

/** Takes room for a stack and up to `rows` rows. */
export function blockPlaces(layers: Recurrent, rows: number): BlockPlaces {
  const { device, numLayers, inputSize, hiddenSize, outputSize, zoneout } = layers;
  const cell = cellOf(layers);
  const width = cell.gates * hiddenSize;
  const { normalises = false } = cell;
  const projects = layers.layerWeights(0).weightHr !== undefined;
  let size = 0;
  const take = (elements: number, needed = true) => {
    const place = size;
    if (needed) size += Math.ceil(elements / ALIGNMENT) * ALIGNMENT;
    return needed ? place : undefined;
  };
  const always = (elements: number) => take(elements) as number;
  const sums = always(rows * width);
  const inputs = always(2 * rows * inputSize);
  const bias = always(width);
  const noBias = always(width);
  const manyRecurrent = take(rows * width, rows > FEW_ROWS && (cell.splitsSums || normalises));
  const product = take(rows * width, normalises);
  const statistics = take(2 * rows, normalises);
  const normedC = take(rows * hiddenSize, normalises);
  const gated = take(rows * hiddenSize, cell.gate !== undefined);
  const made = take(rows * hiddenSize, projects || zoneout.h > 0);
  const madeC = take(rows * hiddenSize, zoneout.c > 0);
  const projected = take(rows * outputSize, projects && zoneout.h > 0);
  const states = Array.from({ length: numLayers }, () => ({
    fewRecurrent: always(Math.min(rows, FEW_ROWS) * width),
    h: [always(rows * outputSize), always(rows * outputSize)] as const,
    c: [take(rows * hiddenSize, cell.hasCellState), take(rows * hiddenSize, zoneout.c > 0)] as const,
  }));

  const room = device.lasting(() => zeros(device, [size]));
  const at = (place: number | undefined) => (place === undefined ? 0 : room.offset + place);
  const stepOf = (layer: number, odd: 0 | 1): BlockStep => {
    const { h, c, fewRecurrent } = states[layer];
    const weights = layers.layerWeights(layer);
    const [hBefore, hAfter] = [at(h[odd]), at(h[1 - odd])];
    // An entry of c is read before it is written, so that one place serves, unless zoneout wants both.
    const [cBefore, cAfter] = c[1] === undefined ? [at(c[0]), at(c[0])] : [at(c[odd]), at(c[1 - odd])];
    const cellH = at(made) || hAfter;
    return {
      ...{ sums: at(sums), recurrent: at(fewRecurrent), recurrentStatistics: at(statistics) },
      ...{ hBefore, cBefore, hRead: hBefore, hKept: projects ? cellH : hBefore, gated: at(gated) },
      ...{ h: cellH, c: at(madeC) || cAfter, normedC: at(normedC), cStatistics: at(statistics) },
      ...{ projected: projects ? at(projected) || hAfter : cellH, hAfter, cAfter },
      peepholes: weights.weightCh?.offset ?? 0,
      normC: weights.normC?.offset ?? 0,
      normCBias: weights.normCBias?.offset ?? 0,
      ...{ lengths: 0, t: 0, batch: rows, hidden: hiddenSize, output: outputSize },
    };
  };
  return {
    room,
    shared: {
      inputs: at(inputs),
      bias: at(bias),
      noBias: at(noBias),
      manyRecurrent: at(manyRecurrent),
      product: at(product),
    },
    layers: states.map(({ fewRecurrent }, layer) => ({
      fewRecurrent: at(fewRecurrent),
      steps: [stepOf(layer, 0), stepOf(layer, 1)],
    })),
  };
}
