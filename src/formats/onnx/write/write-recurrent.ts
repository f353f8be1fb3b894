import type { LayerConfig, RecurrentLayerConfig } from "../../../networks/config.ts";
import { directionsOf, isBatchFirst, shapeOf } from "../../../networks/recurrent-axes.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import { parameterConstant, type WriteContext, type WrittenValue } from "./write-context.ts";
import { hasOperator, writeOperator } from "./write-recurrent-operator.ts";
import { writeScans } from "./write-scan.ts";

/** Which steps of time-major sequences count. */
export interface WrittenSteps {
  /** Steps of each sequence, int32 [B]. */
  readonly lengths?: string | undefined;
  /** Which steps count, bool [T, B]. */
  readonly mask?: string | undefined;
}

/** What one layer of a stack is written from: x [T, B, I], and the cell's states by name before the first step, if not zero: h [D, B, P]. */
export interface WrittenLayer {
  readonly name: string;
  readonly config: RecurrentLayerConfig;
  /** Its place in the stack. */
  readonly place: number;
  readonly xs: string;
  readonly before: Readonly<Record<string, string | undefined>>;
  readonly steps: WrittenSteps;
}

/** What it makes: outputs [T, D, B, P], and the cell's states by name after each sequence's last step. */
export interface WrittenOutputs {
  readonly ys: string;
  readonly after: Readonly<Record<string, string>>;
}

/** Writes all layers of a recurrent layer, with its states where these are carried. */
export function writeRecurrent(
  context: WriteContext,
  name: string,
  config: RecurrentLayerConfig,
  [value, ...given]: readonly WrittenValue[],
  shape: ValueShape,
): WrittenValue {
  const { graph, states } = context;
  const { numLayers = 1 } = config.options;
  const batchFirst = isBatchFirst(config);
  const directions = directionsOf(config);
  const swap = (sequence: string) =>
    batchFirst ? graph.add("Transpose", [sequence], { perm: { ints: [1, 0, 2] } }) : sequence;
  let xs = swap(value.name);
  const mask =
    value.mask && batchFirst ? graph.add("Transpose", [value.mask], { perm: { ints: [1, 0] } }) : value.mask;
  const steps = { lengths: value.lengths, mask };
  const before =
    given.length > 0 ? givenStates(context, config, given) : statesBefore(context, name, config, xs);
  const after = byState(config, (): string[] => []);
  const write = hasOperator(config, steps) ? writeOperator : writeScans;
  for (let place = 0; place < numLayers; place++) {
    const part = (whole: string | undefined) => {
      if (!whole || numLayers === 1) return whole;
      const ends = [place * directions, (place + 1) * directions].map((end) => graph.ints([end]));
      return graph.add("Slice", [whole, ...ends, graph.ints([0])]);
    };
    const ofPlace = byState(config, (state) => part(before[state]));
    const made = write(context, { name, config, place, xs, before: ofPlace, steps });
    xs = mergedSequence(context, config, made.ys);
    for (const [state, parts] of Object.entries(after)) parts.push(made.after[state]);
  }
  if (states === "carried") statesAfter(context, name, config, after);
  const ended = byState(config, (state) => after[state][numLayers - 1]);
  if (config.returns === "sequence") return { ...value, name: swap(xs), shape, states: ended };
  return { name: mergedLast(context, config, ended.h), shape, states: ended };
}

/** Something for each state of a layer's cell. */
function byState<Made>(
  config: RecurrentLayerConfig,
  make: (state: string, width: number, part: number) => Made,
): Record<string, Made> {
  const { states } = shapeOf(config);
  return Object.fromEntries(states.map(({ name, width }, part) => [name, make(name, width, part)]));
}

/** States [D, B, …] before the first step that other layers give, one [B, …] of each for each direction. */
function givenStates(
  { graph }: WriteContext,
  config: RecurrentLayerConfig,
  given: readonly WrittenValue[],
): Readonly<Record<string, string>> {
  const each = shapeOf(config).states.length;
  return byState(config, (_state, _width, part) => {
    const rows = given
      .filter((_, at) => at % each === part)
      .map(({ name }) => graph.add("Unsqueeze", [name, graph.ints([0])]));
    return rows.length === 1 ? rows[0] : graph.add("Concat", rows, { axis: { int: 0 } });
  });
}

