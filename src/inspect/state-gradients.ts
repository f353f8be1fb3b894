import type { Step, StepGradients } from "../cells/step.ts";
import { type Cell, ownParameters, type StepObserver } from "../recurrent/cell.ts";
import type { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";

/** Gradients by the names of a cell's states, [B, width] each. */
export type GradientsByState = Readonly<Record<string, Float64Array>>;

/** The gradient of each row's loss with respect to a layer's states after a step, all paths counted. */
export type StateGradientVisit = (layer: number, t: number, gradients: GradientsByState) => void;

/**
 * What a layer's steps hand to `visit` on the way back: what later steps pass on and what the output passes on, and where h is made of
 * another state of the same step, what reaches that by way of h. The arrays are used again.
 */
export function readingGradients(
  rnn: RecurrentStack,
  layer: number,
  batch: number,
  visit: StateGradientVisit,
): StepObserver {
  const { device, zoneout } = rnn;
  const cell = cellOf(rnn);
  const { states } = cell.shape;
  const found = Object.fromEntries(states.map(({ name, width }) => [name, new Float64Array(batch * width)]));
  // What zoneout mixes into the state after the step has no part in the h of that step.
  const byWayOfH = states.slice(1).filter((_, index) => !zoneout[index + 1]);
  return {
    arrives(step, dstates, dy) {
      for (const [index, { name }] of states.entries())
        found[name].set(step.view(dstates[index], found[name].length));
      if (dy === 0) return;
      const { h } = found;
      const numbers = step.view(dy, h.length);
      for (let index = 0; index < h.length; index++) h[index] += numbers[index];
    },
    backward(step, gradients) {
      if (cell.bound.output && byWayOfH.length > 0)
        withOutputWalkedBack(device, cell, step, gradients, (walked) => {
          for (const { name } of byWayOfH) {
            const [to, size] = [found[name], found[name].length];
            const [before, after] = [gradients.states[name], walked.states[name]].map((at) =>
              step.view(at, size),
            );
            for (let index = 0; index < size; index++) to[index] += after[index] - before[index];
          }
        });
      visit(layer, step.t, found);
    },
  };
}

/** Walks a step's output back on a copy of what that overwrites, and leaves the step as it was. */
function withOutputWalkedBack(
  device: Device,
  { shape, bound, hidden }: Cell,
  step: Step,
  gradients: StepGradients,
  read: (walked: StepGradients) => void,
): void {
  const { batch, sums } = step;
  const sizes = {
    sums: batch * shape.gates.length * hidden,
    states: shape.states.map(({ name, width }) => batch * (name === "h" ? hidden : width)),
    own: Math.max(0, ...ownParameters(shape).map((parameter) => parameter.shape.reduce((a, b) => a * b, 1))),
  };
  const total = sizes.sums + sizes.own + sizes.states.reduce((sum, size) => sum + size, 0);
  device.temporary(total, (start) => {
    let end = start;
    const copy = (from: number, size: number) => {
      const to = end;
      device.kernels.copyRows({ x: from, y: to, n: size });
      end += size;
      return to;
    };
    const states = shape.states.map(({ name }, index) => [
      name,
      copy(gradients.states[name], sizes.states[index]),
    ]);
    step.sums = copy(sums, sizes.sums);
    const weights = Object.fromEntries(Object.keys(gradients.weights).map((key) => [key, end]));
    const walked = { ...gradients, states: Object.fromEntries(states), weights };
    bound.output?.backward(step, walked);
    step.sums = sums;
    read(walked);
  });
}
