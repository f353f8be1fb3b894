// Forecasts of all steps at once, as quantiles.

import { pinballLoss } from "../../losses/pinball.ts";
import { quantileError } from "../../metrics/forecast-errors.ts";
import type { StateDict } from "../../module/module.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import type { Device } from "../../tensor/device.ts";
import { reshape } from "../../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { type RidgeRegression, ridgeOutputs } from "../baselines/ridge-regression.ts";
import { type RidgeOfTargets, spread } from "./forecast-baselines.ts";
import type { Forecast, Forecasts } from "./forecast-measure.ts";
import { MIXING_LAYER } from "./forecast-network.ts";
import { type ForecastWindows, inUnits, type Window, type WindowBatch } from "./forecast-windows.ts";

const AT_ONCE = 128;
/** Place of the first weights among a seed's streams of random numbers. */
const WEIGHTS = 12;
/** What the recurrent part says counts little at first. */
const FIRST_SHARE = 0.1;
const MOST_RESIDUALS = 4000;

/** The quantiles [B, H, D·Q] that a network says of windows, in their own scales. */
export function quantilesOf(network: LayeredNetwork, batch: WindowBatch): Tensor {
  const inputs = Object.entries(directArrays(network, batch)).map(
    ([name, { shape, data }]) => [name, tensor(network.device, data, shape)] as const,
  );
  return network.forward(Object.fromEntries(inputs)).outputs.quantiles;
}

/** What a network reads of windows, by name. */
export function directArrays(
  { config }: Pick<LayeredNetwork, "config">,
  batch: WindowBatch,
): Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>> {
  const given: Readonly<Record<string, Float32Array>> = {
    past: batch.past,
    lags: batch.lags,
    seasons: batch.seasons,
    seasonErrors: batch.seasonErrors,
    ahead: batch.ahead,
    fixed: batch.fixed,
  };
  return Object.fromEntries(
    config.inputs.map(({ name, axes }) => {
      const data = given[name];
      const known = axes
        .slice(1)
        .reduce<number>((size, axis) => (typeof axis === "number" ? size * axis : size), 1);
      const steps = data.length / (batch.rows * known);
      const own = axes.slice(1).map((axis) => (axis === "T" ? steps : (axis as number)));
      return [name, { shape: [batch.rows, ...own], data }];
    }),
  );
}

/** The pinball loss of a batch, in the windows' scales or in the level of their values. */
export function directLoss(
  network: LayeredNetwork,
  batch: WindowBatch,
  quantiles: readonly number[],
): Tensor {
  const said = quantilesOf(network, batch);
  const targets = tensor(network.device, batch.targets, [batch.targets.length]);
  const width = batch.weights.length / batch.rows;
  const entries = batch.targets.length / batch.rows;
  const weights = Float64Array.from(
    batch.targets,
    (_, at) => batch.weights[Math.floor(at / entries) * width + (at % width)],
  );
  return pinballLoss(reshape(said, [batch.targets.length, quantiles.length]), targets, quantiles, weights);
}

/** The forecasts of windows, in the units of their series, and the mean pinball loss. */
export async function directForecasts(
  network: LayeredNetwork,
  windows: ForecastWindows,
  asked: readonly Window[],
  quantiles: readonly number[],
): Promise<Forecasts> {
  const { device } = network;
  const { targets } = windows.reading.columns;
  const order = quantiles.map((_, at) => at).sort((left, right) => quantiles[left] - quantiles[right]);
  const shares = quantileShares(order.map((at) => quantiles[at]));
  const found: Forecast[] = [];
  let [loss, count] = [0, 0];
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const batch = windows.batch(asked.slice(start, start + AT_ONCE));
    const said = await device
      .withoutGradients(() => device.scope(() => quantilesOf(network, batch)))
      .toArray();
    const entries = batch.targets.length / batch.rows;
    for (let row = 0; row < batch.rows; row++) {
      const mean = new Float64Array(entries);
      const own = quantiles.map(() => new Float64Array(entries));
      for (let entry = 0; entry < entries; entry++) {
        const at = row * targets.length + (entry % targets.length);
        const first = (row * entries + entry) * quantiles.length;
        // Quantiles that were learned apart may cross (Chernozhukov, Fernández-Val & Galichon 2010): sorted, they do not.
        const sorted = said.slice(first, first + quantiles.length).sort();
        for (let each = 0; each < sorted.length; each++) {
          const value = inUnits(batch, at, sorted[each]);
          own[order[each]][entry] = value;
          mean[entry] += shares[each] * value;
        }
        const actual = batch.targets[row * entries + entry];
        if (Number.isNaN(actual)) continue;
        count += quantiles.length;
        for (const [each, q] of quantiles.entries())
          loss += batch.weights[at] * quantileError(said[first + each], actual, q);
      }
      found.push({ mean, quantiles: own });
    }
  }
  return { forecasts: found, loss: loss / count };
}

