import type { Device } from "../tensor/device.ts";

/** Weights of one layer in one direction, PyTorch's names and layout: [G·H, I], [G·H, H], [G·H], [G·H]. */
export interface CellWeights<Entry> {
  readonly weightIh: Entry;
  readonly weightHh: Entry;
  readonly biasIh: Entry | undefined;
  readonly biasHh: Entry | undefined;
}

/** Sizes of one run through a layer. */
export interface RunSize {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
}

/**
 * What one time step reads and writes, as offsets into the heap. `sums` [B, G·H] are the step's gate sums, overwritten by their
 * activations; `recurrent` [B, G·H] is h·W_hh kept apart, for cells that need it (GRU). Lengths: see the kernels.
 */
export interface StepPlaces {
  readonly sums: number;
  readonly recurrent: number;
  readonly hBefore: number;
  readonly h: number;
  readonly cBefore: number;
  readonly c: number;
  readonly lengths: number;
  readonly t: number;
  readonly batch: number;
  readonly hidden: number;
}

/** Gradients of one step: of its output (0: none), and of h and c carried back through time. */
export interface StepGradients {
  readonly dy: number;
  readonly dh: number;
  readonly dc: number;
}

/** A recurrent cell: all that distinguishes it from another, once its products have been taken. */
export interface Cell {
  /** G: how many blocks of H its weights have. */
  readonly gates: number;
  /** Whether it carries a cell state c beside h. */
  readonly hasCellState: boolean;
  /** Whether h·W_hh + b_hh is kept apart from x·W_ih + b_ih, because a gate acts on it alone. */
  readonly splitsSums: boolean;
  /** Gate arithmetic of one step, after the products. */
  forward(device: Device, step: StepPlaces): void;
  /** Overwrites the sums by their gradients and passes dh and dc on to the step before, but for dsums · W_hh. */
  backward(device: Device, step: StepPlaces, gradients: StepGradients): void;
}
