// Recurrent layers that no operator of ONNX can do, as a Scan over their steps: x's part of the sums is one product in front of it,
// the body is the cell in ONNX's arithmetic (write-cell-body.ts).

import { suffixOf } from "../../../cells/parameters.ts";
import type { StateShape } from "../../../cells/spec.ts";
import { directionsOf, shapeOf } from "../../../networks/recurrent-axes.ts";
import { gatesOf } from "../../../networks/recurrent-shapes.ts";
import { type CellWriter, inputSums, writeCellStep } from "./write-cell-body.ts";
import type { WriteContext } from "./write-context.ts";
import { batchOf, type WrittenLayer, type WrittenOutputs, type WrittenSteps } from "./write-recurrent.ts";

/** One layer of a stack, each direction as a Scan. */
export function writeScans(context: WriteContext, layer: WrittenLayer): WrittenOutputs {
  const { graph } = context;
  const { config, steps, xs } = layer;
  const counted = countedSteps(context, steps, xs);
  const directions = directionsOf(config);
  const each = Array.from({ length: directions }, (_, direction) => {
    const reverse = direction === 1 || config.options.direction === "reverse";
    return writeScan(context, layer, direction, reverse, counted);
  });
  const stacked = (parts: readonly string[], axis: number) => {
    const wide = parts.map((part) => graph.add("Unsqueeze", [part, graph.ints([axis])]));
    return wide.length === 1 ? wide[0] : graph.add("Concat", wide, { axis: { int: axis } });
  };
  return {
    ys: stacked(
      each.map(({ ys }) => ys),
      1,
    ),
    after: Object.fromEntries(
      shapeOf(config).states.map(({ name }, part) => [
        name,
        stacked(
          each.map(({ after }) => after[part]),
          0,
        ),
      ]),
    ),
  };
}

/** Outputs [T, B, P] of one direction, and its states after the last step. */
function writeScan(
  context: WriteContext,
  layer: WrittenLayer,
  direction: number,
  reverse: boolean,
  { read, within }: CountedSteps,
): { readonly ys: string; readonly after: readonly string[] } {
  const { graph } = context;
  const { name, config, place, xs } = layer;
  const { states } = shapeOf(config);
  const weights = { context, layer: name, config, suffix: suffixOf(place, direction) };
  const before = states.map(({ name: own, width }) => {
    const state = layer.before[own];
    if (state) return graph.add("Gather", [state, graph.int(direction)], { axis: { int: 0 } });
    const shape = graph.add("Concat", [batchOf(context, xs), graph.ints([width])], {
      axis: { int: 0 },
    });
    return graph.add("Expand", [graph.float(0), shape]);
  });
  const sequences = [inputSums(weights, xs), ...(read ? [read] : [])];
  const body = writeBody(weights, states, read !== undefined);
  const way = reverse ? 1 : 0;
  const made = graph.addSeveral(
    "Scan",
    [...before, ...sequences],
    {
      body: { graph: body },
      num_scan_inputs: { int: sequences.length },
      scan_input_directions: { ints: sequences.map(() => way) },
      scan_output_directions: { ints: [way] },
    },
    [...states.map(({ name: own }) => `${own}_n`), "ys"],
  );
  const outputs = made[states.length];
  const ys = within ? graph.add("Where", [within, outputs, graph.float(0)]) : outputs;
  return { ys, after: made.slice(0, states.length) };
}

/** One step as a graph: states and a step's sums (and whether it counts) to the states after it and its output. */
function writeBody(weights: CellWriter, shapes: readonly StateShape[], isMasked: boolean) {
  const { graph } = weights.context;
  const body = graph.subgraph();
  const states = shapes.map(({ name, width }) => body.input(name, "float", ["B", width]));
  const sums = body.input("sums", "float", [
    "B",
    gatesOf(weights.config) * weights.config.options.hiddenSize,
  ]);
  const counts = isMasked ? body.input("counts", "bool", ["B", 1]) : undefined;
  const made = writeCellStep({ ...weights, graph: body }, states, sums);
  const after = made.map((state, part) =>
    counts ? body.add("Where", [counts, state, states[part]]) : state,
  );
  for (const [part, state] of after.entries())
    body.output(state, `${shapes[part].name}_after`, "float", ["B", shapes[part].width]);
  body.output(after[0], "y", "float", ["B", shapes[0].width]);
  return body.message("step");
}

/** Which steps are read, and which are no later than a sequence's end, bool [T, B, 1]; undefined where all are. */
interface CountedSteps {
  readonly read: string | undefined;
  readonly within: string | undefined;
}

function countedSteps({ graph }: WriteContext, { lengths, mask }: WrittenSteps, xs: string): CountedSteps {
  const wide = (steps: string) => graph.add("Unsqueeze", [steps, graph.ints([2])]);
  if (!lengths) return { read: mask && wide(mask), within: undefined };
  const count = graph.add("Squeeze", [graph.add("Shape", [xs], { start: { int: 0 }, end: { int: 1 } })]);
  const t = graph.add("Range", [graph.int(0), count, graph.int(1)]);
  const ends = graph.add("Cast", [lengths], { to: { int: 7 } });
  const within = graph.add("Less", [graph.add("Unsqueeze", [t, graph.ints([1])]), ends]);
  return { read: wide(mask ? graph.add("And", [mask, within]) : within), within: wide(within) };
}
