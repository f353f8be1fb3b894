// What unrolled/inspect finds in every cell with every option: held to the network's own outputs, to each step written out in float64,
// and to central differences of that.
import { Generator, Network, openDevice, tensor } from "unrolled";
import { explainStep, gradientsThroughTime, type Trace, trace } from "unrolled/inspect";
import type { CellKind, Recurrent } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { CELL_KINDS } from "../src/cells/cells.ts";
import { inspected } from "../src/inspect/inspected-network.ts";
import { stepJacobian } from "../src/inspect/step-jacobian.ts";
import type { RecurrentLayerConfig } from "../src/networks/config.ts";
import { type Change, type HandOptions, type HandStep, stepByHand } from "./cell-by-hand.ts";
import { recurrentRows } from "./recurrent-rows.ts";

const device = await openDevice({ backend: "reference" });
const [T, I, H, O] = [5, 2, 4, 3];
const rows = recurrentRows
  .filter(({ options: { direction = "forward" } }) => direction === "forward")
  .map(({ name, kind, options: { merge, ...options } }) => ({
    ...{ name, options },
    kind: kind.toLowerCase() as CellKind,
  }));

/** Numbers [T, I] to numbers [T, O]. */
function networkOf({
  kind,
  options,
}: {
  readonly kind: CellKind;
  readonly options: HandOptions & object;
}): Network {
  const batchFirst = "batchFirst" in options;
  const rnn = {
    ...{ kind, returns: "sequence" },
    options: { inputSize: I, hiddenSize: H, ...options, batchFirst },
  } as RecurrentLayerConfig;
  const network = new Network(
    device,
    {
      inputs: [{ name: "xs", axes: batchFirst ? ["B", "T", I] : ["T", "B", I], kind: "float" }],
      layers: [
        { name: "rnn", inputs: ["xs"], config: rnn },
        {
          ...{ name: "head", inputs: ["rnn"] },
          config: { kind: "linear", inputSize: options.projectionSize ?? H, outputSize: O, bias: true },
        },
      ],
      outputs: [{ name: "y", from: "head" }],
    },
    { generator: new Generator(5) },
  );
  for (const [name, parameter] of (network.layers.get("rnn") as Recurrent).weights)
    if (name.endsWith("_0") || name.startsWith("norm"))
      parameter.assign(
        Float64Array.from({ length: parameter.size }, (_, at) => 0.3 + 0.2 * Math.sin(at + 1)),
      );
  return network;
}

const xs = Float64Array.from({ length: T * I }, (_, at) => 1.5 * Math.sin(1.7 * at + 0.3));
const targets = Float64Array.from({ length: T * O }, (_, at) => Math.cos(at));

/** All steps by hand, `changeAt` making changes to a step. */
function stepsByHand(
  network: Network,
  { kind, options }: { readonly kind: CellKind; readonly options: HandOptions },
  first: Trace,
  changeAt: (t: number) => Change = () => () => {},
): HandStep[] {
  const rnn = network.layers.get("rnn") as Recurrent;
  const weights = Object.fromEntries(
    Object.entries(rnn.layerWeights(0)).map(([key, weight]) => [key, weight && numbersOf(weight)]),
  );
  const { states, widths } = first.layers[0];
  let before = Object.fromEntries(
    Object.entries(states).map(([name, numbers]) => [
      name,
      Float64Array.from(numbers.subarray(0, widths[name])),
    ]),
  );
  return Array.from({ length: T }, (_, t) => {
    const step = stepByHand(kind, options, weights, xs.subarray(t * I, (t + 1) * I), before, changeAt(t));
    before = step.states as typeof before;
    return step;
  });
}

function numbersOf({ offset, size }: { readonly offset: number; readonly size: number }): Float64Array {
  return Float64Array.from(device.heap.floats().subarray(offset, offset + size));
}

/** Entries that differ, one to a line. */
function differences(
  name: string,
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
): string[] {
  if (found.length !== wanted.length) return [`${name}: ${found.length} numbers, by hand ${wanted.length}`];
  return Array.from(wanted).flatMap((value, at) =>
    Math.abs(found[at] - value) <= tolerance * (1 + Math.abs(value))
      ? []
      : [`${name}[${at}]: ${found[at]}, by hand ${value}`],
  );
}

function ofTrace({ layers: [{ states, widths, gates }] }: Trace, wanted: readonly HandStep[]): string[] {
  return wanted.flatMap((step, t) => [
    ...Object.entries(step.states).flatMap(([name, numbers]) => {
      const width = widths[name];
      return differences(
        `${name} after step ${t}`,
        states[name].subarray((t + 1) * width, (t + 2) * width),
        numbers,
        1e-6,
      );
    }),
    ...Object.entries(step.gates).flatMap(([name, numbers]) =>
      differences(`${name} of step ${t}`, gates[name].subarray(t * H, (t + 1) * H), numbers, 1e-6),
    ),
  ]);
}