/** What each quantile counts in the mean: the share of probabilities that it is the nearest to. */
function quantileShares(sorted: readonly number[]): readonly number[] {
  return sorted.map((q, at) => {
    const low = at === 0 ? 0 : (sorted[at - 1] + q) / 2;
    const high = at === sorted.length - 1 ? 1 : (q + sorted[at + 1]) / 2;
    return high - low;
  });
}

/**
 * First weights: those of a seed, and in the linear layer ridge regression, with the quantiles of its errors, less the even mixture of the
 * seasons before, which is there already.
 */
export async function firstWeights(
  device: Device,
  config: NetworkConfig,
  seed: number,
  {
    ridge,
    windows,
    training,
    quantiles,
  }: {
    readonly ridge: RidgeOfTargets;
    readonly windows: ForecastWindows;
    readonly training: readonly Window[];
    readonly quantiles: readonly number[];
  },
): Promise<StateDict | undefined> {
  if (!config.inputs.some(({ name }) => name === "lags")) return undefined;
  const network = new LayeredNetwork(device, config, { generator: new Generator(seed).fork(WEIGHTS) });
  const weights = await network.stateDict();
  const { context, horizon, pastSeasons = 0 } = windows.reading;
  const [targets, count] = [ridge.length, quantiles.length];
  const weight = new Float32Array(horizon * targets * count * context * targets);
  const bias = new Float32Array(horizon * targets * count);
  for (const [target, fitted] of ridge.entries()) {
    const offsets = residualQuantiles(fitted, target, { windows, training, quantiles });
    for (let step = 0; step < horizon; step++) {
      for (let each = 0; each < count; each++) {
        const row = (step * targets + target) * count + each;
        bias[row] = fitted.bias[step] + offsets[step * count + each];
        for (let lag = 0; lag < context; lag++)
          weight[(row * context + lag) * targets + target] = fitted.weight[step * context + lag];
        for (let season = 0; season < pastSeasons; season++)
          weight[(row * context + windows.seasonLag(step, season)) * targets + target] -= 1 / pastSeasons;
      }
    }
  }
  return {
    ...weights,
    "lagsLinear.weight": { ...weights["lagsLinear.weight"], data: weight },
    "lagsLinear.bias": { ...weights["lagsLinear.bias"], data: bias },
    ...quieter(weights, "decoder"),
    ...(pastSeasons > 0 ? quieter(weights, MIXING_LAYER) : {}),
  };
}

/** A linear layer that says little at first. */
function quieter(weights: StateDict, layer: string): StateDict {
  const [weight, bias] = [weights[`${layer}.weight`], weights[`${layer}.bias`]];
  return {
    [`${layer}.weight`]: { ...weight, data: weight.data.map((each) => each * FIRST_SHARE) },
    [`${layer}.bias`]: { ...bias, data: new Float32Array(bias.data.length) },
  };
}

/** The quantiles [H·Q] of ridge regression's errors on training windows. */
function residualQuantiles(
  fitted: RidgeRegression,
  target: number,
  {
    windows,
    training,
    quantiles,
  }: {
    readonly windows: ForecastWindows;
    readonly training: readonly Window[];
    readonly quantiles: readonly number[];
  },
): Float64Array {
  const { context, horizon, columns } = windows.reading;
  const width = columns.targets.length;
  const chosen = spread(training, MOST_RESIDUALS);
  const errors = Array.from({ length: horizon }, () => [] as number[]);
  const [lags, outputs] = [new Float32Array(context), new Float32Array(horizon)];
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const batch = windows.batch(chosen.slice(start, start + AT_ONCE));
    for (let row = 0; row < batch.rows; row++) {
      for (let step = 0; step < context; step++)
        lags[step] = batch.lags[(row * context + step) * width + target];
      ridgeOutputs(fitted, lags, 0, outputs);
      for (let step = 0; step < horizon; step++) {
        const actual = batch.targets[(row * horizon + step) * width + target];
        if (!Number.isNaN(actual)) errors[step].push(actual - outputs[step]);
      }
    }
  }
  return Float64Array.from(
    errors.flatMap((own) => {
      const sorted = own.sort((left, right) => left - right);
      return quantiles.map((q) => sorted[Math.floor(q * sorted.length)] ?? 0);
    }),
  );
}
