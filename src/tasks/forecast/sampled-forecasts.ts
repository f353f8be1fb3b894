// Forecasts of one step after the other: a distribution for each step, from which paths are drawn.
import { customLoss } from "../../losses/custom-loss.ts";
import type { LayeredNetwork, NetworkState } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { Forecast, Forecasts } from "./forecast-measure.ts";
import type { ForecastReading } from "./forecast-reading.ts";
import { type ForecastWindows, inUnits, type Window, type WindowBatch } from "./forecast-windows.ts";
import { type SampledKind, SampledSteps } from "./sampled-steps.ts";

/** Place of draws among a seed's streams of random numbers. */
const DRAWS = 13;
/** Paths that are drawn together. */
const PATHS_AT_ONCE = 1600;

/** The mean −log p of the values of a batch, each after those before it, in nats. */
export function sampledLoss(
  network: LayeredNetwork,
  batch: WindowBatch,
  kind: SampledKind,
  reading: ForecastReading,
): Tensor {
  const steps = new SampledSteps(kind, reading);
  const { context, horizon, columns } = reading;
  const width = columns.targets.length;
  const { inputSize, parameters } = steps;
  const count = context + horizon - 1;
  const xs = new Float32Array(batch.rows * count * inputSize);
  const paths = Array.from({ length: batch.rows }, (_, row) => steps.values(batch, row));
  for (const [row, path] of paths.entries())
    for (let step = 0; step < count; step++)
      steps.put(batch, row, path, step + 1, xs, (row * count + step) * inputSize);
  const said = network.forward({ xs: tensor(network.device, xs, [batch.rows, count, inputSize]) }).outputs
    .parameters;
  return customLoss(said, (numbers) => {
    const gradient = new Float32Array(numbers.length);
    const target = new Float64Array(1);
    let [loss, there] = [0, 0];
    for (const [row, path] of paths.entries()) {
      for (let place = 0; place < width; place++) {
        const likelihood = steps.likelihood(path.scales[place]);
        for (let step = 0; step < count; step++) {
          const value = path.values[(step + 1) * width + place];
          // What comes first, or after a gap, has nothing before it.
          if (Number.isNaN(value) || Number.isNaN(path.values[step * width + place])) continue;
          target[0] = value - steps.base(path, step + 1, place);
          const at = ((row * count + step) * width + place) * parameters;
          loss += likelihood.loss(numbers, at, target, 0, gradient);
          there += 1;
        }
      }
    }
    const share = 1 / Math.max(1, there);
    for (let at = 0; at < gradient.length; at++) gradient[at] *= share;
    return { loss: loss * share, gradient };
  });
}

/** How paths are drawn. */
export interface SamplingOptions {
  readonly kind: SampledKind;
  readonly quantiles: readonly number[];
  /** Paths of each window. */
  readonly samples: number;
  readonly seed: number;
}

/** The forecasts of windows, in the units of their series: mean and quantiles of drawn paths. */
export async function sampledForecasts(
  network: LayeredNetwork,
  windows: ForecastWindows,
  asked: readonly Window[],
  { kind, quantiles, samples, seed }: SamplingOptions,
): Promise<Forecasts> {
  const { reading } = windows;
  const steps = new SampledSteps(kind, reading);
  const atOnce = Math.max(1, Math.floor(PATHS_AT_ONCE / samples));
  const forecasts: Forecast[] = [];
  let loss = 0;
  for (let start = 0; start < asked.length; start += atOnce) {
    const batch = windows.batch(asked.slice(start, start + atOnce));
    loss +=
      batch.rows *
      (await network.device
        .withoutGradients(() => network.device.scope(() => sampledLoss(network, batch, kind, reading)))
        .item());
    const generator = new Generator(seed).fork(DRAWS).fork(start);
    const drawn = await drawnPaths(network, batch, steps, reading, samples, generator);
    for (let row = 0; row < batch.rows; row++)
      forecasts.push(forecastOf(drawn, batch, row, { steps, quantiles, samples }));
  }
  return { forecasts, loss: loss / asked.length };
}