/** A state [B, P] or [B, H] in which one direction of a recurrent layer has ended. */
export function writeFinalState(
  graph: WriteContext["graph"],
  config: Extract<LayerConfig, { kind: "final-state" }>,
  { states }: WrittenValue,
): string {
  const whole = states![config.of];
  return graph.add("Gather", [whole, graph.int(config.direction === "reverse" ? 1 : 0)], {
    axis: { int: 0 },
  });
}

/** The states before the first step: inputs where they are carried, else what was learnt, for each of the B sequences. */
function statesBefore(
  context: WriteContext,
  name: string,
  config: RecurrentLayerConfig,
  xs: string,
): Readonly<Record<string, string>> {
  const { graph, states } = context;
  const { numLayers = 1, initialState = "zero" } = config.options;
  const rows = numLayers * directionsOf(config);
  const make = (part: string, width: number) => {
    if (states === "carried") {
      return graph.input(graph.reserve(`${name}.${part}_0`), "float", [rows, "B", width]);
    }
    const learnt = graph.add("Unsqueeze", [parameterConstant(context, name, `${part}_0`), graph.ints([1])]);
    const shape = graph.add("Concat", [graph.ints([rows]), batchOf(context, xs), graph.ints([width])], {
      axis: { int: 0 },
    });
    return graph.add("Expand", [learnt, shape]);
  };
  if (states === "internal" && initialState === "zero") return {};
  return byState(config, make);
}

/** B of a sequence [T, B, …], along one axis. */
export function batchOf({ graph }: WriteContext, xs: string): string {
  return graph.add("Shape", [xs], { start: { int: 1 }, end: { int: 2 } });
}

function statesAfter(
  { graph }: WriteContext,
  name: string,
  config: RecurrentLayerConfig,
  after: Readonly<Record<string, readonly string[]>>,
): void {
  const rows = (config.options.numLayers ?? 1) * directionsOf(config);
  for (const { name: state, width } of shapeOf(config).states) {
    const parts = after[state];
    const whole = parts.length === 1 ? parts[0] : graph.add("Concat", parts, { axis: { int: 0 } });
    graph.output(whole, graph.reserve(`${name}.${state}_n`), "float", [rows, "B", width]);
  }
}

/** [T, D, B, P] to [T, B, D·P] or [T, B, P]. */
function mergedSequence({ graph }: WriteContext, config: RecurrentLayerConfig, ys: string): string {
  if (directionsOf(config) === 1) return graph.add("Squeeze", [ys, graph.ints([1])]);
  const { merge = "concat" } = config.options;
  if (merge !== "concat") return combined(graph, merge, ys, 1);
  const together = graph.add("Transpose", [ys], { perm: { ints: [0, 2, 1, 3] } });
  return graph.add("Reshape", [together, graph.ints([0, 0, -1])]);
}

/** [D, B, P] to [B, D·P] or [B, P]. */
function mergedLast({ graph }: WriteContext, config: RecurrentLayerConfig, h: string): string {
  if (directionsOf(config) === 1) return graph.add("Squeeze", [h, graph.ints([0])]);
  const { merge = "concat" } = config.options;
  if (merge !== "concat") return combined(graph, merge, h, 0);
  const together = graph.add("Transpose", [h], { perm: { ints: [1, 0, 2] } });
  return graph.add("Reshape", [together, graph.ints([0, -1])]);
}

/** Both directions along an axis, which disappears, combined entry by entry. */
function combined(
  graph: WriteContext["graph"],
  merge: "sum" | "mean" | "product",
  value: string,
  axis: number,
): string {
  const [forwards, backwards] = [0, 1].map((direction) =>
    graph.add("Gather", [value, graph.int(direction)], { axis: { int: axis } }),
  );
  const both = graph.add(merge === "product" ? "Mul" : "Add", [forwards, backwards]);
  return merge === "mean" ? graph.add("Mul", [both, graph.float(0.5)]) : both;
}
