// Scan: a subgraph over the slices of sequences, with states carried from slice to slice (version 9; that of version 8 has a batch).
import type { Action, NodeContext, Operator } from "../operator.ts";
import { runPlan } from "../plan.ts";
import { axisOf, describeValue, type OnnxValue, problem } from "../value.ts";
import { sliceAt, stacked } from "./stacked.ts";

function prepareScan(node: NodeContext): Action {
  const { attributes, machine, inputCount, outputCount, opset } = node;
  if (opset < 9) {
    throw problem(
      `the Scan of version ${opset}, which has a batch and an input for its lengths, is not supported; needed version 9 or later`,
    );
  }
  const graph = attributes.graph("body");
  const body = node.subgraph(graph);
  const scanned = attributes.int("num_scan_inputs", 0);
  const states = inputCount - scanned;
  const made = outputCount - states;
  if (!(scanned >= 1 && states >= 0 && made >= 0)) {
    throw problem(
      `num_scan_inputs is ${scanned}, and there are ${inputCount} inputs and ${outputCount} outputs`,
    );
  }
  if (body.inputs.length !== inputCount || body.outputs.length !== outputCount) {
    throw problem(
      `the body has ${body.inputs.length} inputs and ${body.outputs.length} outputs, needed ${inputCount} and ${outputCount}`,
    );
  }
  if (states > 0) node.recurrent({ carried: false, causal: true });
  const list = (name: string, count: number) => {
    const numbers = attributes.ints(name) ?? new Array<number>(count).fill(0);
    if (numbers.length !== count)
      throw problem(`attribute ${name} has ${numbers.length} entries, needed ${count}`);
    return numbers;
  };
  const inputAxes = list("scan_input_axes", scanned);
  const inputDirections = list("scan_input_directions", scanned);
  const outputAxes = list("scan_output_axes", made);
  const outputDirections = list("scan_output_directions", made);
  return function* (inputs, frame) {
    const { budget } = machine;
    let carried: readonly (OnnxValue | undefined)[] = inputs.slice(0, states);
    const sequences = inputs.slice(states) as readonly OnnxValue[];
    const axes = sequences.map((sequence, index) => axisOf(inputAxes[index], sequence.dims.length));
    const steps = sequences[0].dims[axes[0]];
    sequences.forEach((sequence, index) => {
      if (sequence.dims[axes[index]] !== steps) {
        throw problem(`${describeValue(sequence)} has not ${steps} steps along axis ${axes[index]}`);
      }
    });
    const parts: OnnxValue[][] = Array.from({ length: made }, () => []);
    for (let step = 0; step < steps; step++) {
      if (machine.isPauseDue()) yield;
      budget.step(inputCount + outputCount);
      const slices = sequences.map((sequence, index) =>
        sliceAt(machine, sequence, axes[index], inputDirections[index] === 0 ? step : steps - 1 - step),
      );
      const results = yield* runPlan(machine, body, [...carried, ...slices], frame);
      carried = results.slice(0, states);
      for (let index = 0; index < made; index++) {
        const part = results[states + index]!;
        budget.keep(part);
        parts[index].push(part);
      }
    }
    const results = [
      ...carried,
      ...parts.map((part, index) =>
        stacked(
          machine,
          part,
          outputAxes[index],
          outputDirections[index] !== 0,
          graph.outputs[states + index],
        ),
      ),
    ];
    for (const part of parts) budget.giveUp(part);
    return results;
  };
}

export const scanOperators: Readonly<Record<string, Operator>> = {
  // That of version 8 leaves out its first input.
  Scan: { inputs: [1, Infinity], mayLack: 1, outputs: [1, Infinity], prepare: prepareScan },
};