/** The drawn steps [B·S][H·D] of a batch, in the windows' scales. */
async function drawnPaths(
  network: LayeredNetwork,
  batch: WindowBatch,
  steps: SampledSteps,
  reading: ForecastReading,
  samples: number,
  generator: Generator,
): Promise<Float64Array[]> {
  const { device } = network;
  const { context, horizon, columns } = reading;
  const width = columns.targets.length;
  const { inputSize, parameters } = steps;
  const known = Array.from({ length: batch.rows }, (_, row) => steps.values(batch, row));
  const paths = known.flatMap(({ values, scales }) =>
    Array.from({ length: samples }, () => ({ values: values.slice(), scales })),
  );
  for (const { values } of paths) values.fill(Number.NaN, context * width);
  const past = new Float32Array(batch.rows * context * inputSize);
  for (const [row, path] of known.entries())
    for (let step = 0; step < context; step++)
      steps.put(batch, row, path, step + 1, past, (row * context + step) * inputSize);
  // The last step of the context tells the first of the forecast. What it reads ends with the context.
  let [said, state] = await run(tensor(device, past, [batch.rows, context, inputSize]), undefined);
  const rowSize = width * parameters;
  let perRow = Float32Array.from({ length: paths.length * rowSize }, (_, at) => {
    const row = Math.floor(at / rowSize / samples);
    return said[(row * context + context - 1) * rowSize + (at % rowSize)];
  });
  state = repeated(state!, samples, batch.rows);
  const xs = new Float32Array(paths.length * inputSize);
  for (let step = context; step < context + horizon; step++) {
    for (const [path, own] of paths.entries()) {
      for (let target = 0; target < width; target++) {
        const likelihood = steps.likelihood(own.scales[target]);
        const [value] = likelihood.draw(perRow, (path * width + target) * parameters, generator);
        own.values[step * width + target] = value + steps.base(own, step, target);
      }
    }
    if (step === context + horizon - 1) break;
    for (const [path, own] of paths.entries())
      steps.put(batch, Math.floor(path / samples), own, step + 1, xs, path * inputSize);
    [said, state] = await run(tensor(device, xs, [paths.length, 1, inputSize]), state);
    perRow = Float32Array.from(said);
  }
  return paths.map(({ values }) => values.subarray(context * width));

  async function run(
    inputs: Tensor,
    before: NetworkState | undefined,
  ): Promise<[Float32Array, NetworkState | undefined]> {
    const result = device.withoutGradients(() => network.forward({ xs: inputs }, { state: before }));
    return [await result.outputs.parameters.toArray(), result.state];
  }
}

/** States [L, B, H] of B windows as those of B·S paths. */
function repeated(state: NetworkState, samples: number, rows: number): NetworkState {
  const entries = Object.entries(state).map(([layer, own]) => {
    const copies = Object.entries(own).map(([name, value]) => {
      const numbers = value.read();
      const [layers, , width] = value.shape;
      const all = new Float32Array(layers * rows * samples * width);
      for (let each = 0; each < layers * rows * samples; each++) {
        const from =
          (Math.floor(each / (rows * samples)) * rows + Math.floor((each % (rows * samples)) / samples)) *
          width;
        all.set(numbers.subarray(from, from + width), each * width);
      }
      return [name, tensor(value.device, all, [layers, rows * samples, width])] as const;
    });
    return [layer, Object.fromEntries(copies)] as const;
  });
  return Object.fromEntries(entries) as NetworkState;
}

function forecastOf(
  drawn: readonly Float64Array[],
  batch: WindowBatch,
  row: number,
  {
    steps,
    quantiles,
    samples,
  }: { readonly steps: SampledSteps; readonly quantiles: readonly number[]; readonly samples: number },
): Forecast {
  const entries = batch.targets.length / batch.rows;
  const width = batch.last.length / batch.rows;
  const mean = new Float64Array(entries);
  const own = quantiles.map(() => new Float64Array(entries));
  const sorted = new Float64Array(samples);
  for (let entry = 0; entry < entries; entry++) {
    const at = row * width + (entry % width);
    for (let path = 0; path < samples; path++) {
      const value = drawn[row * samples + path][entry];
      sorted[path] = steps.areCounts ? value : inUnits(batch, at, value);
      mean[entry] += sorted[path] / samples;
    }
    sorted.sort();
    for (const [each, q] of quantiles.entries()) own[each][entry] = quantileOf(sorted, q);
  }
  return { mean, quantiles: own };
}

/** A quantile of sorted numbers, between two of them where it lies there. */
function quantileOf(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}
