import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const CELL_KINDS = ["RNN", "LSTM", "GRU", "MGU"] as const;
const KINDS = [...CELL_KINDS, "UGRNN"] as const;
type Kind = (typeof KINDS)[number];

const YES_NO = [true, false];
const BOUND = [0.5, 3, -1];

/** Options of one step that a kind has. */
function stepOptions(w: World, kind: string): Record<string, unknown> {
  const activation = () =>
    w.pick(["tanh", "sigmoid", "relu", "softsign", { name: "elu", alpha: w.number(0.5) }]);
  return {
    ...w.option("bias", ["double", "single", "none"]),
    ...w.option("gateClip", BOUND, 0.1),
    ...(kind.startsWith("RNN") ? w.option("nonlinearity", [activation()]) : {}),
    ...(kind.startsWith("LSTM")
      ? {
          ...w.option("projectionSize", [1, 2], 0.2),
          ...w.option("peepholes", YES_NO, 0.2),
          ...w.option("coupled", YES_NO, 0.2),
          ...w.option("cellClip", BOUND, 0.1),
          ...w.option("layerNorm", YES_NO, 0.2),
          ...w.option("forgetBias", [1, 0], 0.1),
        }
      : {}),
    ...(kind.startsWith("GRU") ? w.option("resetAfter", YES_NO, 0.4) : {}),
  };
}

function layerOptions(w: World, kind: Kind): Record<string, unknown> {
  return {
    inputSize: w.length(3),
    hiddenSize: w.length(3),
    ...stepOptions(w, kind),
    ...w.option("numLayers", [1, 2], 0.3),
    ...w.option("direction", ["forward", "reverse", "bidirectional"], 0.3),
    ...w.option("merge", ["concat", "sum", "mean", "product"], 0.2),
    ...w.option("batchFirst", YES_NO, 0.2),
    ...w.option("initialState", ["zero", "learnt"], 0.2),
    ...w.option("dropout", [0, 0.3], 0.2),
    ...w.option("recurrentDropout", [0, 0.3], 0.1),
    ...w.option("weightDrop", [0, 0.3], 0.1),
    ...w.option("weightNoise", [0, 0.1], 0.1),
    ...w.option("zoneout", [{ h: 0.2 }, {}], 0.1),
  };
}

const believed = (length: unknown, fallback: number): number =>
  typeof length === "number" && Number.isInteger(length) && length > 0 && length < 9 ? length : fallback;

/** States of all layers and directions of a layer with these options. */
function stateOf(w: World, kind: Kind, options: Record<string, unknown>, batch: number): unknown {
  const rows = believed(options.numLayers, 1) * (options.direction === "bidirectional" ? 2 : 1);
  const hidden = believed(options.hiddenSize, 1);
  const h = w.floats([rows, batch, believed(options.projectionSize, hidden)]);
  return kind === "LSTM" || w.chance(0.05) ? { h, c: w.floats([rows, batch, hidden]) } : { h };
}

const layer = (kind: Kind): Entry =>
  entry(
    kind,
    (w) => {
      const options = layerOptions(w, kind);
      const [steps, batch] = [w.whole(4), w.whole(3)];
      const axes = options.batchFirst === true ? [batch, steps] : [steps, batch];
      const call = {
        ...(w.chance(0.3) ? { state: stateOf(w, kind, options, batch) } : {}),
        ...(w.chance(0.3) ? { lengths: w.lengths(batch, steps) } : {}),
        ...(w.chance(0.15) ? { mask: w.ids(axes, 2) } : {}),
        ...(w.chance(0.1)
          ? {
              reset: w.hostile(
                Array.from({ length: batch }, () => w.chance(0.5)),
                [[]],
              ),
            }
          : {}),
      };
      return [w.device, options, w.floats([...axes, believed(options.inputSize, 1)]), call, w.chance(0.5)];
    },
    (device, options, xs, call, training) => {
      const made = new u[kind](device, options);
      if (!training) made.eval();
      const { outputs, state } = made.forward(xs, call);
      if (outputs.requiresGrad) u.sum(u.tanh(outputs)).backward();
      return [made, outputs, state, made.parameters().map(({ grad }) => grad)];
    },
  );

const cell = (kind: (typeof CELL_KINDS)[number]): Entry =>
  entry(
    `${kind}Cell`,
    (w) => {
      const options = { inputSize: w.length(3), hiddenSize: w.length(3), ...stepOptions(w, kind) };
      const [batch, hidden] = [w.whole(3), believed(options.hiddenSize, 1)];
      const width = believed((options as Record<string, unknown>).projectionSize, hidden);
      const h = () => w.floats([batch, width]);
      const state = kind === "LSTM" ? { h: h(), c: w.floats([batch, hidden]) } : { h: h() };
      return [
        w.device,
        options,
        w.floats([batch, believed(options.inputSize, 1)]),
        ...(w.chance(0.5) ? [state] : []),
      ];
    },
    (device, options, x, ...state) => new u[`${kind}Cell`](device, options).forward(x, ...(state as [never])),
  );

export const recurrent: readonly Entry[] = [
  ...KINDS.map(layer),
  ...CELL_KINDS.map(cell),
  entry(
    "RecurrentCell",
    (w) => [
      w.device,
      w.pick(Object.values(u.CELLS)),
      { inputSize: w.length(2), hiddenSize: w.length(2) },
      w.floats([2, 2]),
    ],
    (device, spec, options, x) => new u.RecurrentCell(device, spec, options).forward(x),
  ),
  entry(
    "Recurrent.layerWeights",
    (w) => [w.device, w.hostile(0, [-1, 0.5, 2, 2 ** 33]), w.hostile(0, [1, -1, 0.5])],
    (device, index, direction) =>
      new u.GRU(device, { inputSize: 2, hiddenSize: 2 }).layerWeights(index, direction).weightHh,
  ),
  entry(
    "Stack",
    (w) => {
      const [steps, batch] = [w.whole(3), w.whole(2)];
      const connections = [0, 1].map(() => w.hostile(w.pick(["none", "add", "highway"]), ["other"]));
      return [
        w.device,
        connections,
        w.option("gateBias", [0, -1]),
        w.floats([steps, batch, 2]),
        { lengths: w.lengths(batch, steps) },
      ];
    },
    (device, connections: u.Connection[], options, xs, call) => {
      const stacked = connections.map((connection) => ({
        layer: new u.GRU(device, { inputSize: 2, hiddenSize: 2 }),
        connection,
      }));
      return new u.Stack<u.RecurrentState>(device, stacked, options).forward(xs, call);
    },
  ),
  entry(
    "unroll",
    (w) => {
      const [steps, batch] = [w.whole(3), w.whole(3)];
      const options = { lengths: w.lengths(batch, steps), ...w.option("reverse", YES_NO) };
      return [w.floats([steps, batch, 2]), { h: w.floats([batch, 2]) }, options];
    },
    (xs, state, options) =>
      u.unroll(
        {
          step: (x: u.Tensor, { h }: { h: u.Tensor }) => {
            const next = u.tanh(u.add(x, h));
            return { output: next, state: { h: next } };
          },
        },
        xs,
        state,
        options,
      ),
  ),
];
