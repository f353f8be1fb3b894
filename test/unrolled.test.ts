// A recurrent network performs the same task for every element of a sequence. Unrolled, it is many copies of itself, each passing
// a message to its successor. Here the two are held side by side.

import { Device, GRU, LSTM, type Module, RNN, type Tensor, tensor } from "unrolled";
import { type CellState, GRUCell, LSTMCell, type Recurrent, RNNCell } from "unrolled/nn";
import { add, columns, linear, multiply, select, sigmoid, stack, subtract, tanh } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { openEveryBackend } from "../src/kernels/conformance/open.ts";
import { loadReference } from "../src/kernels/load-reference.ts";
import { openBackend } from "../src/kernels/select.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { numbersOf, randomNumbers, weighted } from "./gradients.ts";

const T = 6;
const B = 3;
const I = 5;
const H = 7;

/** One step: reads x [B, I] in a state and gives the next state. */
type Step = (x: Tensor, state: CellState) => CellState;

/** A network with a loop, the single-step cell it is made of, and that cell written from plain tensor operations. */
interface Kind {
  readonly name: string;
  readonly hasCellState: boolean;
  loop(device: Device): Recurrent;
  cell(device: Device): Module & { forward(x: Tensor, state?: CellState): CellState };
  byHand(weights: Weights, x: Tensor, state: CellState): CellState;
}

interface Weights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | undefined;
  readonly biasHh: Tensor | undefined;
}

const kinds: readonly Kind[] = [
  {
    name: "Elman",
    hasCellState: false,
    loop: (device) => new RNN(device, { inputSize: I, hiddenSize: H }),
    cell: (device) => new RNNCell(device, { inputSize: I, hiddenSize: H }),
    byHand({ weightIh, weightHh, biasIh, biasHh }, x, { h }) {
      return { h: tanh(add(linear(x, weightIh, biasIh), linear(h, weightHh, biasHh))) };
    },
  },
  {
    name: "LSTM",
    hasCellState: true,
    loop: (device) => new LSTM(device, { inputSize: I, hiddenSize: H }),
    cell: (device) => new LSTMCell(device, { inputSize: I, hiddenSize: H }),
    byHand({ weightIh, weightHh, biasIh, biasHh }, x, { h, c }) {
      const sums = add(linear(x, weightIh, biasIh), linear(h, weightHh, biasHh));
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => columns(sums, gate * H, (gate + 1) * H));
      const next = add(multiply(sigmoid(f), c!), multiply(sigmoid(i), tanh(g)));
      return { h: multiply(sigmoid(o), tanh(next)), c: next };
    },
  },
  {
    name: "GRU",
    hasCellState: false,
    loop: (device) => new GRU(device, { inputSize: I, hiddenSize: H }),
    cell: (device) => new GRUCell(device, { inputSize: I, hiddenSize: H }),
    byHand({ weightIh, weightHh, biasIh, biasHh }, x, { h }) {
      const fromInput = linear(x, weightIh, biasIh);
      const fromState = linear(h, weightHh, biasHh);
      const gate = (of: Tensor, index: number) => columns(of, index * H, (index + 1) * H);
      const r = sigmoid(add(gate(fromInput, 0), gate(fromState, 0)));
      const z = sigmoid(add(gate(fromInput, 1), gate(fromState, 1)));
      const n = tanh(add(gate(fromInput, 2), multiply(r, gate(fromState, 2))));
      return { h: add(multiply(subtract(tensor(z.device, [1], [1]), z), n), multiply(z, h)) };
    },
  },
];

/** The numbers that two ways of computing the same have to agree in. */
type Figures = ReadonlyMap<string, readonly number[]>;

interface Given {
  readonly xs: Tensor;
  readonly state: CellState;
}

function given(device: Device, { hasCellState }: Kind): Given {
  const leaf = (shape: readonly number[], seed: number) =>
    tensor(device, randomNumbers(sizeOf(shape), seed), shape, { requiresGrad: true });
  const h = leaf([B, H], 2);
  return { xs: leaf([T, B, I], 1), state: hasCellState ? { h, c: leaf([B, H], 3) } : { h } };
}

/** Outputs of all steps, the last state, and the gradients of a loss that all of them have an influence on. */
function figures({ xs, state }: Given, outputs: Tensor, last: CellState, weights: () => Figures): Figures {
  const found = new Map([
    ["outputs", numbersOf(outputs)],
    ["last h", numbersOf(last.h)],
  ]);
  if (last.c) found.set("last c", numbersOf(last.c));
  weighted(outputs, last.h, ...(last.c ? [last.c] : [])).backward();
  found.set("gradient of xs", numbersOf(xs.grad!));
  found.set("gradient of h0", numbersOf(state.h.grad!));
  if (state.c) found.set("gradient of c0", numbersOf(state.c.grad!));
  return new Map([...found, ...weights()]);
}

function byLoop(device: Device, kind: Kind, network: Recurrent): Figures {
  const { xs, state } = given(device, kind);
  network.zeroGrad();
  const first = { h: stack([state.h]), ...(state.c && { c: stack([state.c]) }) };
  const result = network.forward(xs, { state: first });
  const last = { h: select(result.state.h, 0), ...(result.state.c && { c: select(result.state.c, 0) }) };
  return figures({ xs, state }, result.outputs, last, () => gradientsOf(network, "_l0"));
}

