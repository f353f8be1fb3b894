// What the explorer trains, beside the same training written out plainly: it shares no line with the run but the layers, whose
// gradients PyTorch and central differences prove.

import { crossEntropy, type Device, Generator, ints, openDevice, trainTokenizer } from "unrolled";
import { tokenStreams } from "unrolled/data";
import { readSafetensors } from "unrolled/formats/safetensors";
import { gradientsThroughTime } from "unrolled/inspect";
import { zeroState } from "unrolled/network";
import { CELLS } from "unrolled/nn";
import { expect, test } from "vitest";
import { scaleToRadius, spectralRadius } from "../../web/engine/spectral-radius.ts";
import {
  TRAINED_CELLS,
  type TrainingReport,
  type TrainingSetup,
} from "../../web/engine/training-protocol.ts";
import { TrainingRun } from "../../web/engine/training-run.ts";
import { addingProblem } from "../../web/tasks/adding-problem.ts";
import { languageNetwork } from "../language-parts.ts";

const device = await openDevice({ backend: "reference" });
const text = "the quick brown fox jumps over the lazy dog, and the dog sleeps on";

const setup: TrainingSetup = {
  ...{ task: "text", cell: "lstm", layers: 2, hidden: 5, optimiser: "sgd", learningRate: 0.8, clip: 0.1 },
  ...{ steps: 7, batch: 3, seed: 11 },
};

async function reportsOf(run: TrainingRun, count: number): Promise<TrainingReport[]> {
  const reports: TrainingReport[] = [];
  for (let step = 0; step < count; step++) reports.push(await run.advance(0, 1, false));
  return reports;
}

/** The language model that a run begins with. */
function modelOf(device: Device, { hidden, layers, seed }: TrainingSetup, vocabularySize: number) {
  const sizes = { vocabularySize, embeddingSize: hidden, hiddenSize: hidden, numLayers: layers };
  const options = { nonlinearity: "tanh", dropout: 0, tieWeights: false, tokenizer: "char" } as const;
  return languageNetwork(device, { cell: "lstm", ...sizes, ...options }, new Generator(seed).fork(0));
}

test("losses and norms are those of stochastic gradient descent with clipping, the state carried on until the text is through", async () => {
  const count = 6;
  const reports = await reportsOf(new TrainingRun(device, setup, text), count);
  const tokenizer = trainTokenizer({ kind: "char", text });
  const model = modelOf(device, setup, tokenizer.vocabularySize);
  const streams = tokenStreams(tokenizer.encode(text), setup.batch, setup.steps);
  // So that the state is set to zero within the test.
  expect(streams.sequencesPerEpoch).toBeLessThan(count - 1);
  let clipped = 0;
  let state: { h: Float64Array; c: Float64Array } | undefined;
  const numbersOf = ({ offset, size }: { offset: number; size: number }) =>
    Float64Array.from(device.heap.floats().subarray(offset, offset + size));
  for (const [step, report] of reports.entries()) {
    const sequence = step % streams.sequencesPerEpoch;
    if (sequence === 0) state = undefined;
    const size = setup.steps * setup.batch;
    const [inputs, targets] = [new Int32Array(size), new Int32Array(size)];
    const steps = streams.batch(sequence, inputs, targets);
    const of = (ids: Int32Array) => ints(device, ids.subarray(0, steps * setup.batch), [steps, setup.batch]);
    const before = zeroState(model, setup.batch);
    if (state) {
      before.rnn.h.assign(state.h as never);
      before.rnn.c!.assign(state.c as never);
    }
    model.zeroGrad();
    const loss = device.scope(() => {
      const { outputs, state: after } = model.forward({ ids: of(inputs) }, { state: before });
      const mean = crossEntropy(outputs.logits, of(targets));
      mean.backward();
      state = { h: numbersOf(after.rnn.h), c: numbersOf(after.rnn.c!) };
      return device.heap.floats()[mean.offset];
    });
    const gradients = model.parameters().map(({ grad }) => numbersOf(grad!));
    const norm = Math.sqrt(gradients.reduce((sum, each) => sum + each.reduce((all, g) => all + g * g, 0), 0));
    expect(report.losses[0], `loss of step ${step + 1}`).toBeCloseTo(loss, 9);
    expect(report.norms[0], `norm of step ${step + 1}`).toBeCloseTo(norm, 9);
    if (norm > setup.clip) clipped += 1;
    const rate = setup.learningRate * Math.min(1, setup.clip / norm);
    model.parameters().forEach((parameter, index) => {
      parameter.assign(
        numbersOf(parameter).map((weight, at) => weight - rate * gradients[index][at]) as never,
      );
    });
  }
  expect(clipped).toBeGreaterThan(0);
});

