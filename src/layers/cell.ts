import type { Device } from "../tensor/device.ts";

/** Weights of one layer in one direction, PyTorch's names and layout where it has them. What a layer lacks is undefined. */
export interface CellWeights<Entry> {
  /** [G·H, I]. */
  readonly weightIh: Entry;
  /** [G·H, P]. */
  readonly weightHh: Entry;
  /** [G·H] each. */
  readonly biasIh: Entry | undefined;
  readonly biasHh: Entry | undefined;
  /** Projection of h, [P, H]. */
  readonly weightHr?: Entry | undefined;
  /** Peepholes, [3H] in the order i f o, or [2H] in the order i o where the gates are coupled. */
  readonly weightCh?: Entry | undefined;
  /** Gains of the layer normalisations of x·W_ih and of h·W_hh, [G·H] each; what they add are the biases. */
  readonly normIh?: Entry | undefined;
  readonly normHh?: Entry | undefined;
  /** Gain of the layer normalisation of c, and what it adds, [H] each. */
  readonly normC?: Entry | undefined;
  readonly normCBias?: Entry | undefined;
}

/** Sizes of one run through a layer. */
export interface RunSize {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
  /** P: width of h, which is H unless h is projected. */
  readonly output: number;
}

/**
 * What one time step reads and writes, as offsets into the heap. A step is: sums of h's product, the cell, projection, zoneout. The
 * last of them that a layer has writes the state after the step; each writes where the next one reads.
 */
export interface StepPlaces {
  /** The step's gate sums [B, G·H], overwritten by their activations. */
  readonly sums: number;
  /** h·W_hh [B, G·H] kept apart, for cells that need it. */
  readonly recurrent: number;
  /** Mean and 1/deviation of each row of it [B, 2], where it is layer-normalised. */
  readonly recurrentStatistics: number;
  /** State before the step: h [B, P], c [B, H]. */
  readonly hBefore: number;
  readonly cBefore: number;
  /** What the products read of h [B, P]: it as it is, or with entries dropped. */
  readonly hRead: number;
  /** What the cell copies to its h for a row that is not read [B, H]. */
  readonly hKept: number;
  /** r∘h or f∘h [B, H], for cells whose candidate reads that. */
  readonly gated: number;
  /** What the cell makes [B, H]. */
  readonly h: number;
  readonly c: number;
  /** c as it goes out [B, H], and mean and 1/deviation of each row of c [B, 2], where c is layer-normalised. */
  readonly normedC: number;
  readonly cStatistics: number;
  /** h projected [B, P]. */
  readonly projected: number;
  /** State after the step: h [B, P], c [B, H]. */
  readonly hAfter: number;
  readonly cAfter: number;
  /** Weights that the cell itself reads; 0 where it has none. */
  readonly peepholes: number;
  readonly normC: number;
  readonly normCBias: number;
  /** Ends of the sequences, see the kernels; 0 where all rows are read. */
  readonly lengths: number;
  readonly t: number;
  readonly batch: number;
  readonly hidden: number;
  /** P. */
  readonly output: number;
}

/**
 * Gradients of h and c [B, H] carried back through time, and of the cell's own weights; and room [B, H] for what lies in between.
 */
export interface StepGradients {
  readonly dh: number;
  readonly dc: number;
  readonly dpeepholes: number;
  readonly dnormC: number;
  readonly dnormCBias: number;
  readonly scratch: number;
  readonly dmix: number;
}

/** A recurrent cell: all that distinguishes it from another, once its products have been taken. */
export interface Cell {
  /** G: how many blocks of H its weights have. */
  readonly gates: number;
  /** Whether it carries a cell state c beside h. */
  readonly hasCellState: boolean;
  /** Whether h·W_hh + b_hh is kept apart from x·W_ih + b_ih, because a gate acts on it alone. */
  readonly splitsSums: boolean;
  /** Whether both products, and c, are layer-normalised. */
  readonly normalises?: boolean;
  /** How many blocks of H its peepholes have; none if not given. */
  readonly peepholes?: number;
  /** Where the forget gate stands among the blocks, if it has a bias to begin with. */
  readonly forgetBlock?: number;
  /** Why it cannot be trained, if so. */
  readonly forwardOnly?: string | undefined;
  /** Two-phase cells, whose candidate (the last block) reads gated h: the gates in front of it, and `gated`. */
  readonly gate?: TwoPhases;
  /** Gate arithmetic of one step, after the products. */
  forward(device: Device, step: StepPlaces): void;
  /**
   * Overwrites the sums by their gradients and passes dh and dc on to the step before, but for dsums · W_hh. dy is the gradient of
   * the step's output [B, H], 0 if there is none.
   */
  backward(device: Device, step: StepPlaces, dy: number, gradients: StepGradients): void;
}

/** The first phase of a cell whose candidate reads gated h. */
export interface TwoPhases {
  /** Activates the gates' sums and writes `gated`. */
  forward(device: Device, step: StepPlaces): void;
  /** Overwrites the gates' sums by their gradients and adds what reaches the h that was read by way of `gated` to dhRead. */
  backward(
    device: Device,
    step: StepPlaces,
    gradients: { readonly dgated: number; readonly dmix: number; readonly dhRead: number },
  ): void;
}