function byCopies(device: Device, kind: Kind, copies: readonly Step[], weights: () => Figures): Figures {
  const input = given(device, kind);
  let message = input.state;
  const outputs = copies.map((copy, t) => {
    message = copy(select(input.xs, t), message);
    return message.h;
  });
  return figures(input, stack(outputs), message, weights);
}

function gradientsOf(module: Module, suffix = ""): Map<string, readonly number[]> {
  const parameters = [...module.namedParameters()];
  return new Map(
    parameters.map(([name, parameter]) => [name.replace(suffix, ""), numbersOf(parameter.grad!)]),
  );
}

function weightsFor(network: Recurrent): Readonly<Record<string, Tensor>> {
  return Object.fromEntries([...network.weights].map(([name, weight]) => [name.replace("_l0", ""), weight]));
}

/** Entries that differ by more than the tolerance, as "weight_hh[15]: copies 0.31, loop 0.29". */
function differences(name: string, copies: Figures, loop: Figures, tolerance: number): string {
  expect([...copies.keys()].sort()).toEqual([...loop.keys()].sort());
  const found: string[] = [];
  for (const [figure, expected] of loop) {
    const entries = copies.get(figure)!;
    expect(entries.length, figure).toBe(expected.length);
    expected.forEach((entry, index) => {
      if (!(Math.abs(entries[index] - entry) <= tolerance * (1 + Math.abs(entry)))) {
        found.push(`${figure}[${index}]: ${name} ${entries[index]}, loop ${entry}`);
      }
    });
  }
  return found.join("\n");
}

const devices = [await openBackend("reference", loadReference), ...(await openEveryBackend())].map(
  (backend) => new Device(backend),
);

describe.each(devices.map((device) => [device.backend, device] as const))("on %s", (backend, device) => {
  const tolerance = backend === "reference" ? 1e-13 : 1e-5;

  describe.each(kinds)(
    "$name: the network unrolled into explicit copies, built from single-step cells, equals the loop",
    (kind) => {
      const network = kind.loop(device);
      const loop = byLoop(device, kind, network);

      test("copies with weights of their own: the loop's gradients are the sums over the copies", () => {
        const cells = Array.from({ length: T }, () => kind.cell(device));
        for (const cell of cells) {
          for (const [name, parameter] of cell.namedParameters()) parameter.assign(weightsFor(network)[name]);
        }
        const copies = byCopies(
          device,
          kind,
          cells.map((cell) => (x, state) => cell.forward(x, state)),
          () => {
            const gradients = cells.map((cell) => gradientsOf(cell));
            return new Map(
              [...gradients[0].keys()].map((name) => [
                name,
                gradients[0]
                  .get(name)!
                  .map((_, index) => gradients.reduce((sum, of) => sum + of.get(name)![index], 0)),
              ]),
            );
          },
        );
        expect(differences("copies", copies, loop, tolerance)).toBe("");
      });

      test("copies that share one cell's weights", () => {
        const cell = kind.cell(device);
        for (const [name, parameter] of cell.namedParameters()) parameter.assign(weightsFor(network)[name]);
        const steps = Array.from({ length: T }, (): Step => (x, state) => cell.forward(x, state));
        const copies = byCopies(device, kind, steps, () => gradientsOf(cell));
        expect(differences("copies", copies, loop, tolerance)).toBe("");
      });

      test("copies written by hand from plain tensor operations", () => {
        network.zeroGrad();
        const weights = network.layerWeights(0);
        const steps = Array.from({ length: T }, (): Step => (x, state) => kind.byHand(weights, x, state));
        const copies = byCopies(device, kind, steps, () => gradientsOf(network, "_l0"));
        expect(differences("copies", copies, loop, tolerance)).toBe("");
      });

      test("a copy that passes on another message is noticed", () => {
        const weights = network.layerWeights(0);
        const steps = Array.from(
          { length: T },
          (_, t): Step =>
            (x, state) => {
              const next = kind.byHand(weights, x, state);
              return t === 2 ? { ...next, h: state.h } : next;
            },
        );
        network.zeroGrad();
        const copies = byCopies(device, kind, steps, () => gradientsOf(network, "_l0"));
        expect(differences("copies", copies, loop, tolerance)).toMatch(/gradient of xs\[/);
      });
    },
  );
});

test("cells start from zero where no state is given, and name what does not fit", () => {
  const [device] = devices;
  const cell = new LSTMCell(device, { inputSize: I, hiddenSize: H });
  const x = tensor(device, randomNumbers(B * I, 1), [B, I]);
  const zero = tensor(device, new Float32Array(B * H), [B, H]);
  expect(numbersOf(cell.forward(x).h)).toEqual(numbersOf(cell.forward(x, { h: zero, c: zero }).h));
  expect(() => cell.forward(stack([x]))).toThrow("LSTMCell: input has shape [1, 3, 5], needed [B, 5]");
  expect(() => cell.forward(x, { h: x, c: zero })).toThrow("h0 has shape [3, 5], needed [3, 7]");
  expect(() => new GRUCell(device, { inputSize: I, hiddenSize: 0.5 })).toThrow("GRUCell: hiddenSize is 0.5");
});