test("the flow of the last answer is the last row of the gradients through time", async () => {
  const still = { ...setup, batch: 1, learningRate: 0 };
  const [{ look }] = await reportsOf(new TrainingRun(device, still, text), 1);
  const tokenizer = trainTokenizer({ kind: "char", text });
  const model = modelOf(device, still, tokenizer.vocabularySize);
  const ids = tokenizer.encode(text).subarray(0, still.steps + 1);
  const { layers, predictions } = await gradientsThroughTime(model, ids, { jacobianSteps: 0 });
  for (const [layer, { states }] of layers.entries())
    for (let s = 0; s < predictions; s++) {
      const last = (predictions - 1) * predictions + s;
      expect(look!.lastFlow.h[layer][s], `|∂L/∂h_${s}|`).toBeCloseTo(states.h[last], 9);
      expect(look!.lastFlow.c![layer][s], `|∂L/∂c_${s}|`).toBeCloseTo(states.c[last], 9);
    }
  // All answers together are another loss.
  expect(look!.flow.h[1][3]).not.toBeCloseTo(look!.lastFlow.h[1][3], 3);
});

test("the loss and the answers of the adding problem are those of the equations, with the weights that are saved", async () => {
  const adding = { ...setup, task: "adding", cell: "elman", layers: 1, batch: 400 } as const;
  const run = new TrainingRun(device, adding);
  // Until some answers are right.
  await reportsOf(run, 20);
  const weights = readSafetensors((await run.files())["model.safetensors"]);
  const numbers = (name: string) => Array.from(weights[name].data as Float32Array);
  const [weightIh, weightHh] = [numbers("rnn.weight_ih_l0"), numbers("rnn.weight_hh_l0")];
  const [biasIh, biasHh] = [numbers("rnn.bias_ih_l0"), numbers("rnn.bias_hh_l0")];
  const [decoder, decoderBias] = [numbers("decoder.weight"), numbers("decoder.bias")];
  const [report] = await reportsOf(run, 1);
  const { hidden, steps, batch, seed } = adding;
  const { inputs, targets } = addingProblem.batch(new Generator(seed).fork(1).fork(20), steps, batch);
  let [squares, right] = [0, 0];
  for (let row = 0; row < batch; row++) {
    let h: number[] = new Array(hidden).fill(0);
    for (let t = 0; t < steps; t++) {
      const [value, mark] = inputs.subarray(2 * (t * batch + row));
      h = h.map((_, unit) => {
        const recurrent = h.reduce((sum, each, other) => sum + weightHh[unit * hidden + other] * each, 0);
        const input = weightIh[2 * unit] * value + weightIh[2 * unit + 1] * mark;
        return Math.tanh(input + biasIh[unit] + recurrent + biasHh[unit]);
      });
    }
    const said = h.reduce((sum, each, unit) => sum + decoder[unit] * each, decoderBias[0]);
    const error = said - targets[(steps - 1) * batch + row];
    squares += error * error;
    if (Math.abs(error) < 0.04) right += 1;
  }
  expect(report.losses[0]).toBeCloseTo(squares / batch, 6);
  expect(right).toBeGreaterThan(4);
  expect(report.look!.accuracy).toBeCloseTo(right / batch, 9);
});

test.each(TRAINED_CELLS)("a network of %s cells is trained on a text and on numbers", async (cell) => {
  for (const task of ["text", addingProblem.name]) {
    const run = new TrainingRun(device, { ...setup, cell, task, steps: 12, clip: 1 }, text);
    const reports = await reportsOf(run, 2);
    const losses = reports.flatMap(({ losses }) => [...losses]);
    expect(losses.every(Number.isFinite), `${task}: ${losses}`).toBe(true);
    expect(losses[1]).not.toBe(losses[0]);
  }
});

test("every cell of the package is among those that are trained", () => {
  const names = Object.keys(CELLS).map((kind) => (kind === "rnn" ? "elman" : kind));
  expect(TRAINED_CELLS.filter((cell) => cell !== "elman-relu").toSorted()).toEqual(names.toSorted());
});

test("a matrix is scaled to a spectral radius, whether its largest eigenvalues are real or not", () => {
  expect(spectralRadius([3, 1, 0, 2], 2)).toBeCloseTo(3, 3);
  // A turn by a quarter, three times as large.
  expect(spectralRadius([0, -3, 3, 0], 2)).toBeCloseTo(3, 6);
  expect(spectralRadius([0, 1, 0, 0], 2)).toBe(0);
  const matrix = Float64Array.of(0, -3, 3, 0);
  scaleToRadius(matrix, 2, 2);
  expect([...matrix]).toEqual([0, -2, 2, 0].map((each) => expect.closeTo(each, 6)));
});
