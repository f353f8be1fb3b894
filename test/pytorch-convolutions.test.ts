// Convolutions, pooling and batch normalisation beside PyTorch's, which scripts/convolution-fixtures.py wrote down.
import type { Device, Module, Tensor } from "unrolled";
import {
  AvgPool1d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  MaxPool1d,
  MaxPool2d,
} from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { numbersOf } from "./gradients.ts";
import {
  devices,
  type Entries,
  entryErrors,
  type Fixture,
  fixtures,
  passErrors,
  placeAll,
} from "./pytorch.ts";

type Layer = Module & { forward(x: Tensor): Tensor };

interface LayerFixture extends Fixture {
  readonly buffers: Readonly<Record<string, Entries>>;
  readonly buffersAfter: Readonly<Record<string, Entries>>;
}

const convolutions: Record<string, new (device: Device, options: never) => Layer> = {
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
};
const pools: Record<string, new (kernelSize: never, options: never) => Layer> = {
  MaxPool1d,
  MaxPool2d,
  AvgPool1d,
  AvgPool2d,
};
const norms = { BatchNorm1d, BatchNorm2d };

function build(device: Device, { kind, options, parameters, buffers }: LayerFixture): Layer {
  const make = (): Layer => {
    if (kind in convolutions) return new convolutions[kind](device, options as never);
    if (kind in pools) return new pools[kind](options.kernelSize as never, options as never);
    const layer = new norms[kind as keyof typeof norms](device, parameters.weight.data.length, options);
    return options.training ? layer : layer.eval();
  };
  const layer = make();
  const saved = { ...parameters, ...buffers };
  const state = Object.entries(saved).map(([name, { shape, data }]) => [
    name,
    { shape, data: Float32Array.from(data) },
  ]);
  layer.loadStateDict(Object.fromEntries(state));
  // float32 holds four decimals only nearly, so the reference gets them in float64.
  for (const [name, tensor] of [...layer.namedParameters(), ...layer.namedBuffers()])
    tensor.assign(saved[name].data);
  return layer;
}

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(fixtures<LayerFixture>("convolutions"))("$name", (fixture) => {
    const layer = build(device, fixture);
    const inputs = placeAll(device, fixture.inputs);
    const y = layer.forward(inputs.x);
    expect(y.shape).toEqual(fixture.outputs.y.shape);
    const leaves = { ...inputs, ...Object.fromEntries(layer.namedParameters()) };
    expect(passErrors(fixture, { y }, leaves, tolerance)).toBe("");
    const buffers = layer.namedBuffers();
    expect([...buffers.keys()]).toEqual(Object.keys(fixture.buffersAfter));
    for (const [name, { data }] of Object.entries(fixture.buffersAfter))
      expect(entryErrors(name, device, numbersOf(buffers.get(name)!), data, tolerance)).toEqual([]);
  });
});
