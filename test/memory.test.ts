import {
  AdamW,
  clipGradNorm,
  crossEntropy,
  type Device,
  Dropout,
  Embedding,
  Generator,
  ints,
  LayerNorm,
  Linear,
  LSTM,
  Module,
  openDevice,
  type Tensor,
  zeros,
} from "unrolled";
import { linear, matmul, swapAxes } from "unrolled/tensor";
import { expect, test } from "vitest";

const V = 8;
const B = 2;

class Model extends Module {
  readonly encoder: Embedding;
  readonly rnn: LSTM;
  readonly norm: LayerNorm;
  readonly dropout = new Dropout(0.2);
  readonly decoder: Linear;

  constructor(device: Device) {
    super();
    const generator = new Generator(1);
    this.encoder = new Embedding(device, { vocabularySize: V, embeddingSize: 8, generator });
    const sizes = { inputSize: 8, hiddenSize: 8, numLayers: 2, dropout: 0.2 };
    this.rnn = new LSTM(device, { ...sizes, generator });
    this.norm = new LayerNorm(device, 8);
    this.decoder = new Linear(device, {
      inputSize: 8,
      outputSize: V,
      weight: this.encoder.weight,
      generator,
    });
  }

  forward(ids: Tensor, state: { h: Tensor; c: Tensor }, lengths: readonly number[] | undefined) {
    const { outputs, state: next } = this.rnn.forward(this.encoder.forward(ids), { state, lengths });
    // A weight that is made anew in each step, and its packed copies with it.
    const mixed = linear(outputs, matmul(swapAxes(this.encoder.weight), this.encoder.weight));
    return { logits: this.decoder.forward(this.dropout.forward(this.norm.forward(mixed))), next };
  }
}

test("ten thousand training steps take no more memory than the first few, and nobody disposes of anything", async () => {
  const device = await openDevice({ backend: "wasm" });
  const model = new Model(device);
  const optimiser = new AdamW(model.parameters(), { learningRate: 1e-3 });
  const carried = { h: zeros(device, [2, B, 8]), c: zeros(device, [2, B, 8]) };
  const random = new Generator(2);

  /** The target is the token itself, so that the loss can fall. */
  const trainingStep = (step: number): number => {
    const T = 1 + (step % 4);
    const lengths = step % 3 === 0 ? [T, Math.max(1, T - 1)] : undefined;
    const ids = Array.from({ length: T * B }, () => random.integer(V));
    const loss = device.scope(() => {
      const { logits, next } = model.forward(ints(device, ids, [T, B]), carried, lengths);
      const loss = crossEntropy(logits, ints(device, ids, [T, B]));
      optimiser.zeroGrad();
      loss.backward();
      clipGradNorm(optimiser.parameters, 1);
      optimiser.step();
      carried.h.assign(next.h);
      carried.c.assign(next.c!);
      return device.heap.floats()[loss.offset];
    });
    return loss;
  };

  for (let step = 0; step < 24; step++) trainingStep(step);
  const first = device.heap.use();
  let losses = 0;
  for (let step = 24; step < 10_000; step++) {
    const loss = trainingStep(step);
    if (step >= 9900) losses += loss / 100;
    if (step % 1000 === 999) {
      const { usedBytes, totalBytes } = device.heap.use();
      expect({ step, usedBytes, totalBytes }).toEqual({ step, ...first });
    }
  }
  expect(losses).toBeLessThan(0.5 * Math.log(V));
});

test("states and losses returned from a scope can be dropped at will", async () => {
  const device = await openDevice({ backend: "wasm" });
  const model = new Model(device);
  const step = (state: { h: Tensor; c: Tensor }) =>
    device.scope(() => {
      const { logits, next } = model.forward(ints(device, [1, 2], [1, B]), state, undefined);
      const loss = crossEntropy(logits, ints(device, [2, 1], [1, B]));
      model.zeroGrad();
      loss.backward();
      return { h: next.h, c: next.c! };
    });
  device.scope(() => {
    let state = { h: zeros(device, [2, B, 8]), c: zeros(device, [2, B, 8]) };
    state = step(state);
    const { usedBytes } = device.heap.use();
    state = step(state);
    // Two states more, and no gradient of the one that was handed in: a returned state is a constant.
    expect(state.h.requiresGrad).toBe(false);
    expect(device.heap.use().usedBytes - usedBytes).toBe(2 * 2 * B * 8 * 4);
  });
});
