// Outputs and gradients beside PyTorch's, which scripts/fixtures.py wrote down.
import {
  binaryCrossEntropy,
  crossEntropy,
  type Device,
  Embedding,
  GRU,
  ints,
  LayerNorm,
  Linear,
  LSTM,
  type Module,
  meanSquare,
  RNN,
  type Tensor,
} from "unrolled";
import { type CellState, GRUCell, LSTMCell, type Recurrent, RNNCell } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { devices, type Entries, type Fixture, fixtures, passErrors, place, placeAll } from "./pytorch.ts";

/** Gives a module PyTorch's parameters, by PyTorch's names. */
function load<Loaded extends Module>(module: Loaded, { parameters }: Fixture): Loaded {
  const state = Object.entries(parameters).map(([name, { shape, data }]) => [
    name,
    { shape, data: Float32Array.from(data) },
  ]);
  module.loadStateDict(Object.fromEntries(state));
  // float32 holds four decimals only nearly, so the reference gets them in float64.
  for (const [name, parameter] of module.namedParameters()) parameter.assign(parameters[name].data);
  return module;
}

function leavesOf(module: Module, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return { ...inputs, ...Object.fromEntries(module.namedParameters()) };
}

const recurrentLayers: Record<string, new (device: Device, options: never) => Recurrent> = { RNN, LSTM, GRU };
const cells: Record<
  string,
  new (
    device: Device,
    options: never,
  ) => Module & { forward(x: Tensor, state?: CellState): CellState }
> = { RNNCell, LSTMCell, GRUCell };

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(fixtures<Fixture & { readonly lengths: readonly number[] | null }>("recurrent"))(
    "$name",
    (fixture) => {
      const layer = load(new recurrentLayers[fixture.kind](device, fixture.options as never), fixture);
      const inputs = placeAll(device, fixture.inputs);
      const { xs, h0, c0 } = inputs;
      const state = h0 && { h: h0, ...(c0 && { c: c0 }) };
      const result = layer.forward(xs, { state, lengths: fixture.lengths ?? undefined });
      const outputs = {
        outputs: result.outputs,
        h: result.state.h,
        ...(result.state.c && { c: result.state.c }),
      };
      expect(passErrors(fixture, outputs, leavesOf(layer, inputs), tolerance)).toBe("");
    },
  );

  test.each(fixtures<Fixture>("cells"))("$name", (fixture) => {
    const cell = load(new cells[fixture.kind](device, fixture.options as never), fixture);
    const inputs = placeAll(device, fixture.inputs);
    const { x, h, c } = inputs;
    const next = cell.forward(x, h && { h, ...(c && { c }) });
    expect(passErrors(fixture, { ...next }, leavesOf(cell, inputs), tolerance)).toBe("");
  });

  test.each(fixtures<Fixture & { readonly ids: readonly (readonly number[])[] }>("layers"))(
    "$name",
    (fixture) => {
      const inputs = placeAll(device, fixture.inputs);
      const { size, ...options } = fixture.options;
      const run = (): [Module, Tensor] => {
        switch (fixture.kind) {
          case "LayerNorm": {
            const layer = load(new LayerNorm(device, size as number, options), fixture);
            return [layer, layer.forward(inputs.x)];
          }
          case "Linear": {
            const layer = load(new Linear(device, options as never), fixture);
            return [layer, layer.forward(inputs.x)];
          }
          default: {
            const layer = load(new Embedding(device, options as never), fixture);
            const shape = [fixture.ids.length, fixture.ids[0].length];
            return [layer, layer.forward(ints(device, fixture.ids.flat(), shape))];
          }
        }
      };
      const [layer, y] = run();
      expect(passErrors(fixture, { y }, leavesOf(layer, inputs), tolerance)).toBe("");
    },
  );

  test.each(fixtures<Fixture & { readonly targets: readonly number[]; readonly shares: Entries }>("losses"))(
    "$name",
    (fixture) => {
      const inputs = placeAll(device, fixture.inputs);
      const run = () => {
        switch (fixture.kind) {
          case "crossEntropy": {
            const targets = ints(device, fixture.targets, [fixture.targets.length]);
            return crossEntropy(inputs.logits, targets, fixture.options);
          }
          case "meanSquare":
            return meanSquare(inputs.prediction, inputs.target);
          default:
            return binaryCrossEntropy(inputs.logits, place(device, fixture.shares));
        }
      };
      expect(passErrors(fixture, { loss: run() }, inputs, tolerance)).toBe("");
    },
  );
});
