import { UnrolledError } from "../errors.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { CellWeights, StepPlaces } from "./cell.ts";
import { type Parameter, requireSize } from "./module.ts";
import type { Recurrent } from "./recurrent.ts";

/** A copy of a session's state: numbers to be kept, and given back to `restore`. */
export type SessionState = Float32Array | Float64Array;

/** One layer of a session: its weights, how wide its input is, and where its state and sums stand. */
interface SessionLayer {
  readonly weights: CellWeights<Parameter>;
  readonly input: number;
  readonly step: StepPlaces;
}

const ALIGNMENT = 16;

/**
 * Reads one step at a time with the layers of an `RNN`, `LSTM` or `GRU`, as data arrives: the state stays from call to call, and
 * dropout is off. All room is taken at the start, so that a step is synchronous and allocates nothing in the heap. The weights are
 * the layers' own, seen as they are at each step.
 */
export class RecurrentSession {
  readonly layers: Recurrent;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #steps: readonly SessionLayer[];
  readonly #room: Tensor;
  readonly #stateSize: number;
  readonly #input: number;

  /** @throws UnrolledError "invalid-argument" for layers that also read backwards, since those need the whole sequence. */
  constructor(layers: Recurrent, options: { readonly batchSize?: number } = {}) {
    const { device, cell, numLayers, inputSize, hiddenSize } = layers;
    const { batchSize = 1 } = options;
    requireSize("RecurrentSession", "batchSize", batchSize);
    if (layers.directions !== 1) {
      throw new UnrolledError(
        "invalid-argument",
        "RecurrentSession: these layers are bidirectional, needed ones that read forwards alone; the end of a stream is not known",
      );
    }
    this.layers = layers;
    this.batchSize = batchSize;
    const aligned = (width: number) => Math.ceil((batchSize * width) / ALIGNMENT) * ALIGNMENT;
    const state = aligned(hiddenSize);
    const sums = aligned(cell.gates * hiddenSize);
    const perLayer = cell.hasCellState ? 2 * state : state;
    this.#stateSize = numLayers * perLayer;
    // States of all layers (h, then c), then one layer's sums at a time, then the input.
    const size = this.#stateSize + 2 * sums + aligned(inputSize);
    this.#room = device.lasting(() => zeros(device, [size]));
    const { offset } = this.#room;
    this.#input = offset + this.#stateSize + 2 * sums;
    this.#steps = Array.from({ length: numLayers }, (_, layer) => {
      const h = offset + layer * perLayer;
      const c = cell.hasCellState ? h + state : 0;
      return {
        weights: layers.layerWeights(layer),
        input: layer === 0 ? inputSize : hiddenSize,
        // Each entry of a state is read before it is written, so that before and after can share their room.
        step: {
          sums: offset + this.#stateSize,
          recurrent: offset + this.#stateSize + (cell.splitsSums ? sums : 0),
          hBefore: h,
          h,
          cBefore: c,
          c,
          lengths: 0,
          t: 0,
          batch: batchSize,
          hidden: hiddenSize,
        },
      };
    });
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
    device.heap.floats().set(input, this.#input);
    const h = this.advance(this.#input);
    const numbers = device.heap.floats();
    for (let index = 0; index < written; index++) output[index] = numbers[h + index];
  }

  /** As `step` within the heap, for models built on it: reads x [B, I] at an offset and returns that of the last layer's h [B, H]. */
  advance(input: number): number {
    const { device, cell } = this.layers;
    const { kernels } = device;
    let x = input;
    for (const { weights, input: width, step } of this.#steps) {
      const { weightIh, weightHh, biasIh, biasHh } = weights;
      const { sums, recurrent, hBefore, batch, hidden } = step;
      const n = cell.gates * hidden;
      const bias = biasHh?.offset ?? 0;
      kernels.gemm(
        x,
        width,
        1,
        packed(weightIh, "transposed"),
        biasIh?.offset ?? 0,
        sums,
        n,
        batch,
        n,
        width,
        0,
      );
      const weight = packed(weightHh, "transposed");
      if (cell.splitsSums) kernels.gemm(hBefore, hidden, 1, weight, bias, recurrent, n, batch, n, hidden, 0);
      else {
        if (bias) kernels.binary(0, sums, n, 1, bias, 0, 1, sums, batch, n);
        kernels.gemm(hBefore, hidden, 1, weight, 0, sums, n, batch, n, hidden, 1);
      }
      cell.forward(device, step);
      x = step.h;
    }
    return x;
  }

  /** Goes back to the state of zeros that it began with. */
  reset(): void {
    this.layers.device.kernels.fill(this.#room.offset, 0, this.#stateSize);
  }

  /** A copy of the state after the last step. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState {
    const { offset } = this.#room;
    return this.layers.device.heap.floats().slice(offset, offset + this.#stateSize);
  }

  /** Goes back to a state that `state` returned, of this session or another one over the same sizes. */
  restore(snapshot: SessionState): void {
    if (snapshot?.length !== this.#stateSize) {
      throw new UnrolledError(
        "shape-mismatch",
        `restore: the state has ${snapshot?.length ?? "no"} numbers, this session's has ${this.#stateSize}`,
      );
    }
    this.layers.device.heap.floats().set(snapshot, this.#room.offset);
  }
}
