import type { Cell, StepGradients, StepPlaces } from "../layers/cell.ts";

/** Looks at the steps of a cell as they are taken, and may change what it finds in the heap. Places are offsets into the heap. */
export interface CellWatch {
  /** Before the gate arithmetic: the sums of the step stand there. */
  before?(step: StepPlaces): void;
  /** After it: the gates stand where the sums were, and the state after the step where it belongs. */
  after?(step: StepPlaces): void;
  /** On the way back, before a step's gradients are taken: dh and dc are what later steps passed on, dy that of the step's output. */
  backward?(step: StepPlaces, dy: number, gradients: StepGradients): void;
}

/** The same cell under observation: a layer that runs it computes what it would without, so that layers need to know nothing of it. */
export function watchedCell(cell: Cell, watch: CellWatch): Cell {
  return {
    ...cell,
    forward(device, step) {
      watch.before?.(step);
      cell.forward(device, step);
      watch.after?.(step);
    },
    backward(device, step, dy, gradients) {
      watch.backward?.(step, dy, gradients);
      cell.backward(device, step, dy, gradients);
    },
  };
}