describe.each(rows)("$name", (row) => {
  const network = networkOf(row);
  const traced = trace(network, xs);
  const layer = inspected("test", network).layers[0];
  const { states, widths, gates } = traced.layers[0];

  test("a trace has the outputs and the states of forward, and gates and states of the equations", () => {
    const shape = "batchFirst" in row.options ? [1, T, I] : [T, 1, I];
    network.eval();
    device.scope(() => {
      const { outputs, values, state } = network.forward({ xs: tensor(device, xs, shape) });
      expect(traced.outputs).toEqual(outputs.y.read());
      expect(states.h.subarray(widths.h)).toEqual(values.get("rnn")!.read());
      for (const [name, numbers] of Object.entries(states))
        expect(numbers.subarray(-widths[name])).toEqual(state.rnn[name].read());
    });
    network.train();
    expect(ofTrace(traced, stepsByHand(network, row, traced))).toEqual([]);
    expect(Object.keys(gates).length + Object.keys(states).length).toBeGreaterThan(0);
  });

  test("an intervention is the same change made by hand, and everything made of it", () => {
    for (const what of [...Object.keys(gates), ...Object.keys(states)])
      for (const how of [{ scale: 0.25 }, { value: 0.6 }] as const) {
        const interventions = [{ layer: 0, what, units: [1], from: 1, to: 3, ...how }];
        const wanted = stepsByHand(network, row, traced, (t) => (name, numbers) => {
          if (name === what && t >= 1 && t < 3)
            numbers[1] = "value" in how ? how.value : numbers[1] * how.scale;
        });
        const found = trace(network, xs, { interventions });
        expect(ofTrace(found, wanted), `${what} ${JSON.stringify(how)}`).toEqual([]);
        expect(found.outputs).not.toEqual(traced.outputs);
      }
  });

  test("the Jacobian of a step is that of central differences", () => {
    const [t, step] = [3, 1e-5];
    const names = Object.keys(states);
    const after = (at: string, unit: number, by: number) => {
      const before = Object.fromEntries(
        names.map((name) => [
          name,
          Float64Array.from(states[name].subarray(t * widths[name], (t + 1) * widths[name])),
        ]),
      );
      before[at][unit] += by;
      const weights = Object.fromEntries(
        Object.entries(layer.rnn.layerWeights(0)).map(([key, weight]) => [key, weight && numbersOf(weight)]),
      );
      const made = stepByHand(row.kind, row.options, weights, xs.subarray(t * I, (t + 1) * I), before).states;
      return names.flatMap((name) => Array.from(made[name]));
    };
    const columns = names.flatMap((name) =>
      Array.from({ length: widths[name] }, (_, unit) => {
        const [above, below] = [step, -step].map((by) => after(name, unit, by));
        return above.map((value, entry) => (value - below[entry]) / (2 * step));
      }),
    );
    const wanted = columns.flatMap((_, entry) => columns.map((column) => column[entry]));
    expect(differences("J", stepJacobian(layer, traced.layers[0], t), wanted, 2e-6)).toEqual([]);
  });

  test("gradients through time are the slopes of losses along each state, all paths counted", async () => {
    const found = await gradientsThroughTime(network, xs, { targets, jacobianSteps: 2 });
    const { weight, bias } = network.layers.get("head") as unknown as Record<
      "weight" | "bias",
      { offset: number; size: number }
    >;
    const [W, b] = [numbersOf(weight), numbersOf(bias)];
    const lossesOf = (steps: readonly HandStep[]) =>
      steps.map(({ states: { h } }, t) => {
        let loss = 0;
        for (let o = 0; o < O; o++) {
          const y = h.reduce((sum, entry, k) => sum + entry * W[o * h.length + k], b[o]);
          loss += 0.5 * (y - targets[t * O + o]) ** 2;
        }
        return loss;
      });
    const step = 1e-5;
    for (const s of [1, 3])
      for (const what of Object.keys(states)) {
        const slopes = Array.from({ length: widths[what] }, (_, unit) => {
          const [above, below] = [step, -step].map((by) =>
            lossesOf(
              stepsByHand(network, row, traced, (t) => (name, numbers) => {
                if (name === what && t === s) numbers[unit] += by;
              }),
            ),
          );
          return above.map((loss, t) => (loss - below[t]) / (2 * step));
        });
        const wanted = Array.from({ length: T }, (_, t) => Math.hypot(...slopes.map((slope) => slope[t])));
        const measured = wanted.map((_, t) => found.layers[0].states[what][t * T + s]);
        expect(differences(`|∂loss_t/∂${what}_${s}|`, measured, wanted, 2e-6)).toEqual([]);
      }
    expect(network.parameters().filter(({ grad }) => grad)).toEqual([]);
    expect(found.layers[0].stepRadius[T - 1]).toBeGreaterThan(0);
  });

  test("a step multiplied out sums to what its gates are made of, or says what else they read", () => {
    const place = { t: 2, layer: 0, unit: 3 };
    const { options } = row;
    if (options.peepholes || options.layerNorm) {
      expect(() => explainStep(network, traced, place)).toThrow(
        /explainStep: layer rnn has (weight_ch|norm_ih.weight)/,
      );
      return;
    }
    if (options.gateClip || options.zoneout?.h) return;
    for (const { sum, value, activation, name } of explainStep(network, traced, place).gates) {
      if (activation === "sigmoid") expect(value, name).toBeCloseTo(1 / (1 + Math.exp(-sum)), 6);
      if (activation === "tanh" && !(name in states && options.projectionSize))
        expect(value, name).toBeCloseTo(Math.tanh(sum), 6);
    }
  });
});

test("every cell of the package has rows", () => {
  for (const kind of CELL_KINDS) expect(rows.filter((row) => row.kind === kind).length).toBeGreaterThan(3);
});

test("the spectral radius of a layer with a projection is that of what its loop multiplies by", async () => {
  const row = { kind: "lstm", options: { projectionSize: 1 } } as const;
  const network = networkOf(row);
  const { weightHh, weightHr } = (network.layers.get("rnn") as Recurrent).layerWeights(0);
  const [u, v] = [numbersOf(weightHh), numbersOf(weightHr!)];
  const { layers } = await gradientsThroughTime(network, xs, { targets, jacobianSteps: 1 });
  // A matrix u vᵀ of rank 1 has one eigenvalue, v·u.
  Object.values(layers[0].recurrentRadius).forEach((radius, block) => {
    const eigenvalue = v.reduce((sum, entry, unit) => sum + entry * u[block * H + unit], 0);
    expect(radius).toBeCloseTo(Math.abs(eigenvalue), 6);
  });
});
